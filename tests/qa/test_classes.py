from __future__ import annotations

import pytest

from chinese.classes import classes_of, other_class


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("规模以上工业企业", {("standing", "规上"), ("sector", "工业")}),
        ("省级“专精特新”企业", {("level", "省级"), ("standing", "专精特新")}),
        ("外商投资企业", {("owner", "外资")}),
        ("世界500强", {("standing", "500强")}),
        ("国家级以上平台", set()),
        ("高新技术产业开发区的工业互联网", set()),
        ("药品上市许可和县城市级", set()),
        ("企业", set()),
    ],
)
def test_a_class_is_read_in_its_dimension(text: str, classes: set[tuple[str, str]]) -> None:
    assert classes_of(text) == classes


@pytest.mark.parametrize(
    ("asked", "found", "other"),
    [
        ("规上企业", "专精特新企业", ("规上", "专精特新")),
        ("规上工业企业", "规上服务业企业", ("工业", "服务业")),
        ("国家级专精特新企业", "省级专精特新企业", ("国家级", "省级")),
        ("规上企业", "外资企业", None),
        ("规上企业", "规上和限上企业", None),
        ("规上企业", "企业", None),
        ("企业", "规上企业", None),
    ],
)
def test_classes_exclude_each_other_within_a_dimension_only(
    asked: str, found: str, other: tuple[str, str] | None
) -> None:
    assert other_class(classes_of(asked), classes_of(found)) == other
