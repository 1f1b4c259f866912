"""The architecture, read from the imports of the source."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ucap_reports"
ROWS = (
    ("problems", "document", "units", "addresses", "languages"),
    ("project", "cache", "tools", "keeping", "files", "richtext", "textfile", "lines", "scalars", "source", "figures"),
    ("days", "markup", "bidi", "templating", "vocabulary", "quantities", "fonts", "emblem"),
    ("summary", "order", "theme", "validation", "pack", "pack_faults", "pack_resources", "packs", "plan", "planfile"),
    ("check", "compose", "word", "pdf"),
    ("produce",),
    ("index",),
    ("importers",),
    ("designer",),
    ("batch",),
    ("preview",),
    ("cli",),
    ("data",),
)
"""The rooms of the house: each imports only from those that stand before it. `data` has the scripts that made it."""
ORDER = [room for row in ROWS for room in row]
NEVER = {
    "word": {"compose", "check", "pdf", "plan", "source", "packs"},
    "pdf": {"compose", "check", "word", "plan", "source", "packs"},
    "compose": {"check", "source", "packs"},
}
"""What a room must not see though it stands before it: renderers are given a summary and a pack, nothing earlier."""
LIBRARIES = {
    "babel": {"compose", "data", "days", "plan"},
    "deflate": {"pdf", "word"},
    "distributed": {"batch"},
    "docx": {"word"},
    "fontTools": {"fonts"},
    "jinja2": {"templating", "index"},
    "lxml": {"word", "pdf", "importers"},
    "markdown_it": {"markup"},
    "markupsafe": {"templating"},
    "PIL": {"data", "pdf"},
    "openpyxl": {"importers"},
    "pycountry": {"data"},
    "pydantic": {"theme", "pack", "plan", "validation", "importers"},
    "pydantic_core": {"validation"},
    "pypdfium2": {"index", "preview"},
    "reportlab": {"pdf"},
    "rich": {"cli"},
    "starlette": {"preview"},
    "uharfbuzz": {"pdf"},
    "uniseg": {"data"},
    "uvicorn": {"preview"},
    "watchfiles": {"preview"},
    "yaml": {"source"},
}
"""Each third-party library with the only rooms that import it; `data` holds scripts that nobody runs but its makers."""
EVERYWHERE = {"msgspec"}
"""What values are made of."""
CHANCE_AND_CLOCK = {"random", "secrets", "uuid", "time"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules_imported(path: Path) -> Iterator[str]:
    """The full names of what a file imports, wherever in it; `from ucap_reports import x` gives ucap_reports.x."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module="ucap_reports", names=names):
                yield from (f"ucap_reports.{name.name}" for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.ImportFrom():
                yield "a relative import"
            case _:
                pass


FILES = sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) not in {"__init__", "__main__"})
IMPORTS = {path: frozenset(modules_imported(path)) for path in FILES}


def rooms_seen(path: Path) -> set[str]:
    """The other rooms that a file imports from."""
    own = {name.split(".")[1] for name in IMPORTS[path] if name.startswith("ucap_reports.")}
    return own - {room_of(path), "__version__"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in FILES} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_room_imports_only_from_rooms_before_it(path: Path) -> None:
    before = ORDER[: ORDER.index(room_of(path))]
    assert rooms_seen(path) - set(before) == set()


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) in NEVER], ids=name_of)
def test_the_stages_of_a_document_do_not_see_each_other(path: Path) -> None:
    assert rooms_seen(path) & NEVER[room_of(path)] == set()


def test_each_library_is_imported_by_its_rooms_and_no_other() -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for path, names in IMPORTS.items():
        for name in names:
            library = name.split(".")[0]
            if library not in sys.stdlib_module_names | EVERYWHERE | {"ucap_reports"}:
                used[library].add(room_of(path))
    assert dict(used) == LIBRARIES


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_values_are_structs_of_msgspec_which_cost_less_than_dataclasses(path: Path) -> None:
    assert "dataclasses" not in IMPORTS[path]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_depends_on_chance_or_on_the_clock(path: Path) -> None:
    assert {name.split(".")[0] for name in IMPORTS[path]} & CHANCE_AND_CLOCK == set()
