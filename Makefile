# Everything a newcomer needs, from the lock file, with Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL_FOYER = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

.PHONY: run test bench lint messages lock clean

run: $(VENV)/.run
	$(BIN)/foyer run

test: $(VENV)/.dev .cache/botapi-schema.json
	$(BIN)/python -m pytest -n auto --dist worksteal

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

messages: $(VENV)/.dev
	$(BIN)/python locales/extract.py

lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Foyer needs Python 3.11 or newer; say which one with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(INSTALL_FOYER)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(INSTALL_FOYER)
	@touch $@ $(VENV)/.run

.cache/botapi-schema.json: $(VENV)/.dev
	$(BIN)/python -m tests.fidelity.fetch_schema

clean:
	rm -rf $(VENV) .cache build
