"""The catalogue of problems: complete, used, and each entry's example has the problem that it explains."""

import ast
import re
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert

from docs import make_problems
from tests.command import ucap
from tests.modules import PACKAGE, nodes, trees
from tests.selected_cases import mostly_long
from tests.word_templates import docx, paragraph
from ucap_reports.problems import catalogue
from ucap_reports.problems.problem_and_catalogue import CatalogueEntry, cause_and_fix

pytestmark = pytest.mark.no_cover

OWN = {"form", "hint"}
"""Arguments of `problem` that are not details."""
HOUSE = "extends: iuc-asia\n"
VALID = "cities: [{name: Rome, country: Italy}]\nupdated: 2019-04-30\n"
Provoke = Callable[[Path, pytest.MonkeyPatch], set[str]]


def special_cases() -> Mapping[str, Provoke]:
    """By code, what provokes a problem that no file alone can have: from the modules `provoked_*.py` beside this."""
    found: dict[str, Provoke] = {}
    for path in sorted(Path(__file__).parent.glob("provoked_*.py")):
        found |= import_module(f"tests.{path.stem}").PROVOKED
    return found


SPECIAL = special_cases()
SLOW = {"font-foreign", "scheduler-lost", "worker-ended"}
"""Codes whose examples take seconds."""
CODES = sorted(catalogue())


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """All calls in the product, each with its place."""
    return tuple((f"{name}:{call.lineno}", call) for name in trees() for call in nodes(name, ast.Call))


def problem_calls() -> Iterator[tuple[str, ast.Call]]:
    """All calls of `problem` in the product, with their place."""
    return ((place, call) for place, call in calls() if called_name(call) == "problem")


def called_name(call: ast.Call) -> str:
    """The name of what is called, such as `problem` or `Problem.error`; empty for other expressions."""
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{name}.{attribute}"
        case _:
            return ""


def fields_of(text: str) -> set[str]:
    """The names of the values in a wording."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def constants(node: ast.expr) -> list[str]:
    """The texts that an expression may be: a constant, or either branch of a condition."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return constants(body) + constants(orelse)
        case _:
            return []


def wordings(code: str, form: str) -> set[str]:
    """The names of the values in a form of an entry."""
    entry = catalogue()[code]
    assert isinstance(entry.message, str) or form in entry.message, f"{code} has no form {form!r}"
    texts = [each if isinstance(each, str) else each.get(form, "") for each in (entry.message, entry.hint or "")]
    return set().union(*map(fields_of, texts))


def test_each_problem_is_in_the_catalogue_and_gives_the_values_of_its_message() -> None:
    for place, call in problem_calls():
        given = {each.arg for each in call.keywords}
        forms = next((constants(each.value) for each in call.keywords if each.arg == "form"), [""])
        for code in constants(call.args[0]):
            for form in forms:
                assert None in given or wordings(code, form) == given - OWN, place


def test_problems_are_constructed_only_from_the_catalogue() -> None:
    constructors = {"Problem", "Problem.error", "Problem.warning"}
    constructing = {place.partition(":")[0] for place, call in calls() if called_name(call) in constructors}
    assert constructing == {"problems/problem_and_catalogue.py"}


def test_hints_are_replaced_together_with_the_values_that_they_propose() -> None:
    replaced = {place.partition(":")[0] for place, call in calls() if called_name(call) == "replace" and has_hint(call)}
    assert replaced == {"problems/problem_and_catalogue.py"}


def has_hint(call: ast.Call) -> bool:
    return any(keyword.arg == "hint" for keyword in call.keywords)


def test_no_code_has_two_entries() -> None:
    codes = [
        line
        for path in sorted((PACKAGE / "problems").glob("*.toml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.fullmatch(r"\[[a-z0-9-]+\]", line)
    ]
    assert len(codes) == len(set(codes))


def test_each_entry_is_used_and_no_code_is_made_up_at_run_time() -> None:
    assert {code for _, call in problem_calls() for code in constants(call.args[0])} == set(catalogue())
    assert [place for place, call in problem_calls() if not constants(call.args[0])] == []


def test_the_entries_are_those_of_the_files_each_code_once() -> None:
    paths = sorted((PACKAGE / "problems").glob("*.toml"))
    parsed = [item for path in paths for item in tomllib.loads(path.read_text(encoding="utf-8")).items()]
    assert [(code, convert(fields, CatalogueEntry)) for code, fields in parsed] == list(catalogue().items())


def test_each_entry_says_how_to_fix_the_problem() -> None:
    for code, entry in catalogue().items():
        _, fix = cause_and_fix(code)
        assert len(fix) > len("."), f"{code} needs a fix or a hint"
        if entry.like:
            assert (entry.cause, entry.fix, catalogue()[entry.like].like) == ("", "", ""), code


def test_a_fix_without_words_of_its_own_is_the_hints() -> None:
    assert cause_and_fix("html-unbalanced") == ("", "Add </{name}>; add <{name}> before it.")
    assert cause_and_fix("tags-too-many")[1] == "Use loops for lists."
    assert cause_and_fix("website-invalid") == cause_and_fix("email-invalid")


@pytest.mark.parametrize("code", mostly_long(CODES, {*CODES[::16]} - SLOW))
def test_the_example_of_an_entry_has_its_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    entry = catalogue()[code]
    assert bool(entry.example) != (code in SPECIAL), "an entry has an example, or a special case provokes its problem"

    assert code in (provoked(entry, tmp_path) if entry.example else SPECIAL[code](tmp_path, monkeypatch))


def provoked(entry: CatalogueEntry, folder: Path) -> set[str]:
    """The codes that `ucap` reports about the example."""
    project = folder / "project"
    write(project / "plans" / "rome.yaml", VALID)
    for name, content in entry.example.get("files", {}).items():
        write(project / name, content)
    command = ["build"]
    for kind, content in entry.example.items():
        command = COMMANDS[kind](project, content) if kind in COMMANDS else command
    return set(ucap(project, *command, "--json").codes)


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def plan(project: Path, content: str) -> list[str]:
    """A plan's text."""
    write(project / "plans" / "example.yaml", content)
    return ["check", "example"]


def pack(project: Path, content: str) -> list[str]:
    """A pack.yaml, in a pack that is checked."""
    write(project / "templates" / "house" / "pack.yaml", content)
    return ["template", "check", "house"]


def page(project: Path, content: str) -> list[str]:
    """A page template, in a pack that extends `iuc-asia`."""
    write(project / "templates" / "house" / "summary.page.xml", content)
    return pack(project, HOUSE)


def css(project: Path, content: str) -> list[str]:
    """A style sheet, in a pack that extends `iuc-asia`."""
    write(project / "templates" / "house" / "summary.css", content)
    return pack(project, HOUSE)


def word(project: Path, content: list[str]) -> list[str]:
    """The paragraphs of a Word template, in a pack that extends `iuc-asia`."""
    write(project / "templates" / "house" / "summary.docx", docx("".join(paragraph(text) for text in content)))
    return pack(project, HOUSE)


def table(project: Path, content: str) -> list[str]:
    """A CSV file that is imported."""
    write(project / "table.csv", content)
    return ["import", "table.csv"]


def dump(project: Path, content: str) -> list[str]:
    """A text file that is imported."""
    write(project / "summary.txt", content)
    return ["import", "summary.txt"]


def command(_: Path, content: str) -> list[str]:
    """A command line, in a project with one valid plan."""
    program, *words = content.split()
    assert program == "ucap"
    return words


COMMANDS: Mapping[str, Callable[[Path, Any], list[str]]] = {
    each.__name__: each for each in (plan, pack, page, css, word, table, dump, command)
}


def test_the_reference_of_problems_has_each_code_in_a_topic() -> None:
    names = sorted(name for names in make_problems.TOPICS.values() for name in names)
    assert names == sorted(path.stem for path in (PACKAGE / "problems").glob("*.toml"))
    page = make_problems.page_text()
    assert [code for code in catalogue() if f"[{code}]" not in page] == []


def test_the_reference_explains_the_problems_that_have_a_cause_beside_their_message() -> None:
    page = make_problems.page_text()
    explained = {code for code in catalogue() if f"[{code}]: " in page}
    assert explained == {code for code in catalogue() if cause_and_fix(code)[0]}


def test_the_reference_of_problems_is_generated_from_the_catalogue() -> None:
    assert make_problems.PAGE.read_text(encoding="utf-8") == make_problems.page_text()
