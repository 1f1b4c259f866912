"""The documentation is correct: its commands print the output shown, its files are valid, its links work."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from textwrap import dedent

import pytest

from docs import make_commands
from tests.forks import command, execute, forked
from tests.selected_cases import mostly_long
from ucap_reports.page.page_elements import COLUMN, LABEL, LINES, LISTS, NATURAL
from ucap_reports.source.model_validation import Strict
from ucap_reports.template.pack_opening import pack_names, shipped_packs
from ucap_reports.template.pack_settings_and_number_format import PackContact, PackSettings, RowRule
from ucap_reports.template.theme_and_line_spacing import FontFamily, FontFiles, Page, Rule, StyleSettings, ThemeSettings

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
FENCE = re.compile(
    r"^(?P<fence> *`{3,})(?P<language>\w*)(?: (?P<path>\S+))?\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
STEP = re.compile(r"^<!-- (?P<step>tests/reader_steps/\w+\.py) -->$", re.MULTILINE)
"""A step that a reader does in another program: the file that does it in the tests."""
FILE_COMMENT = re.compile(r"(?:#|<!--) (?P<path>(?:plans|templates)/\S+|ucap\.yaml)")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")
ANCHOR = re.compile(r"\]\((?!https?:|mailto:)(?P<target>[^)#\s]*)#(?P<anchor>[^)\s]+)\)")
INSTALLING = {"git", "make", "pip", "python3", ".venv/bin/python"}
"""Commands that a reader runs once, outside the project of a page. Tests skip them."""


@dataclass
class Reader:
    """Runs the blocks of a page in an empty folder, in order."""

    folder: Path

    def read(self, page: Path) -> None:
        """Follow the blocks and the steps of a page."""
        text = page.read_text(encoding="utf-8")
        for block in sorted([*FENCE.finditer(text), *STEP.finditer(text)], key=lambda block: block.start()):
            if block.re is STEP:
                self.execute((ROOT / block["step"]).read_text(encoding="utf-8"))
                continue
            if block["path"]:
                self.save(block["path"], dedent(block["text"]))
            self.follow(block["language"], dedent(block["text"]))

    def follow(self, language: str, text: str) -> None:
        match language:
            case "console":
                for line, shown in commands(text):
                    self.run(line, shown)
            case "python":
                self.execute(text)
            case "yaml" | "xml":
                self.write(text)
            case "po":
                (self.folder / text.split()[1]).write_text(text, encoding="utf-8")
            case _:
                pass

    def execute(self, text: str) -> None:
        done = forked(execute, text, folder=self.folder)
        assert done.code == 0, done.err

    def write(self, text: str) -> None:
        named = FILE_COMMENT.match(text)
        assert named, f"a file in the documentation must start with a comment that contains its path: {text[:80]}"
        self.save(named["path"], text)

    def save(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, line: str, shown: str) -> None:
        words = shlex.split(line, comments=True)
        if words[0] in INSTALLING:
            return
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return
        assert words[0] == "ucap", f"the documentation shows {words[0]}, which no test runs"
        done = forked(
            command, *words[1:], folder=self.folder, environment={"COLUMNS": "100"}, together="--json" not in words
        )
        assert done.code == (1 if "error[" in shown else 0), done.out
        if shown.strip():
            assert matches(shown, done.out), f"{line}\n--- shown\n{shown}\n--- printed\n{done.out}"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command after a dollar sign, with the output below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        yield line, shown


def matches(shown: str, printed: str) -> bool:
    """Whether the output matches; an ellipsis matches any text."""
    pattern = ".*".join(re.escape(piece) for piece in shown.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "page",
    mostly_long(
        (page for page in PAGES if page != COMMANDS),
        [ROOT / "README.md"],
    ),
    ids=name_of,
)
def test_the_blocks_of_a_page_give_the_output_shown(page: Path, tmp_path: Path) -> None:
    Reader(tmp_path).read(page)


def test_every_step_of_a_reader_is_in_a_page() -> None:
    steps = [step["step"] for page in PAGES for step in STEP.finditer(page.read_text(encoding="utf-8"))]
    assert sorted(steps) == sorted(map(name_of, (ROOT / "tests" / "reader_steps").glob("*.py")))


def test_the_reference_of_commands_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert COMMANDS.read_text(encoding="utf-8") == make_commands.page(), "run docs/make_commands.py"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_in_the_documentation_work(page: Path) -> None:
    targets = [match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_in_the_documentation_lead_to_headings(page: Path) -> None:
    wrong = []
    for match in ANCHOR.finditer(page.read_text(encoding="utf-8")):
        target = page.parent / match["target"] if match["target"] else page
        if target.suffix == ".md" and match["anchor"] not in heading_ids(target):
            wrong.append(match[0])
    assert wrong == []


def heading_ids(page: Path) -> set[str]:
    """The ids that GitHub gives to the headings of a page: letters, digits and hyphens, in lower case."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_pages_that_other_files_name_exist() -> None:
    files = [path for folder in ("ucap_reports", "tests", "docs", "benchmarks") for path in (ROOT / folder).rglob("*")]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".toml", ".yaml", ".yml"}]
    named = {name for text in texts for name in re.findall(r"\bdocs/[a-z-]+/[\w-]+\.md\b", text)}
    assert len(named) >= 5
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_every_page_is_linked_from_the_readme_or_its_links() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            waiting += [page.parent / match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [name_of(page) for page in PAGES if page.resolve() not in seen] == []


def test_every_dependency_is_in_the_page_of_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    names = [re.split(r"[<>=!~\[;]", requirement)[0] for requirement in wanted]
    assert [name for name in names if f"| {name} |" not in page] == []


@pytest.mark.parametrize(
    "model", [PackSettings, RowRule, PackContact, ThemeSettings, Page, FontFamily, FontFiles, StyleSettings, Rule]
)
def test_the_reference_of_packs_contains_every_setting(model: type[Strict]) -> None:
    page = (ROOT / "docs" / "reference" / "template-pack.md").read_text(encoding="utf-8")
    assert [name for name in model.model_fields if f"`{name}`" not in page] == []


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LAST_CELL = re.compile(r"^\|.*\|(?P<files>[^|]*)\|$", re.MULTILINE)
"""The cell of a row that names files."""
FILE_WITH_NAMES = re.compile(r"`(?P<file>[\w/]+\.(?:py|js|css|json|toml|txt))`(?: \((?P<names>`\w+`(?:, `\w+`)*)\))?")
"""A file and, in parentheses, what in it: `page/box_geometry.py` (`SHORT_BOX`)."""
DEFINED = r"^\s*(?:(?:export )?(?:async )?(?:def|class|function) {name}\b|(?:async )?{name}\b.*(?:=|\) \{{$))"
"""A function, class or constant of Python, or a function, class or method of JavaScript."""


def section(heading: str) -> str:
    """Return the text below a heading, up to the next one of that level or a higher one."""
    level = heading.partition(" ")[0]
    text = CONTRIBUTING.partition(f"\n{heading}\n")[2]
    return re.split(rf"^#{{2,{len(level)}}} ", text, maxsplit=1, flags=re.MULTILINE)[0]


def files_in_tables(text: str) -> list[tuple[str, list[str]]]:
    """Return the files in the last cells of all rows, each with the names in it."""
    files = []
    for row in LAST_CELL.finditer(text):
        for match in FILE_WITH_NAMES.finditer(row["files"]):
            files.append((match["file"], re.findall(r"\w+", match["names"] or "")))
    return files


def test_the_table_of_packages_contains_every_package() -> None:
    table = section("## Packages")
    packages = [path.parent.name for path in (ROOT / "ucap_reports").rglob("*/__init__.py")]
    assert [name for name in packages if not re.search(rf"`(?:\w+\.)?{name}`", table)] == []


@pytest.mark.parametrize(
    ("heading", "folder", "least"),
    [("## Where is …?", "ucap_reports", 170), ("### Policies", "ucap_reports", 20), ("## Tests", "tests", 14)],
)
def test_the_tables_of_files_name_existing_files(heading: str, folder: str, least: int) -> None:
    files = files_in_tables(section(heading))
    assert len(files) >= least
    assert [name for name, _ in files if not (ROOT / folder / name).is_file()] == []


def test_where_is_tables_name_what_their_files_define() -> None:
    names_of_files = files_in_tables(section("## Where is …?"))
    missing = []
    for file, names in names_of_files:
        source = (ROOT / "ucap_reports" / file).read_text(encoding="utf-8")
        for name in names:
            if not re.search(DEFINED.format(name=name), source, re.MULTILINE):
                missing.append((file, name))
    assert sum(len(names) for _, names in names_of_files) >= 50
    assert missing == []


def test_where_is_links_to_each_group() -> None:
    text = section("## Where is …?")
    groups = re.findall(r"^### (.+)$", text, re.MULTILINE)
    links = re.findall(r"\[([^\]]+)\]\(#", text.partition("\n### ")[0])
    assert links == [*groups, "Tests"]


def test_the_reference_of_page_templates_contains_every_default_style() -> None:
    page = (ROOT / "docs" / "reference" / "page-template.md").read_text(encoding="utf-8")
    table = page.partition("## Default styles")[2].partition("## ")[0]
    styles = {COLUMN, LABEL, LINES, *LISTS, *NATURAL.values()} - {"heading-3", "heading-4", "heading-5"}
    assert sorted(style for style in styles if f"`{style}`" not in table) == []


def test_the_reference_of_packs_contains_every_shipped_pack() -> None:
    page = (ROOT / "docs" / "reference" / "template-pack.md").read_text(encoding="utf-8")
    assert [name for name in pack_names([shipped_packs()]) if f"| `{name}` |" not in page] == []


def test_the_pictures_of_the_documentation_are_small() -> None:
    assert [path.name for path in (ROOT / "docs" / "images").glob("*.png") if path.stat().st_size > 250_000] == []
