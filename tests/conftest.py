"""Fixtures that several tests share."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import app
from embeddings import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cluster.support import RealMilvus

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED = sorted({file.parent.name for file in REPOSITORY.glob("*/__init__.py")} - {"benchmarks", "docs", "tests"})
"""The packages that a user installs, beside app.py."""
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # as `make test` does
_VECTORS = Path("vectors") / "vectors.sqlite"


# A busy machine takes its time, and the first example loads dictionaries. Where a change is judged its examples are the
# same each time, so that it fails for what it changes; elsewhere they are new ones, as those of `make fuzz` always are.
# Nor is a test wrong for making its first examples slowly: a fresh clone has no table of characters yet.
settings.register_profile(
    "wenju", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("wenju")


@pytest.fixture
def english_and_default_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors in English, and nothing of the environment's own."""
    for name in ("WENJU_CORPUS", "WENJU_INDEX", "WENJU_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WENJU_LANG", "en")


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """An index of seeds/ made with the bundled model, for tests that only read it.

    Encoding is what takes time, so vectors are kept between runs; all else is built anew each time.
    """
    index = tmp_path_factory.mktemp("seeds") / "index"
    kept = _kept_vectors(pytestconfig)
    if kept is not None and kept.is_file():
        (index / _VECTORS).parent.mkdir(parents=True)
        shutil.copyfile(kept, index / _VECTORS)
    report = rebuild(REPOSITORY / "seeds", index, progress=False)
    if kept is not None and report.encoded:
        beside = kept.with_name(f"{kept.name}.{os.getpid()}")  # another run may be at it too
        shutil.copyfile(index / _VECTORS, beside)
        beside.replace(kept)
    return index


def _kept_vectors(config: pytest.Config) -> Path | None:
    cache: pytest.Cache | None = getattr(config, "cache", None)
    return None if cache is None else cache.mkdir("seeds-vectors") / _VECTORS.name


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[RealMilvus]:
    """The real Milvus server. A test that stops it starts it again."""
    from tests.cluster.support import RealMilvus, require

    require("pymilvus", "milvus")
    cache: pytest.Cache | None = getattr(pytestconfig, "cache", None)
    folder = tmp_path_factory.mktemp("milvus")
    running = RealMilvus(folder / "data", folder / "bin" if cache is None else cache.mkdir("milvus-server"))
    yield running
    running.stop()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit code, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def wenju(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ran]:
    """Run the command in this process, in an empty folder, in English unless a test sets WENJU_LANG."""
    for name in ("WENJU_CORPUS", "WENJU_DEBUG", "WENJU_INDEX", "WENJU_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WENJU_LANG", "en")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            app.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        code = stopped.value.code
        assert isinstance(code, int)
        return Ran(code, out, err)

    return run
