"""Reads files that none of us made and that are not kept here: `python -m benchmarks.real_files FOLDER`.

FOLDER is where a checkout of each project named in FILES lies, by its name. Formats of which a real file is kept are
read by the tests (tests/data/formats, pdf and sheets); these are the others.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.common import say
from embeddings.errors import Unreadable
from embeddings.reading.documents import read_document

_TIKA = "tika/tika-parsers/tika-parsers-standard"
FILES = {
    f"{_TIKA}/tika-parsers-standard-integration-tests/src/test/resources/test-documents/testMHTMLFirefox.mhtml": (
        "a Java framework for getting data and metadata"
    ),
}
"""Files by their paths under FOLDER, each with a line that has to be read of it."""


def main() -> None:
    """Read each file, say what was read of it, and exit with 1 where one is missing or read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    wrong = 0
    for file, line in FILES.items():
        try:
            texts = [item.text for item in read_document(folder, file).lines if item.text]
        except (OSError, Unreadable) as error:
            say(f"{file}: {error}")
            wrong += 1
            continue
        is_right = line in texts
        wrong += not is_right
        say(f"{file}: {len(texts)} lines, {'with' if is_right else 'without'} “{line}”")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
