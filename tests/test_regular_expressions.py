"""No pattern of the product takes exponential time, or quadratic time for a long text that a stranger may write."""

import ast
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.modules import PACKAGE, nodes, trees
from tests.regex_ambiguity import Alphabet, Matcher, Pattern, Slow, slow_texts
from tests.regex_syntax import parse_pattern
from tests.selected_cases import mostly_long
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.pdf.text import line_breaking
from ucap_reports.storage import pdf_safety_check
from ucap_reports.template import xml_templates

pytestmark = pytest.mark.no_cover

METHODS = {
    "match": "match",
    "fullmatch": "fullmatch",
    "search": "search",
    "finditer": "finditer",
    "findall": "finditer",
    "sub": "finditer",
    "subn": "finditer",
    "split": "finditer",
}
"""What a method does in terms of time."""
ANY = {"fullmatch", "finditer"}
"""The methods of a pattern that is passed on."""


def patterns_in(value: object) -> Iterator[Pattern]:
    """The patterns in the value of a name."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, LazyPattern):
        yield value.compiled
    elif isinstance(value, dict):
        for inner in value.values():
            yield from patterns_in(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from patterns_in(inner)


@cache
def accesses() -> dict[str, set[tuple[str, str]]]:
    """The modules that use each name, with the attribute that they use; an empty one if they pass the name on."""
    found: dict[str, set[tuple[str, str]]] = {}
    for path in trees():
        owners: set[int] = set()
        for attribute in nodes(path, ast.Attribute):
            if isinstance(attribute.value, ast.Name | ast.Attribute):
                owners.add(id(attribute.value))
                found.setdefault(name_of(attribute.value), set()).add((path, attribute.attr))
        for name in nodes(path, ast.Name):
            if isinstance(name.ctx, ast.Load) and id(name) not in owners:
                found.setdefault(name.id, set()).add((path, ""))
    return found


def name_of(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def methods_of(name: str, path: str) -> set[str]:
    """The methods with which a name of a module is used: in this module, or anywhere if it is public."""
    methods: set[str] = set()
    for other, attribute in accesses().get(name, set()):
        if name.startswith("_") and other != path:
            continue
        if attribute == "":
            methods |= ANY
        elif attribute in METHODS:
            methods.add(METHODS[attribute])
    return methods


def is_re(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "re"


def calls_of_re() -> Iterator[tuple[str, ast.Call, str]]:
    """The calls of functions of `re` that take a pattern: the path of the module, the call, and the function."""
    for path in trees():
        for call in nodes(path, ast.Call):
            if isinstance(call.func, ast.Attribute) and is_re(call.func.value):
                if call.func.attr in {*METHODS, "compile"}:
                    yield path, call, call.func.attr


def flags_of(call: ast.Call) -> int:
    flags = 0
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        for node in ast.walk(argument):
            if isinstance(node, ast.Attribute) and is_re(node.value) and node.attr.isupper():
                flags |= getattr(re, node.attr)
    return flags


def patterns_of_mistakes() -> list[str]:
    with (PACKAGE / "source" / "yaml_syntax_errors.toml").open("rb") as file:
        return [entry["pattern"] for entries in tomllib.load(file).values() for entry in entries]


@cache
def uses() -> dict[str, tuple[Pattern, frozenset[str]]]:
    """The patterns of the product and their methods, by the place where each is written."""
    found: dict[tuple[str | bytes, int], tuple[str, Pattern, set[str]]] = {}

    def add(where: str, pattern: Pattern, methods: set[str]) -> None:
        found.setdefault((pattern.pattern, pattern.flags), (where, pattern, set()))[2].update(methods)

    for path in trees():
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if module in {"__main__", "__init__"}:
            continue
        for name, value in vars(import_module(f"ucap_reports.{module}")).items():
            for number, pattern in enumerate(patterns_in(value)):
                index = f"[{number}]" if number else ""
                add(f"{path} {name}{index}", pattern, methods_of(name, path))
    for path, call, function in calls_of_re():
        source = call.args[0]
        if isinstance(source, ast.Constant) and isinstance(source.value, str | bytes):
            pattern = compiled(source.value, flags_of(call))
            is_known = (pattern.pattern, pattern.flags) in found
            methods = {METHODS[function]} if function in METHODS else ANY
            if function in METHODS or not is_known:
                add(f"{path} {source.value!r}", pattern, methods)
    return {where: (pattern, frozenset(methods)) for where, pattern, methods in found.values()}


def compiled(source: str | bytes, flags: int) -> Pattern:
    if isinstance(source, str):
        return re.compile(source, flags)
    return re.compile(source, flags)


def mistakes() -> list[str]:
    with (PACKAGE / "source" / "yaml_syntax_errors.toml").open("rb") as file:
        return [mistake["pattern"] for mistake in tomllib.load(file)["mistakes"]]


PUT_TOGETHER: dict[str, list[tuple[Pattern, str]]] = {
    "source/yaml_syntax_errors.py": [(re.compile(pattern), "match") for pattern in mistakes()],
    "template/xml_templates.py": [(re.compile(pattern), "search") for _, pattern in xml_templates._FORMS],
    "pdf/text/line_breaking.py": [(line_breaking._base(), "finditer"), (line_breaking._open_end(), "search")],
    "storage/pdf_safety_check.py": [(pdf_safety_check._FILTER, "finditer")],
    "importers/fields_of_paragraphs.py": [(re.compile(r"Rome\ –\ Turin|Turin|Rome"), "sub")],
    "importers/separators_of_names_and_lists.py": [(re.compile(r"\*|\n"), "finditer")],
    "patterns/lazy_pattern.py": [],  # rare patterns, which are found in the modules that have them
    "importers/column_map_file.py": [],  # patterns of maps, which are only compiled: `regex` searches them
}
"""The modules that put patterns together in functions, and examples of these with their methods."""
MATCHED_ONLY = {"page/svg_drawing.py _ARC", "page/svg_drawing.py _TRANSFORM"}
"""Patterns that are passed to a function that uses `match`."""
BOUNDED = {
    "plan/field_values.py MAIL search": "a text of at most 80 characters (countries_goals_and_partnerships.MAX_NAME)",
    "plan/writing/markdown_and_public_plan.py _SPECIAL finditer": "a text of at most 20,000 characters: 0.2 s",
    "pdf/text/line_breaking.py '~\\\\( (.+?) \\\\)|~(\\\\w+)' finditer": "the rules of the package",
    **dict.fromkeys(
        (
            "word/writer/template_export.py _ATTRIBUTE finditer",
            "word/writer/template_export.py _COMMENT finditer",
            "word/writer/template_export.py _START_TAG finditer",
            "word/writer/template_export.py _STATEMENT finditer",
            "word/writer/statements_to_examples.py _VALUE finditer",
        ),
        "page templates that were compiled, in which each tag, comment and quotation mark has its end",
    ),
}
"""Patterns that take quadratic time, and why their texts are short or do not have the slow form."""
PARTS = 2


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_no_pattern_takes_more_than_linear_time(part: int) -> None:
    slow: dict[str, Slow] = {}
    for where, (pattern, methods) in sorted(uses().items())[part::PARTS]:
        used = {"match"} if where in MATCHED_ONLY else methods
        for method in sorted(used):
            ways = next(slow_texts(pattern, [method]), None)
            if ways is not None:
                slow[f"{where} {method}"] = ways
    bounded = {where: ways for where, ways in slow.items() if where in BOUNDED and ways.growth == "quadratic"}
    assert slow == bounded


@pytest.mark.parametrize("path", sorted(PUT_TOGETHER))
def test_no_pattern_that_a_function_puts_together_takes_more_than_linear_time(path: str) -> None:
    for pattern, method in PUT_TOGETHER[path]:
        assert list(slow_texts(pattern, [method])) == [], pattern


def test_all_patterns_are_searched() -> None:
    assert len(uses()) > 190
    known = {pattern.pattern for pattern, _ in uses().values()}
    for path, call, _ in calls_of_re():
        pattern = call.args[0]
        if isinstance(pattern, ast.Constant):
            assert pattern.value in known, path
        elif any(call in ast.walk(function) for function in functions_of(path)):
            # Otherwise it is called when the module is imported, and found as the value of a name.
            assert path in PUT_TOGETHER


def functions_of(path: str) -> list[ast.AST]:
    return [*nodes(path, ast.FunctionDef), *nodes(path, ast.Lambda)]


def test_rare_patterns_are_made_when_modules_are_imported() -> None:
    """Those that functions make would be compiled at each call, and not be found here."""
    for path in trees():
        if not any(name.id == LazyPattern.__name__ for name in nodes(path, ast.Name)):
            continue
        for function in functions_of(path):
            names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            assert LazyPattern.__name__ not in names, path


MOST_COMPILED = 90
"""Patterns that modules of a build compile when they are imported; 190 before the rare ones waited for their first use.
"""
COUNT_COMPILED = """
import re, sys
from ucap_reports.cli import main
from ucap_reports.patterns.lazy_pattern import LazyPattern
code = main(sys.argv[1:])
values = []
for name, module in sys.modules.items():
    if name.startswith("ucap_reports"):
        values += vars(module).values()
frequent = {value for value in values if isinstance(value, re.Pattern)}
rare = {value for value in values if isinstance(value, LazyPattern)}
print()
print(len(frequent), sum(pattern.is_compiled for pattern in rare), len(rare))
sys.exit(code)
"""


def test_a_build_compiles_few_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "cities: [{name: Rome, country: Italy}, {name: 天津, country: China}]\nobjectives: Learn from each other.\n"
    project = tmp_path / "project"
    (project / "plans").mkdir(parents=True)
    (project / "plans" / "rome-turin.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "cache"))  # other tests remove files from the one of all
    command = [sys.executable, "-c", COUNT_COMPILED, "build", "--no-index", "--force"]
    subprocess.run(command, cwd=project, capture_output=True, check=True)  # compiles the templates for the cache
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    frequent, compiled, rare = map(int, done.stdout.splitlines()[-1].split())

    assert frequent <= MOST_COMPILED
    assert compiled <= 3
    assert rare > 80


MOST_CHARACTERS = 3_000
"""Characters in the ranges of a pattern that is compiled when its module is imported: `re` makes sets of characters of
the Basic Multilingual Plane one by one, which takes a millisecond for 20,000. Most sets of many are also the negation
of few.
"""
END = r"(?:\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})|([^\\\]]))"
RANGE = re.compile(rf"(?s:(?!\[){END}-{END})")


def code_of(digits: Sequence[str], character: str) -> int:
    """The code of one end of a range: its digits in one of three escapes, or the character itself."""
    return ord(character) if character else int("".join(digits), base=16)


def characters_in_ranges(pattern: Pattern) -> int:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    count = 0
    for groups in RANGE.findall(source):
        first, last = code_of(groups[:3], groups[3]), code_of(groups[4:7], groups[7])
        count += max(min(last, 0xFFFF) - first, 0)
    return count


def test_patterns_with_thousands_of_characters_are_rare() -> None:
    large = {}
    for path in trees():
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if module not in {"__main__", "__init__"}:
            for name, value in vars(import_module(f"ucap_reports.{module}")).items():
                for pattern in () if isinstance(value, LazyPattern) else patterns_in(value):
                    if characters_in_ranges(pattern) > MOST_CHARACTERS:
                        large[f"{path} {name}"] = characters_in_ranges(pattern)
    assert large == {}


def test_a_rare_pattern_has_the_methods_of_a_pattern() -> None:
    rare = LazyPattern(r"([a-z])\d", re.IGNORECASE)
    pattern = re.compile(r"([a-z])\d", re.IGNORECASE)
    text = "a1-B2 c3"

    assert not rare.is_compiled
    assert [match.span() for match in rare.finditer(text, 2, 5)] == [(3, 5)]
    assert rare.is_compiled
    assert rare.compiled == pattern
    for method in ("match", "fullmatch", "search"):
        for bounds in ((text,), (text, 3), (text, 3, 5), (text, 1)):
            own, usual = getattr(rare, method)(*bounds), getattr(pattern, method)(*bounds)
            assert (own and own.span()) == (usual and usual.span())
    assert rare.findall(text) == pattern.findall(text)
    assert rare.split(text) == pattern.split(text)
    assert rare.split(text, 1) == pattern.split(text, 1)
    assert rare.sub(r"<\1>", text, count=2) == "<a>-<B> c3"
    assert rare.sub(lambda match: match[0].upper(), text) == "A1-B2 C3"


def test_bounded_patterns_exist() -> None:
    known = {f"{where} {method}" for where, (_, methods) in uses().items() for method in methods}
    assert BOUNDED.keys() <= known
    assert uses().keys() >= MATCHED_ONLY


@pytest.mark.parametrize(
    ("source", "method", "growth"),
    [
        (r"(?:#[^~].*\n|#?\n)*msgid", "match", "exponential"),
        (r"(a|a)*b", "match", "exponential"),
        (r"(a*)*b", "match", "exponential"),
        (r"(?:a+b?)+c", "match", "exponential"),
        (r"(?:a{1,30}){1,30}b", "match", "exponential"),
        (r"(?:a?){30}b", "match", "exponential"),
        (r"(?i:a|A)+b", "match", "exponential"),
        (r"(?:\w|\d)+!", "fullmatch", "exponential"),
        (r"a*a*b", "match", "quadratic"),
        (r"\s*[-#]?\s*x", "match", "quadratic"),
        (r"a+b", "search", "quadratic"),
        (r"\s+$", "search", "quadratic"),
        (r"a(?=.*b)", "finditer", "quadratic"),
        (r"<[^>]*>", "finditer", "quadratic"),
        (r"(.*)\1b", "match", "quadratic"),
        (r"a+b", "match", ""),
        (r"a+", "finditer", ""),
        (r"(?:a+)++b", "match", ""),
        (r"(?>a|a)*+b", "match", ""),
        (r"(?:#(?!~).*\n|\n)*msgid", "match", ""),
        (r"(?<!\s)\s+$", "search", ""),
        (r"<[^<>]*>", "finditer", ""),
        (r"[a-z]+(?:-[a-z]+)*", "fullmatch", ""),
        (r"(?P<quote>['\"])(?:(?!(?P=quote)).)*(?P=quote)", "match", ""),
        (r"\b\d{1,3}(?:,\d{3})*\b", "match", ""),
    ],
)
def test_the_search_finds_slow_patterns_and_no_others(source: str, method: str, growth: str) -> None:
    slow = next(slow_texts(re.compile(source), [method]), None)
    assert (slow.growth if slow else "") == growth


@pytest.mark.parametrize("seed", mostly_long(range(3), {0}))
def test_the_matcher_that_counts_steps_matches_as_python_does(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the texts of a test
    for pattern, _ in uses().values():
        tree = parse_pattern(pattern)
        alphabet = Alphabet(pattern, tree)
        matcher = Matcher(tree, alphabet)
        for _ in range(5):
            text = "".join(chance.choices(alphabet.representatives, k=chance.randint(0, 12)))
            source = pattern.pattern
            if isinstance(source, bytes):
                found: re.Match[Any] | None = re.compile(source, pattern.flags).match(text.encode("latin-1"))
            else:
                found = re.compile(source, pattern.flags).match(text)
            assert matcher.match_end(text) == (found.end() if found else None), (pattern, text)
