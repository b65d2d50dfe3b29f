"""The site of the documentation builds without a warning, in both languages, and no link of it leads nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from docs.site_pages import moved, page_of, section, slug
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


class Read(HTMLParser):
    """The links, the anchors and the text of a page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "src") if name in given and tag != "base"]
        self.anchors |= {given[name] for name in ("id", "name") if name in given}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Read]:
    folder = tmp_path_factory.mktemp("site").resolve()
    ran = subprocess.run(
        [Path(sys.executable).parent / "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "WARNING" not in ran.stderr
    return {file: Read(file) for file in folder.rglob("*.html") if file.name != "404.html"}


def pages_named(nav: list[object]) -> list[str]:
    found: list[str] = []
    for entry in nav:
        values = list(entry.values()) if isinstance(entry, dict) else [entry]
        for value in values:
            found += pages_named(value) if isinstance(value, list) else [str(value)]
    return found


def test_every_page_is_there_in_both_languages_and_whole(site: dict[Path, Read]) -> None:
    settings = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = pages_named(yaml.safe_load(settings))
    assert len(named) >= 15
    pages = {"" if name == "index.md" else name.removesuffix(".md") for name in named}
    root = min(file.parent for file in site)
    made = {file.parent.relative_to(root).as_posix().replace(".", "", 1) for file in site}
    made = {"" if name == "." else name for name in made}
    assert pages | {f"zh/{name}".rstrip("/") for name in pages} <= made
    assert [file for file, page in site.items() if "→ [" in page.text or "(../README" in page.text] == []


def test_no_link_and_no_picture_leads_nowhere(site: dict[Path, Read]) -> None:
    broken = []
    for file, page in site.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (
                parts.fragment and target in site and unquote(parts.fragment) not in site[target].anchors
            ):
                broken.append((file.parent.name, link))
    assert broken == []


def test_reading_a_page_asks_no_other_site_for_a_font_or_a_script(site: dict[Path, Read]) -> None:
    for page in site.values():
        assert [
            link for link in page.links if "fonts.g" in link or (link.startswith("http") and link.endswith(".js"))
        ] == []


def test_a_section_ends_where_the_next_one_as_high_begins() -> None:
    text = "# a\n\n## One, two\n\nx\n\n```sh\n# no heading\n```\n\n### inner\n\ny\n\n## Next\n\nz\n"
    assert section(text, "one-two").strip() == "x\n\n```sh\n# no heading\n```\n\n### inner\n\ny"
    assert section(text, "next").strip() == "z"
    with pytest.raises(KeyError, match="no section 'none'"):
        section(text, "none")


def test_anchors_are_githubs() -> None:
    assert slug("How good, how fast") == "how-good-how-fast"
    assert slug("准确程度与速度") == "准确程度与速度"


@pytest.mark.parametrize(
    ("text", "folder", "expected"),
    [
        ("[a](docs/http.zh.md)", "", "[a](http.md)"),
        ("[a](benchmarks/README.md#quality)", "", "[a](benchmarks.md#quality)"),
        ("[a](../SECURITY.md)", "docs", "[a](security.md)"),
        ("[a](https://x.example/y.md)", "docs", "[a](https://x.example/y.md)"),
        ("[a](#here)", "docs", "[a](#here)"),
        ("[code](chinese/offline.py)", "", "code"),
        ("![p](docs/chat.png)![q](results/q.png)", "", "![p](chat.png)"),
        ("```\n[a](LICENSE)\n```", "", "```\n[a](LICENSE)\n```"),
    ],
)
def test_links_of_the_repository_become_links_of_the_site(text: str, folder: str, expected: str) -> None:
    assert moved(text, folder) == expected


def test_pages_that_the_site_lacks_have_no_place() -> None:
    assert page_of("NOTICE") is None
    assert page_of("docs/site_pages.py") is None
