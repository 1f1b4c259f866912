# `make reports` and `make test` need nothing but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: reports test lint lock clean

reports: .venv/reports.stamp
	$(BIN)/ucap build
	@echo
	@echo 'To look at: out/index.html lists all summaries; the example is out/tianjin-rome.docx and out/tianjin-rome.pdf.'
	@echo 'The warnings above tell what the sources of these plans do not say; they stop nothing.'

test: .venv/test.stamp
	$(BIN)/python -m pytest

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Renews both lock files; the one target that needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group build pyproject.toml -o locks/reports.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group build --group test --all-extras pyproject.toml -o locks/test.txt

clean:
	rm -rf .venv out .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Its pip is the last thing that a new virtual environment gets: one that was interrupted is made again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name it so: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/reports.stamp: locks/reports.txt pyproject.toml | $(BIN)/pip
	$(INSTALL) --require-hashes --requirement locks/reports.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: locks/test.txt .venv/reports.stamp
	$(INSTALL) --require-hashes --requirement locks/test.txt
	@touch $@
