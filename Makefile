# The commands of the project.  Each sets up the virtual environment first, when it has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test lint docs bench oracle clean

setup: $(READY)

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "airspec needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[oracle,docs,test,lint]'
	touch $(READY)

# Check a real script of several peers over every interleaving, and leave a report.
demo: $(READY)
	mkdir -p build
	$(BIN)/airspec check examples/gather-stream.air --html build/gather-stream.html
	@echo "The report is build/gather-stream.html"

test: $(READY)
	$(BIN)/python -m pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/airspec lint-rules

docs: $(READY)
	$(BIN)/python -m sphinx -W --keep-going -b html docs build/book

bench: $(READY)
	$(BIN)/python -m airspec.checker.bench

# Fetch the published interpreter that the specification is compared with (needs npm).
oracle: $(READY)
	$(BIN)/python -m airspec.checker.adapters.fetch_oracle

clean:
	rm -rf build $(VENV) .oracle
