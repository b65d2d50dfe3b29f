"""How answers are measured: each figure worked out by hand."""

from __future__ import annotations

import pytest

from qa.evaluation.metrics import (
    Bin,
    area_under,
    auroc,
    calibration_error,
    characters,
    comparable,
    exact_match,
    f1,
    found_share,
    interval,
    least_area,
    mean,
    mean_reciprocal_rank,
    normalise,
    percentile,
    reliability,
    risk_coverage,
)

# --- normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("３１１個　項目", "311个项目"),
        ("Ｈｅｌｌｏ World", "helloworld"),
        ("市中區(qū)人民", "市中区人民"),
        ("重慶(chóng qìng)市", "重庆市"),
        ("维纳斯康（沈阳）", "维纳斯康(沈阳)"),
        ("恒东(U谷)", "恒东(u谷)"),
        ("80㎡ … ①", "80m2...1"),
        ("“甲”、乙。\n丙", "“甲”、乙。丙"),
    ],
)
def test_texts_are_normalised_before_they_are_compared(text: str, normal: str) -> None:
    assert normalise(text) == normal


# --- comparable


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("“苦干三年、跻身前五”。", "苦干三年跻身前五"),
        ("16,384户", "16384户"),
        ("63.5亿元。", "63.5亿元"),
        ("13.60%", "13.60%"),
        ("2/3", "2/3"),
        ("A.B", "ab"),
        ("5.", "5"),
        ("甲_乙-丙", "甲乙丙"),
        ("维纳斯康(沈阳)有限公司", "维纳斯康沈阳有限公司"),
        ("", ""),
        ("、。", ""),
    ],
)
def test_punctuation_is_dropped_save_decimal_point_percent_and_stroke(text: str, bare: str) -> None:
    assert comparable(text) == bare


@pytest.mark.parametrize("word", "近超逾约达余多")
def test_each_bound_word_is_dropped_beside_digits_and_only_there(word: str) -> None:
    assert comparable(f"{word}300家") == "300家"
    assert comparable(f"300{word}家") == "300家"
    assert comparable(f"{word}三百家") == f"{word}三百家"


@pytest.mark.parametrize("text", ["超市", "多元", "约翰", "达州", "逾期"])
def test_words_without_a_digit_keep_what_looks_like_a_bound_word(text: str) -> None:
    assert comparable(text) == text


def test_other_words_beside_a_figure_stay() -> None:
    assert comparable("311个项目") == "311个项目"
    assert comparable("60%以上") == "60%以上"
    assert comparable("超过600万辆") == "过600万辆"


# --- exact match and F1 of the question sets


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("“苦干三年、跻身前五”。", "苦干三年跻身前五"),
        ("１２.６億元，", "126亿元"),
        ("24.32%", "2432"),
        ("甲 + 乙 = ~丙`^", "甲乙丙"),
        ("New York, N.Y.", "newyorkny"),
        ("……—《》「」", ""),
    ],
)
def test_the_question_sets_drop_all_punctuation(text: str, bare: str) -> None:
    assert characters(text) == bare


@pytest.mark.parametrize(
    ("given", "accepted", "same"),
    [
        ("《红楼梦》", ("紅樓夢",), True),
        ("1949年", ("1949年10月", "1949 年"), True),
        ("1949年10月", ("1949年",), False),
        ("", ("甲",), False),
        ("。", ("、",), False),
        ("甲", (), False),
    ],
)
def test_an_exact_match_is_of_all_characters_with_any_accepted_answer(
    given: str, accepted: tuple[str, ...], same: bool
) -> None:
    assert exact_match(given, accepted) is same


@pytest.mark.parametrize(
    ("given", "accepted", "score"),
    [
        ("311个、总投资420亿元", ("311个",), 2 * 4 / (4 + 12)),
        ("甲乙丙丁", ("乙丙",), 2 * 2 / (4 + 2)),
        ("甲乙X丙丁", ("甲乙丙丁",), 2 * 2 / (5 + 4)),  # one run counts, not all that both have
        ("甲乙", ("丙", "乙", "甲，乙"), 1.0),
        ("甲", ("乙",), 0.0),
        ("", ("甲",), 0.0),
        ("甲", (), 0.0),
        ("。", ("、",), 0.0),
    ],
)
def test_f1_is_of_the_longest_common_run_of_characters(given: str, accepted: tuple[str, ...], score: float) -> None:
    assert f1(given, accepted) == pytest.approx(score)


def test_a_long_text_has_its_common_run_found_too() -> None:
    assert f1("的" * 400 + "甲乙丙", ("甲乙丙",)) == pytest.approx(2 * 3 / 406)


# --- ranks and times


def test_ranks_are_counted_up_to_k_and_what_is_not_found_never() -> None:
    ranks = [1, 3, 0, 10]

    assert [found_share(ranks, k) for k in (1, 3, 5, 10)] == [0.25, 0.5, 0.5, 0.75]
    assert mean_reciprocal_rank(ranks) == pytest.approx((1 + 1 / 3 + 0 + 1 / 10) / 4)
    assert found_share([], 5) == mean_reciprocal_rank([]) == mean([]) == 0.0


@pytest.mark.parametrize(("share", "value"), [(0.95, 95.0), (0.5, 50.0), (1.0, 100.0), (0.001, 1.0)])
def test_a_percentile_is_the_smallest_value_that_reaches_the_share(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == value


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_an_interval_holds_the_mean_narrows_with_more_values_and_is_the_same_each_time() -> None:
    few, many = [1.0, 0.0] * 10, [1.0, 0.0] * 200

    low, high = interval(few)
    assert 0.2 < low < 0.5 < high < 0.8
    assert interval(few) == (low, high)
    assert interval(many)[1] - interval(many)[0] < (high - low) / 3
    assert interval([1.0] * 5) == (1.0, 1.0)
    assert interval([]) == (0.0, 0.0)


# --- confidence


def test_auroc_counts_pairs_in_the_right_order_and_equal_ones_half() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auroc([0.1], [0.9]) == 0.0
    assert auroc([0.5, 0.5], [0.5]) == 0.5
    assert auroc([0.9, 0.3], [0.5, 0.3, 0.1]) == pytest.approx((3 + 1.5) / 6)
    with pytest.raises(ValueError, match="1 answerable and 0 absent"):
        auroc([0.5], [])


def test_the_risk_is_the_wrong_share_of_the_most_confident_answers() -> None:
    curve = risk_coverage([0.2, 0.9, 0.6, 0.4], [False, True, False, True])

    assert curve == [
        (0.25, 0.0),
        (0.5, pytest.approx(1 / 2)),
        (0.75, pytest.approx(1 / 3)),
        (1.0, pytest.approx(1 / 2)),
    ]
    assert area_under(curve) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert risk_coverage([], []) == []
    assert area_under([]) == 0.0


def test_answers_of_equal_confidence_share_their_risk_whatever_their_order() -> None:
    first = risk_coverage([0.5, 0.5, 0.1], [True, False, False])
    other = risk_coverage([0.5, 0.1, 0.5], [False, False, True])

    assert first == other
    assert [risk for _, risk in first] == pytest.approx([0.5, 0.5, 2 / 3])


def test_no_ranking_has_a_smaller_area_than_right_before_wrong() -> None:
    right = [False, True, True, False]

    assert least_area(right) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert least_area(right) == area_under(risk_coverage([0.1, 0.9, 0.8, 0.2], right))
    assert least_area([True] * 3) == 0.0
    # Where half the questions have no answer, even perfect answers and confidences leave this much.
    assert least_area([True] * 500 + [False] * 500) == pytest.approx(0.153, abs=1e-3)


def test_a_reliability_diagram_has_bins_of_equal_width_and_the_last_one_holds_certainty() -> None:
    bins = reliability([0.0, 0.09, 0.1, 0.55, 1.0, 0.95], [False, True, True, True, True, False])

    assert len(bins) == 10
    assert [item.count for item in bins] == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert (bins[0].low, bins[0].high, bins[0].confidence, bins[0].right) == pytest.approx((0.0, 0.1, 0.045, 0.5))
    assert (bins[9].low, bins[9].high, bins[9].confidence, bins[9].right) == pytest.approx((0.9, 1.0, 0.975, 0.5))
    assert bins[2] == Bin(0.2, 0.3, 0, 0.0, 0.0)
    assert calibration_error(bins) == pytest.approx((2 * 0.455 + 0.9 + 0.45 + 2 * 0.475) / 6)
    with pytest.raises(ValueError, match=r"confidence is 1\.2"):
        reliability([1.2], [True])


def test_confidence_that_is_the_share_of_right_answers_has_no_error() -> None:
    assert calibration_error(reliability([0.75] * 4, [True, True, True, False])) == 0.0
    assert calibration_error(reliability([1.0] * 4, [False] * 4)) == 1.0
    assert calibration_error(reliability([], [])) == 0.0
