# make run    install, build the index if there is none, open the chat on http://127.0.0.1:7860
# make test   install what tests need, then lint, types and all tests
# make test-again  run once more, one after the other, the tests that failed last time
# make lint   style, format and types
# make test-cluster  install what the tests of Milvus and Ray need, then run these
# make bench  measure quality and speed (ARGS=--write puts the numbers in benchmarks/README.md)
# make bench-encoding  measure how fast passages are encoded, beside what the machine can multiply
# make bench-quality  measure every stage on seeds/ and open question sets (ARGS=--full asks all their questions)
# make bench-runtimes  measure what the faster runtime costs in quality
# make bench-ocr  measure how well and how fast scans are read, beside rapidocr as it comes (ARGS="--pages 2" is short)
# make bench-peers  measure build, search and quality beside txtai, Haystack and LlamaIndex (ARGS="--sample 20" is short)
# make bench-workers  measure what several workers encode beside one
# make bench-scale  build and ask ten thousand, a hundred thousand and a million chunks (ARGS="--sizes 10000,100000")
# make soak   ask the page as 50 visitors at once, watch its memory (ARGS="--seconds 20 --questions 50" is short); then make fuzz
# make fuzz   read and ask what nobody would write on purpose, 100,000 times (FUZZ="--seconds 120" is short)
# make docs  build the site of the documentation in build/site (ARGS=serve shows it while you write)
# make try-wheel  build what is published, install it in an empty environment elsewhere, ask there (PYTHON=python3.13)
# make try-image  run the steps of deploy/Dockerfile one by one in a folder, without docker, and ask what is served
# make screenshots  make the pictures in docs/ anew
# make clean  remove the environment, the caches and the index

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Relative, so that the path of this folder may hold blanks.
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input -c constraints.txt

# The default model comes with the packages. To download another: HF_HUB_OFFLINE=0 make run
export HF_HUB_OFFLINE ?= 1

FUZZ ?= --inputs 100000

.PHONY: help run test test-again test-cluster lint bench bench-encoding bench-ocr bench-quality bench-peers bench-runtimes bench-scale bench-workers soak fuzz docs try-wheel try-image screenshots clean
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: $(VENV)/.run-installed
	@test -f "$${WENJU_INDEX:-index}/CURRENT" || $(BIN)/wenju rebuild
	@exec $(BIN)/wenju serve --host 127.0.0.1 --port 7860

test: lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# With the tests of Milvus and Ray only where they are among those.
test-again: $(VENV)/.test-installed
	WENJU_TEST_CLUSTER=$(if $(wildcard $(VENV)/.cluster-installed),1) $(BIN)/python -m pytest --last-failed --last-failed-no-failures none

lint: $(VENV)/.test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

test-cluster: $(VENV)/.cluster-installed
	WENJU_TEST_CLUSTER=1 $(BIN)/python -m pytest tests/cluster tests/test_packaging.py tests/test_readme.py \
	  -k "not test_readme or milvus"

bench: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.basics $(ARGS)

bench-encoding: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.encoding $(ARGS)

bench-ocr: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.ocr $(ARGS)

bench-quality: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.quality $(ARGS)

bench-rules: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.rules $(ARGS)

bench-runtimes: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.runtimes $(ARGS)

bench-scale: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.scale $(ARGS)

bench-workers: $(VENV)/.cluster-installed
	$(BIN)/python -m benchmarks.workers $(ARGS)

bench-peers: $(VENV)/.test-installed $(PEERS)/.installed
	$(BIN)/python -m benchmarks.peers $(ARGS)

soak: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.soak $(ARGS)
	$(BIN)/python -m benchmarks.fuzz $(FUZZ)

fuzz: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks.fuzz $(FUZZ)

docs: $(VENV)/.test-installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(or $(ARGS),build --strict)

try-wheel: $(VENV)/.test-installed
	$(BIN)/python -m tests.try_wheel --python $(or $(PYTHON),$(BIN)/python) $(ARGS)

try-image: $(VENV)/.test-installed
	$(BIN)/python -m tests.try_image $(ARGS)

screenshots: $(VENV)/.test-installed
	$(BIN)/python -m docs.screenshots

clean:
	rm -rf $(VENV) $(PEERS) index build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find app.py benchmarks chinese embeddings qa terminal tests web wenju -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the files that say what to install: the second run installs nothing.
$(VENV)/.run-installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing wenju and what it needs; the first time this takes some minutes ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.test-installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing wenju and what its tests need; the first time this takes some minutes ..."
	@$(PIP) -e '.[dev,browser,models,mcp,ocr,frame,plot,bench,docs]'
	@touch $@ $(VENV)/.run-installed

$(VENV)/.cluster-installed: $(VENV)/.test-installed
	@echo "Installing Milvus and Ray ..."
	@$(PIP) -e '.[dev,browser,models,mcp,ocr,frame,plot,bench,docs,cluster,cluster-test]'
	@touch $@

# The engines that wenju is compared with have an environment of their own, made by the same Python.
$(PEERS)/.installed: $(BIN)/python benchmarks/peers-requirements.txt
	@echo "Installing what wenju is compared with; this takes some minutes ..."
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --disable-pip-version-check --no-input -r benchmarks/peers-requirements.txt
	@touch $@

# The first Python that is new enough; PYTHON=... chooses another.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; exit 0; \
	  fi; \
	done; \
	echo "wenju needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1 || true)." \
	  "Install one, then run: make PYTHON=/path/to/python3.11 run" >&2; exit 1
