"""The layers of CONTRIBUTING.md, checked against the imports in the source."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.modules import PACKAGE, nodes
from tests.stages import ROOT

pytestmark = pytest.mark.no_cover

LAYERS = (
    ("patterns", "problems", "storage"),
    ("source", "text", "fonts", "pictures"),
    (
        "plan",
        "plan.writing",
        "plan.translation",
        "template.lengths_colours_and_paper_sizes",
        "template.jinja",
        "template",
        "template.xml_templates",
    ),
    ("summary",),
    ("page",),
    ("word", "pdf", "html"),
    ("check", "importers"),
    ("batch",),
    ("editor",),
    ("cli",),
)
"""The packages in order: each imports only from packages before it. Subpackages in the list have their own position."""
ORDER = [package for layer in LAYERS for package in layer]
COMPOSING = {
    "summary.document_titles",
    "summary.compose_summary_and_estimate_scale",
    "summary.city_groups_and_facts_for_templates",
    "summary.fact_table_and_values",
    "summary.comparable_city_numbers",
    "summary.contact_author_and_keywords",
    "summary.numbers_dates_and_names",
    "summary.pack_and_book_words",
}
OPENING = {"template.pack_opening", "template.pack_inheritance", "template.row_order_labels_and_hiding"}
EARLIER = {"source", "plan", *OPENING, *COMPOSING}
FORBIDDEN = {
    "source": {"text"},
    "template.jinja": {"plan", "source"},
    "summary": {"source", *OPENING},
    "page": EARLIER,
    "word": {"pdf", "html", *EARLIER},
    "pdf": {"word", "html", *EARLIER},
    "html": {"word", "pdf", *EARLIER},
}
"""Earlier packages that a package must not import: renderers get a summary and a pack and nothing else."""
LIBRARIES = {
    "argcomplete": {"cli.completion_command"},
    "babel": {"importers", "plan", "source.currencies_and_multiples", "summary", "text.language_tags"},
    "budoux": {"text"},
    "deflate": {"fonts", "importers", "pdf.file", "word.file"},
    "distributed": {"batch"},
    "docx": {"word.annotated_copy"},
    "fontTools": {"fonts", "page"},
    "jinja2": {"batch.index_page", "template.jinja"},
    "lxml": {"check", "importers", "page", "pictures", "template.xml_templates", "word"},
    "markdown_it": {"text"},
    "markupsafe": {"template.jinja"},
    "openpyxl": {"importers"},
    "PIL": {"page", "pdf.layout", "pictures"},
    "pydantic": {"importers", "plan", "source", "template"},
    "pydantic_core": {"plan", "source"},
    "pyhanko": {"pdf.file"},
    "pyhanko_certvalidator": {"pdf.file"},
    "pyphen": {"text"},
    "pypdfium2": {"batch.document_names_and_thumbnails", "page", "importers", "editor"},
    "regex": {"importers"},
    "reportlab": {"page", "template"},
    "rich": {"cli"},
    "starlette": {"editor"},
    "tinycss2": {"html"},
    "uharfbuzz": {"fonts", "pdf.text"},
    "uvicorn": {"editor"},
    "watchfiles": {"editor"},
    "yaml": {"source"},
}
"""Each third-party library with the packages that import it."""
EVERYWHERE = {"msgspec"}
"""The library for frozen values."""
CHANCE_AND_CLOCK = {"random", "secrets", "uuid", "time"}


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def package_of(module: str) -> str:
    """The innermost package in ORDER that contains the module; the module itself if there is none."""
    return max((each for each in ORDER if is_inside(module, each)), key=len, default=module)


def modules_imported(path: Path) -> Iterator[str]:
    """The full names of all imports in a file; `from ucap_reports import x` gives ucap_reports.x."""
    name = path.relative_to(PACKAGE).as_posix()
    for node in nodes(name, ast.Import):
        yield from (imported.name for imported in node.names)
    for part in nodes(name, ast.ImportFrom):
        if part.module is None or part.level > 0:
            yield "a relative import"
        elif (PACKAGE.parent / part.module.replace(".", "/")).is_dir():
            yield from (f"{part.module}.{imported.name}" for imported in part.names)
        else:
            yield part.module


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)


@cache
def imports() -> Mapping[Path, frozenset[str]]:
    """The full names of all imports of each file."""
    return {path: frozenset(modules_imported(path)) for path in FILES}


def own_modules(path: Path) -> set[str]:
    """The modules of the product that a file imports, without the prefix `ucap_reports.`."""
    names = {name.removeprefix("ucap_reports.") for name in imports()[path] if name.startswith("ucap_reports.")}
    return names - {"__version__"}


def test_every_module_is_in_a_package_of_the_architecture() -> None:
    assert {package_of(module_of(path)) for path in FILES} == set(ORDER)
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_a_package_imports_only_from_packages_before_it() -> None:
    for path in FILES:
        own = package_of(module_of(path))
        before = {*ORDER[: ORDER.index(own)], own}
        assert {module for module in own_modules(path) if package_of(module) not in before} == set(), path


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even in functions: each module can be read after those that it imports."""
    order = tuple(TopologicalSorter({module_of(path): own_modules(path) for path in FILES}).static_order())

    assert {module_of(path) for path in FILES} <= {*order}


def test_the_stages_of_a_document_do_not_import_each_other() -> None:
    for path in FILES:
        unseen = {each for package, names in FORBIDDEN.items() if is_inside(module_of(path), package) for each in names}
        assert {module for module in own_modules(path) if any(is_inside(module, each) for each in unseen)} == set(), (
            path
        )


def test_each_library_is_imported_by_its_packages_only() -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for path, names in imports().items():
        for name in names:
            library = name.split(".")[0]
            if library not in sys.stdlib_module_names | EVERYWHERE | {"ucap_reports"}:
                used[library].add(module_of(path))
    assert used.keys() == LIBRARIES.keys()
    for library, modules in used.items():
        named = LIBRARIES[library]
        assert {module for module in modules if not any(is_inside(module, each) for each in named)} == set(), library
        assert {each for each in named if not any(is_inside(module, each) for module in modules)} == set(), library


def test_the_page_of_packages_says_where_each_is_imported() -> None:
    text = (ROOT / "docs" / "explanation" / "packages.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| .* \| (.*) \|$", text, re.MULTILINE)
    shown = {name: set(re.findall("`(.+?)`", used_in)) for name, used_in in rows}
    for name, library in (
        ("pydantic", "pydantic"),
        ("Jinja", "jinja2"),
        ("python-docx", "docx"),
        ("ReportLab", "reportlab"),
    ):
        assert shown[name] == LIBRARIES[library], name


def test_only_public_packages_re_export_names() -> None:
    """Each import then names the file that defines the name, and loads only what that file needs."""
    importing = {module_of(path) for path in FILES if path.name == "__init__.py" and imports()[path]}
    assert importing <= {"problems", "batch", "cli"}


def test_values_are_msgspec_structs_and_not_dataclasses() -> None:
    assert [path for path in FILES if "dataclasses" in imports()[path]] == []


def test_no_module_imports_random_numbers_or_the_clock() -> None:
    """Documents depend on their inputs alone. Only a name that no repository can know and the token of the editor
    are random, and only git and the patterns of map files have a time limit.
    """
    importing = [path for path in FILES if {name.split(".")[0] for name in imports()[path]} & CHANCE_AND_CLOCK]
    allowed = ("editor/tokens_port_and_origin.py", "importers/column_map_file.py", "storage/git_revisions.py")
    assert importing == [PACKAGE / path for path in allowed]


def test_a_document_without_a_drawing_does_not_load_the_code_for_them() -> None:
    code = (
        "import sys; from ucap_reports import render; render(text='cities: [{name: Rome}]', formats='pdf');"
        "sys.exit('ucap_reports.page.svg_drawing' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
