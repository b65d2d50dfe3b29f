"""XML of unknown origin -> a tree: no entity is resolved, nothing is fetched, and its depth is limited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any
"""An lxml element: lxml brings no types."""


def parse_xml(data: bytes) -> Element:
    """Give the root element. Raises lxml.etree.XMLSyntaxError where it is no XML, MemoryError where that runs out."""
    # A parser of its own for each part: one that is shared keeps what it has seen.
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.LxmlError as error:
        if "unknown error" in str(error):  # what it says where it got no memory
            raise MemoryError from error
        raise


def children(element: Element) -> Iterator[Element]:
    """The child elements; what stands for an entity is none."""
    for child in element:
        if isinstance(child.tag, str):
            yield child


def local(element: Element) -> str:
    """An element's name without its namespace."""
    name: str = element.tag
    return name.rpartition("}")[2]
