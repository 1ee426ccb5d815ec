# The same commands for people and for CI. Everything lives in .venv; nothing else is touched.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all lint format bench bench-accuracy damage fuzz soak soak-studio lock web clean

help:  ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 17

setup: $(VENV)/.ready  ## Make .venv with pellucid and all that developing it needs

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "pellucid needs Python 3.11 or newer; none was found."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup  ## Train a network on handwritten digits
	$(BIN)/pellucid train digits

test: setup  ## Run the tests (a few minutes)
	$(BIN)/python -m pytest -m "not slow" --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-all: setup  ## Run all tests, slow ones and more examples included
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest

lint: setup  ## Check style, types and the import order
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## Bring the code into its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(PEERS)/.ready: requirements/peers.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/peers.txt
	@touch $@

bench: setup $(PEERS)/.ready  ## Measure speed and accuracy beside the peers (about half an hour)
	PELLUCID_PEERS_PYTHON=$(PEERS)/bin/python $(BIN)/python -m benchmarks

bench-accuracy: setup $(PEERS)/.ready  ## Measure what networks reach, without speed (some hours)
	PELLUCID_PEERS_PYTHON=$(PEERS)/bin/python $(BIN)/python -m benchmarks accuracy any_data tables \
		calibration forecasting clustering presets

damage: setup  ## Damage 100,000 files and load each (COUNT=…; some minutes)
	$(BIN)/python -m reliability.damage $(or $(COUNT),100000)

soak: setup  ## Kill trainings 1,000 times and go on with them (COUNT=…; about an hour)
	$(BIN)/python -m reliability.soak --kills $(or $(COUNT),1000)

soak-studio: setup  ## Use the studio in a browser for an hour, and watch its memory (SECONDS=…)
	$(BIN)/python -m reliability.studio --seconds $(or $(SECONDS),3600)

$(VENV)/.ready-to-fuzz: $(VENV)/.ready requirements/fuzz.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/fuzz.txt
	@touch $@

fuzz: $(VENV)/.ready-to-fuzz  ## Fuzz every reader of files with 1,000,000 inputs (RUNS=…; hours; goes on where it was)
	$(BIN)/python -m fuzzing --runs $(or $(RUNS),1000000)

lock: setup  ## Pin the requirements anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		pyproject.toml -o requirements/core.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		pyproject.toml requirements/dev.in -o requirements/dev.txt

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --silent

web: setup web/node_modules/.package-lock.json  ## Build the studio's page (needs Node 20.19 or newer)
	$(BIN)/python -m pellucid.studio.typescript web/src/lib/messages.ts
	$(BIN)/python web/fixtures/make.py
	$(BIN)/python web/fixtures/layers.py
	cd web && npm run --silent check && npm test --silent && npm run --silent build

clean:  ## Remove what the commands above made
	rm -rf $(VENV) $(PEERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
