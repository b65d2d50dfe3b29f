"""An answer in a notebook: one line as a value, a card as HTML or Markdown, true or false as it was found or not."""

from __future__ import annotations

from dataclasses import replace

from qa.types import Alternative, Answer, Passage, Reason, Signals, Source

SENTENCE = "2022年,云岭县新建标准厂房52万平方米,比上年多8万平方米。"
TEXT = f"县里开了会。{SENTENCE}会上还说了<别的>。"
START = TEXT.index("52万平方米")
PASSAGE = Passage(
    TEXT, "云岭县年报", "", "2023-01-05", (Source("a.txt", "line", 12, 14),), ((START, START + 6),), 1.0, Signals()
)
ANSWER = Answer("云岭县新建多少厂房?", "云岭县新建多少厂房?", ("52万平方米",), None, 0.94, None, (PASSAGE,), ())
REFUSED = replace(
    ANSWER, texts=(), reason=Reason("too-weak", "文档没有说。", "The documents do not say."), confidence=0.1
)


def test_an_answer_is_one_line_as_a_value() -> None:
    assert repr(ANSWER) == "Answer('52万平方米', 0.94, a.txt:12-14)"
    assert repr(REFUSED) == "Answer(None, 'too-weak', 0.10)"


def test_an_answer_is_true_and_a_refusal_is_not() -> None:
    assert ANSWER
    assert ANSWER.found
    assert not REFUSED
    assert not REFUSED.found


def test_the_sentence_is_the_one_that_the_answer_stands_in() -> None:
    assert ANSWER.sentence == SENTENCE
    assert REFUSED.sentence is None


def test_a_card_has_answer_confidence_sentence_and_source() -> None:
    html = ANSWER._repr_html_()
    for said in ("云岭县新建多少厂房?", "把握 94%", "<mark>52万平方米</mark>", "a.txt 第 12–14 行"):
        assert said in html
    assert "别的" not in html  # another sentence
    markdown = ANSWER._repr_markdown_()
    assert "**52万平方米**" in markdown
    assert "a\\.txt 第 12–14 行" in markdown


def test_a_card_names_other_figures() -> None:
    assert "另见：44万平方米" in replace(ANSWER, alternatives=(Alternative("44万平方米", 0),))._repr_html_()


def test_a_card_of_an_english_question_is_english() -> None:
    html = replace(ANSWER, question="How much floor space was built?", gloss="520,000 m²")._repr_html_()
    assert "94% sure" in html
    assert "520,000 m²" in html
    assert "把握" not in html
    assert "The documents do not say." in replace(REFUSED, question="How much was built?")._repr_html_()


def test_a_refusal_says_why_on_its_card() -> None:
    assert "文档没有说。" in REFUSED._repr_html_()
    assert "<mark>" not in REFUSED._repr_html_()


def test_what_documents_hold_is_text_on_a_card() -> None:
    text = "<img src=x onerror=alert(1)>建成**3座**桥。"
    start = text.index("3座")
    passage = replace(PASSAGE, text=text, highlights=((start, start + 2),))
    answer = replace(ANSWER, texts=("3座",), passages=(passage,))
    assert "<img" not in answer._repr_html_()
    assert "&lt;img" in answer._repr_html_()
    assert "\\<img" in answer._repr_markdown_()
    assert "\\*\\***3座**\\*\\*" in answer._repr_markdown_()
