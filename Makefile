# The two commands a newcomer needs are `make chat` and `make test`; CONTRIBUTING.md explains the rest.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860

.PHONY: chat setup test check format eval bench bench-retrieval audit fuzz sealed lock clean

chat: .venv/.ready
	$(BIN)/jixiao ingest corpus/documents
	$(BIN)/python app.py --port $(PORT)

setup: .venv/.ready .venv/.ready-dev

# torch first and exactly: a looser request downloads gigabytes of CUDA libraries.
.venv/.ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新版本 (Python >= 3.11 is needed)")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint requirements.lock torch==2.13.0
	$(BIN)/pip install --quiet --constraint requirements.lock --editable .
	touch $@

.venv/.ready-dev: .venv/.ready
	$(BIN)/pip install --quiet --constraint requirements.lock --editable '.[dev]'
	touch $@

test: .venv/.ready-dev
	$(BIN)/pytest -n 2 $(ARGS)

check: .venv/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_architecture.py
	-@$(ADVISORIES)
	@$(BIN)/python -m tests.advisories

format: .venv/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

eval: .venv/.ready
	$(BIN)/python -m eval

bench: .venv/.ready-dev
	$(BIN)/python -m tests.bench

# Needs the public question set beside the project; says so when it is missing.
bench-retrieval: .venv/.ready-dev
	$(BIN)/pip install --quiet --constraint requirements.lock --editable '.[bench]'
	$(BIN)/python -m tests.bench.retrieval

# Asks the public advisories about what is pinned, and fails for a new one; `check` asks too, at most once a day, and
# only tells. Without a network both say that they skip it.
ADVISORIES = test -x $(BIN)/pip-audit || $(BIN)/pip install --quiet --disable-pip-version-check --retries 0 --timeout 5 pip-audit >/dev/null 2>&1
audit: .venv/.ready-dev
	-@$(ADVISORIES)
	$(BIN)/python -m tests.advisories --strict

# Longer runs of what `make test` samples: mutated files, mutated attacks.
fuzz: .venv/.ready-dev
	JIXIAO_FUZZ=10000 $(BIN)/pytest -n 2 tests/corpus/test_readers_mutations.py

sealed: .venv/.ready-dev
	SEALED_FULL=1 $(BIN)/pytest -n 2 tests/sealed

# Pins what is installed now; run it in a fresh .venv after changing pyproject.toml.
lock: .venv/.ready-dev
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//; s/ @ .*//' > requirements.lock

clean:
	rm -rf .venv build dist
