"""The public names, and the libraries that are loaded only when they are used."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ucap_reports

HEAVY = (
    "babel",
    "docx",
    "fontTools",
    "jinja2",
    "lxml",
    "markdown_it",
    "PIL",
    "pydantic",
    "reportlab",
    "yaml",
    "ucap_reports.pdf",
)


def loaded_by(statements: str) -> set[str]:
    """The heavy libraries that a new process has loaded after the statements."""
    code = f"{statements}\nimport sys; print(chr(0) + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("\0")[2].split()) & set(HEAVY)


def test_each_public_name_is_documented_and_exists() -> None:
    page = (Path(__file__).parent.parent / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    for name in ucap_reports.__all__:
        assert re.search(rf"`{name}\b", page), name
        assert getattr(ucap_reports, name).__module__.startswith("ucap_reports.")
        assert getattr(ucap_reports, name).__name__ == name


def test_each_public_function_documents_its_arguments_and_errors() -> None:
    functions = [getattr(ucap_reports, name) for name in ucap_reports.__all__ if name[0].islower()]
    assert len(functions) == 8
    for function in functions:
        text = inspect.getdoc(function) or ""
        assert {"Args:", "Raises:"} <= {line.strip() for line in text.splitlines()}, function
        assert all(re.search(rf"^\s+{name}: ", text, re.MULTILINE) for name in inspect.signature(function).parameters)


def test_public_names_are_listed_before_they_are_imported() -> None:
    code = "import json, ucap_reports; print(json.dumps(dir(ucap_reports)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set(ucap_reports.__all__) <= set(json.loads(done.stdout))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'biuld'"):
        _ = ucap_reports.biuld  # type: ignore[attr-defined] # that it does not exist is the point


def test_a_public_name_is_the_same_after_its_module_was_imported() -> None:
    code = "import ucap_reports.cli.build_check_and_book_commands, ucap_reports; assert callable(ucap_reports.build)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "statements",
    [
        "import ucap_reports",
        "from ucap_reports import Problem, ProblemsFound",
        "from ucap_reports.cli import main; main(['--help'])",
        pytest.param("from ucap_reports.cli import main; main(['--version'])", marks=pytest.mark.long),
        "from ucap_reports.cli import main; main(['biuld'])",
        pytest.param("from ucap_reports.cli import main; main(['build', '--fromat'])", marks=pytest.mark.long),
        "from ucap_reports.cli import main; main(['build', '--help'])",
        pytest.param("from ucap_reports.cli import main; main(['explain', 'command-missing'])", marks=pytest.mark.long),
    ],
)
def test_help_and_usage_errors_load_no_heavy_library(statements: str) -> None:
    assert loaded_by(statements) == set()


@pytest.mark.parametrize(("wanted", "other"), [("render_word", "ucap_reports.pdf"), ("render_pdf", "docx")])
def test_a_format_does_not_load_the_library_of_the_other(wanted: str, other: str) -> None:
    assert other not in loaded_by(f"from ucap_reports import {wanted}")
