"""Texts in, vectors out: what an encoder is, how one is found, and the one that runs sentence-transformers models.

Nothing here imports torch unless a model needs it: that costs seconds and most of a gigabyte. Models of BERT's kind
are run by ONNX Runtime (`onnx_encoder`), after sentence-transformers has loaded and exported them once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

import numpy as np

from chinese.errors import ModelError, first_line, say
from chinese.forking import begins_again, leave, spawn_instead
from chinese.given import check_given, from_environment, setting
from embeddings.models import bundled_model
from embeddings.models.export import Export
from embeddings.models.exporting import FIRST_POSITIONS, VERSION, export_default, export_loaded, is_exported
from embeddings.models.onnx_encoder import OnnxEncoder
from embeddings.models.torch_use import TORCH, require_models

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from embeddings.models.bert_graph import Precision
    from embeddings.types import FloatArray

# Passages a second on two cores, batches of 1, 4, 8, 16, 32. 200 characters: 19, 24, 24, 23, 23; short ones: 54, 106,
# 127, 140, 148; lengths from 30 to 430: 17, 21, 21, 19, 12.
_BATCH_CPU = 8
_BATCH_ACCELERATOR = 64

Runtime = Literal["int8", "fp32", "torch"]
"""How a model is run: by ONNX Runtime with weights of 8 bits or fewer, or of 32; or by sentence-transformers."""

_MIB = 1 << 20
_PROMPTS = {"query": ("query",), "passage": ("document", "passage", "corpus")}
_HUB_SECONDS = 10


class Encoder(Protocol):
    """Maps texts to vectors whose dot product says how near they are in meaning.

    `name` is what the user asked for. `fingerprint` changes with the model's weights or tokenizer, and is known
    without loading it. `dimension` is the length of a vector, `max_tokens` how much of a text is read.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Encode questions: float32 of shape (len(texts), dimension), rows of length 1."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Encode what is searched: float32 of shape (len(texts), dimension), rows of length 1."""
        ...


class SentenceTransformerEncoder:
    """An `Encoder` over any sentence-transformers model; loads it when first needed, and may be shared by threads.

    A text's vector does not depend on the texts it is encoded with, beyond 1e-5.
    """

    def __init__(self, name: str, folder_or_name: str, fingerprint: str, threads: int | None = None) -> None:
        self._name = name
        self._threads = threads
        self._place = folder_or_name
        self._fingerprint = fingerprint
        self._encoding = threading.Lock()
        self._loaded: SentenceTransformer | None = None
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: what was loaded has threads, and they are the parent's."""
        leave(self._loaded)
        self._encoding, self._loaded = threading.Lock(), None

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector: from the folder's configuration where that settles it, else from the loaded model."""
        known = _configured_dimension(Path(self._place))
        return _required(self.loaded().get_embedding_dimension(), self._name) if known is None else known

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, prompt included; the rest is cut off."""
        known = _read_object(Path(self._place) / "sentence_bert_config.json").get("max_seq_length")
        return known if isinstance(known, int) else _required(self.loaded().max_seq_length, self._name)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Encode questions with the model's query prompt: shape (len(texts), dimension). Raises ModelError."""
        return self._encode(texts, "query")

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Encode passages with the model's passage prompt: shape (len(texts), dimension). Raises ModelError."""
        return self._encode(texts, "passage")

    def _encode(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> FloatArray:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        model = self.loaded()
        encode = model.encode_query if kind == "query" else model.encode_document
        prompt = _prompt(model, kind) or None
        # The tokenizer refuses half a surrogate pair, which a command line can contain.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        batch = _BATCH_CPU if model.device.type == "cpu" else _BATCH_ACCELERATOR
        # Tokenizers may not be shared by threads while they run. Sorting by length is the library's own doing.
        with self._encoding:
            vectors = encode(clean, prompt=prompt, batch_size=batch, show_progress_bar=False, normalize_embeddings=True)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def loaded(self) -> SentenceTransformer:
        """The model itself. Raises ModelError."""
        with TORCH.loading:
            if self._loaded is None:
                require_models(self._name)
                if TORCH.was_used_before:
                    raise ModelError(spawn_instead("torch"))
                TORCH.is_used = True
                self._loaded = _load(self._name, self._place)
                if self._threads is not None:
                    import torch

                    torch.set_num_threads(self._threads)
            return self._loaded


def load_encoder(
    model: str | None = None,
    *,
    notify: Callable[[str], None] | None = None,
    runtime: Runtime | None = None,
    threads: int | None = None,
) -> Encoder:
    """Find an encoder without loading it.

    `model` is a local folder, the name of a model on a hub (sentence-transformers takes it from its cache or
    downloads it), or None: then WENJU_MODEL in the environment, else the default model. What a machine needs once is
    done here, and `notify` told: the default model unpacked, another loaded and exported. `runtime` defaults to
    WENJU_RUNTIME, else "int8"; a model that cannot be exported is run by sentence-transformers whatever it says.
    `threads` defaults to the number of cores.

    Raises ModelError where there is no such folder.
    """
    how = runtime_of(runtime)
    chosen = from_environment("WENJU_MODEL") if model is None else model
    check_given(chosen, "model")
    if chosen is None or chosen == bundled_model.MODEL_NAME:
        folder = bundled_model.unpack(notify=notify)
        name, fingerprint = bundled_model.MODEL_NAME, bundled_model.fingerprint()
        if how == "torch":
            return SentenceTransformerEncoder(name, str(folder), fingerprint, threads)
        return _exported(name, fingerprint, how, export_default(folder, how), threads)
    path = Path(chosen).expanduser()
    if path.is_dir():
        _check_folder(chosen, path)
        plain = SentenceTransformerEncoder(chosen, str(path), _folder_fingerprint(path), threads)
        return _of_folder(plain, path, how, notify, threads)
    if path.is_absolute() or chosen.startswith(".") or chosen.count("/") > 1 or "\\" in chosen:
        raise ModelError(
            say(
                f"模型目录 {chosen} 不存在。请检查 --model 或环境变量 WENJU_MODEL；"
                f"默认模型是 {bundled_model.MODEL_NAME}。",
                f"There is no model folder {chosen}. Check --model or WENJU_MODEL; the default model is "
                f"{bundled_model.MODEL_NAME}.",
            )
        )
    require_models(chosen)  # before the hub is asked
    return SentenceTransformerEncoder(chosen, chosen, _hub_fingerprint(chosen), threads)


def runtime_of(runtime: Runtime | None = None) -> Runtime:
    """How models are run: as asked for, else as WENJU_RUNTIME says; ModelError where that names none."""
    chosen = runtime or setting("WENJU_RUNTIME") or "int8"
    for known in get_args(Runtime):
        if chosen == known:
            found: Runtime = known
            return found
    raise ModelError(
        say(
            f"WENJU_RUNTIME 是 {chosen}，应为 int8、fp32 或 torch。",
            f"WENJU_RUNTIME is {chosen}, expected int8, fp32 or torch.",
        )
    )


def _check_folder(chosen: str, path: Path) -> None:
    if not any((path / name).is_file() for name in ("modules.json", "config.json")):
        raise ModelError(
            say(
                f"{chosen} 不是模型目录（没有 modules.json 或 config.json）。请指定 sentence-transformers 模型。",
                f"{chosen} is not a model: it holds neither modules.json nor config.json. Name the folder of a "
                "sentence-transformers model.",
            )
        )


def _of_folder(
    plain: SentenceTransformerEncoder,
    path: Path,
    how: Runtime,
    notify: Callable[[str], None] | None,
    threads: int | None,
) -> Encoder:
    """The model of a folder, exported where that can be done."""
    if how == "torch" or _read_object(path / "config.json").get("model_type") not in FIRST_POSITIONS:
        return plain
    if notify is not None and not is_exported(plain.fingerprint, how):
        notify(say(f"首次使用，导出模型 {plain.name}", f"First use: exporting the model {plain.name}"))
    try:
        folder = export_loaded(plain.fingerprint, how, plain.loaded, _prompt)
    except ModelError:
        return plain  # what is wrong with it is said when it is used
    return plain if Export.read(folder).reason else _exported(plain.name, plain.fingerprint, how, folder, threads)


def _exported(
    name: str, fingerprint: str, precision: Precision, folder: Path, threads: int | None = None
) -> OnnxEncoder:
    return OnnxEncoder(name, f"{fingerprint}-{precision}-{VERSION}", folder, Export.read(folder), precision, threads)


def _prompt(model: SentenceTransformer, kind: Literal["query", "passage"]) -> str:
    """What a model puts before a text of this kind; "" for nothing."""
    # sentence-transformers adds an empty "query" and "document" to a model that has none; the latter would hide
    # a prompt named "passage".
    return next((found for name in _PROMPTS[kind] if (found := model.prompts.get(name))), "")


def _load(name: str, place: str) -> SentenceTransformer:
    is_folder = Path(place).is_dir()
    try:
        with _quiet():
            from sentence_transformers import SentenceTransformer

            # Half precision is slow on a CPU, and its vectors' lengths are off by 1e-3.
            precision = {"dtype": "float32"}
            try:
                # The cache first: a model that is there is neither looked up nor replaced by a newer revision.
                return SentenceTransformer(place, local_files_only=True, model_kwargs=precision)
            except OSError:
                if is_folder:
                    raise
                from huggingface_hub.utils.tqdm import enable_progress_bars

                enable_progress_bars()  # a download takes minutes
                return SentenceTransformer(place, model_kwargs=precision)
    except Exception as error:  # a foreign model's code and files may raise anything
        raise ModelError(
            say(
                f"无法加载模型 {name}（{first_line(error)}）。请检查该模型是否完整、是否属于 sentence-transformers。",
                f"Cannot load the model {name} ({first_line(error)}). Check that it is a complete "
                "sentence-transformers model.",
            )
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' progress bars, warnings and log lines from the user while a model loads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Importing transformers sets its log level, so that comes first.
        from transformers.utils import logging as transformers_logging

        bars = transformers_logging.is_progress_bar_enabled()
        loggers = [
            logging.getLogger(library) for library in ("transformers", "sentence_transformers", "huggingface_hub")
        ]
        levels = [logger.level for logger in loggers]
        hide_bars: Callable[[], None] = transformers_logging.disable_progress_bar
        show_bars: Callable[[], None] = transformers_logging.enable_progress_bar
        hide_bars()
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
            if bars:
                show_bars()


def _hub_fingerprint(name: str) -> str:
    """Name and revision: the one in the local cache, else the one that a download would fetch now."""
    from huggingface_hub import HfApi, try_to_load_from_cache

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        for file in ("modules.json", "config.json"):
            cached = try_to_load_from_cache(repository, file, cache_dir=os.environ.get("SENTENCE_TRANSFORMERS_HOME"))
            if isinstance(cached, str):
                # .../snapshots/<revision>/modules.json
                return f"{name}@{Path(cached).parent.name}"
        # One request with a time limit; the loader would try each of its files for a minute before it gave up.
        return f"{name}@{HfApi().model_info(repository, timeout=_HUB_SECONDS).sha}"
    except Exception as error:  # the hub's client, its transport and the network each have their own errors
        raise ModelError(
            say(
                f"模型 {name} 不在本机，也无法从 Hugging Face 取得（{first_line(error)}）。请检查名称与网络，"
                f"或用 --model 指定本地目录；默认模型 {bundled_model.MODEL_NAME} 无需联网。",
                f"The model {name} is not on this machine, and the hub did not give it ({first_line(error)}). Check "
                f"its name and the network, or name a local folder; {bundled_model.MODEL_NAME} needs no network.",
            )
        ) from error


def _folder_fingerprint(folder: Path) -> str:
    """SHA-256 over names, sizes, small files whole, and both ends of large ones; hidden files are not the model's."""
    total = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(files):
        if any(part.startswith(".") for part in name.split("/")):
            continue
        size = files[name].stat().st_size
        total.update(f"{name}\0{size}\0".encode())
        with files[name].open("rb") as stream:
            total.update(stream.read(_MIB))
            if size > _MIB:
                stream.seek(max(_MIB, size - _MIB))
                total.update(stream.read())
    return total.hexdigest()


def _configured_dimension(folder: Path) -> int | None:
    """Read a vector's length from a model folder; None unless the model ends in a pooling of one kind."""
    modules = _read_json(folder / "modules.json")
    if not isinstance(modules, list):
        return None
    paths = {str(module.get("type")).rpartition(".")[2]: str(module.get("path")) for module in modules}
    if "Pooling" not in paths or not paths.keys() <= {"Transformer", "Pooling", "Normalize"}:
        return None
    config = _read_object(folder / paths["Pooling"] / "config.json")
    modes = config.get("pooling_mode") or [key for key, on in config.items() if key.startswith("pooling_mode_") and on]
    if not isinstance(modes, str) and len(modes) != 1:
        return None
    width = config.get("embedding_dimension", config.get("word_embedding_dimension"))
    return width if isinstance(width, int) else None


def _read_json(file: Path) -> object:
    """Return what a file holds, None where there is none or it is not JSON."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _read_object(file: Path) -> dict[str, Any]:
    value = _read_json(file)
    return value if isinstance(value, dict) else {}


def _required(number: int | None, name: str) -> int:
    if number is None:
        raise ModelError(
            say(
                f"模型 {name} 没有说明向量维数或最大长度。请换用 sentence-transformers 的文本模型。",
                f"The model {name} states no vector size or no maximum length. Use a sentence-transformers text model.",
            )
        )
    return number
