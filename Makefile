# `make reports` and `make test` need only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Where this is set, each of the many processes of the tests compiles all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: reports test test-all goldens coverage mutation lint lock test-wheel clean

reports: .venv/reports.stamp
	$(BIN)/ucap build
	$(BIN)/ucap book
	@echo
	@echo 'Open out/index.html, which lists all summaries, out/book.pdf, or out/tianjin-rome.pdf and out/tianjin-rome.docx.'
	@echo 'Infos are about facts that the sources of the plans do not give; they stop nothing.'

test: .venv/test.stamp
	$(BIN)/python -m pytest

# Also the tests with many generated cases, and with all shipped plans in all packs.
test-all: .venv/test.stamp
	$(BIN)/python -m pytest -m ''

# Regenerate the pictures of tests/goldens after a wanted change. Look at each one that changed before it is committed.
goldens: .venv/test.stamp
	$(BIN)/python -m tests.make_goldens

# The tests with branch coverage, which must be at least 95 %.
coverage: .venv/test.stamp
	$(BIN)/python -m pytest --cov

# Faults in a sample of the code that no test finds, within 20 minutes of processor time after each test has run once.
mutation: .venv/test.stamp
	$(BIN)/python -m benchmarks.mutation

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Update the lock files and the list of their wheels; the only target that needs uv.
lock: .venv/test.stamp
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group build --extra ja pyproject.toml -o locks/reports.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group build --group test --all-extras pyproject.toml -o locks/test.txt
	uv pip compile --quiet --universal --python-version 3.11 --group build --all-extras --constraint locks/test.txt pyproject.toml -o .venv/pylock.toml
	$(BIN)/python -m tests.make_wheels .venv/pylock.toml

# Run the tests with the installed wheel instead of the checkout, in a new environment: needs uv. The tests that build
# the wheel are left out. Examples:
#   make test-wheel PYTHON=python3.12
#   make test-wheel PYTHON=python3.11 RESOLUTION=lowest-direct    # the lowest versions that pyproject.toml allows
#   make test-wheel TESTS=tests/test_build.py
RESOLUTION ?= highest
SUITE := build/suite
EXTRAS := ar,dask,hi,ja,km,ko,sign,ta,th
test-wheel:
	rm -rf $(SUITE) && mkdir -p $(SUITE)
	cp -r tests docs benchmarks plans templates locks *.md .dockerignore .pre-commit-hooks.yaml Dockerfile LICENSE Makefile pyproject.toml $(SUITE)
	uv venv --quiet --python $(PYTHON) $(SUITE)/.venv
	uv build --quiet --wheel --out-dir $(SUITE)/dist
	uv pip install --quiet --python $(SUITE)/.venv --resolution $(RESOLUTION) "$$(ls $(SUITE)/dist/*.whl)[$(EXTRAS)]"
	uv pip freeze --quiet --python $(SUITE)/.venv | grep -v '^ucap-reports' > $(SUITE)/installed.txt
	uv pip install --quiet --python $(SUITE)/.venv --constraints $(SUITE)/installed.txt --group test --group build
	ln -s .venv/lib/$$(ls $(SUITE)/.venv/lib)/site-packages/ucap_reports $(SUITE)/ucap_reports
	cd $(SUITE) && .venv/bin/python -m pytest -m '' --ignore tests/test_wheel.py $(TESTS)

clean:
	rm -rf .venv build out .mypy_cache .pytest_cache .ruff_cache .hypothesis

# pip is installed last into a new virtual environment, so that an interrupted one is created again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is required: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/reports.stamp: locks/reports.txt pyproject.toml | $(BIN)/pip
	$(INSTALL) --require-hashes --requirement locks/reports.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: locks/test.txt .venv/reports.stamp
	$(INSTALL) --require-hashes --requirement locks/test.txt
	@touch $@
