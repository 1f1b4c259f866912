# `make reports` and `make test` need nothing but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: reports test lint lock clean

reports: .venv/reports.stamp
	$(BIN)/ucap build

test: .venv/test.stamp
	$(BIN)/python -m pytest

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --group build pyproject.toml -o locks/reports.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --group build --group test --all-extras pyproject.toml -o locks/test.txt

clean:
	rm -rf .venv out .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/reports.stamp: locks/reports.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/reports.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/test.stamp: locks/test.txt .venv/reports.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/test.txt
	touch $@
