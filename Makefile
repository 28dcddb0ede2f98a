# Monogram: `make demo` and `make test` do all their own set-up. Needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test setup lock bench kill-test lint clean help

help:            ## this list
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

demo: $(VENV)/.ready  ## set-up, a demo shop, the main job once, then keep serving
	@$(BIN)/monogram demo

test: $(VENV)/.ready-dev  ## set-up and every test
	@$(BIN)/python -m pytest

setup: $(VENV)/.ready ## virtual environment, locked dependencies, fonts

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Monogram needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python requirements.lock pyproject.toml monogram/fonts/book.json
	@echo "Installing the locked dependencies (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m monogram.fontbook
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

lock: $(VENV)/.ready-dev  ## write the lock files anew from requirements*.in
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock requirements.in
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements-dev.lock requirements-dev.in

lint: $(VENV)/.ready-dev  ## style
	@$(BIN)/ruff check .

bench: $(VENV)/.ready-dev  ## the benches, each against a peer in the same run
	@$(BIN)/python -m bench.render
	@$(BIN)/python -m bench.api
	@$(BIN)/python -m bench.webhooks

kill-test: $(VENV)/.ready-dev  ## fifteen minutes of kill -9 under load, the shop included
	@$(BIN)/python -m tests.journeys.kills --seconds 900 --kills 200

clean:           ## the virtual environment and the demo's data
	rm -rf $(VENV) .monogram
