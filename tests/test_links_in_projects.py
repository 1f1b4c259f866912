"""Links in a project that a stranger made: none is followed, whatever reads or writes there, and nothing leaks."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.hostile_packs import png
from tests.selected_cases import crossed
from tests.stages import shipped_pack
from tests.test_odd_folders import listing
from ucap_reports import ProblemsFound, load_plan, render
from ucap_reports.batch import write_and_check_plans
from ucap_reports.batch.manifest import Records
from ucap_reports.problems import Location
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage import safe_folder
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import APPEND, FileKind, IrregularFileError, LinkError, OutsideError, SafeFolder

pytestmark = pytest.mark.no_cover

SECRET = "-----BEGIN OPENSSH PRIVATE KEY-----"  # noqa: S105 - a word to search for
SECRET_FILE = f"{SECRET}\n  b3BlbnNzaC1rZXk: [\n"
SECRET_PARTS = ("OPENSSH", "b3BlbnNz")
PLAN = "cities: [{name: Rome, country: Italy, picture: {file: a.png, alt: A square}}]\nlanguages: [zh]\n"
PO = 'msgid ""\nmsgstr "Language: zh\\n"\n'
LINK_CODES = {"file-outside", "output-unsafe", "picture-outside"}


@pytest.fixture(params=["by descriptor", "by path"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SafeFolder:
    """A folder with the files a and inner/a, as POSIX opens it and as Windows does."""
    if request.param == "by path":
        monkeypatch.setattr(safe_folder, "HAS_DESCRIPTORS", False)
    base = tmp_path / "project"
    (base / "inner").mkdir(parents=True)
    for name in ("a", "inner/a"):
        (base / name).write_bytes(b"own")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a").write_bytes(b"secret")
    return SafeFolder(base)


LINKS = {
    "to a file": ("link", "../outside/a"),
    "to a file, absolute": ("link", "/etc/passwd"),
    "to a file inside": ("link", "inner/a"),
    "to a device": ("link", "/dev/zero"),
    "to nothing": ("link", "nowhere"),
    "to itself": ("link", "link"),
    "a folder": ("link/a", "../outside"),
    "a folder inside": ("link/a", "inner"),
    "a folder in a folder": ("inner/link/a", "../../outside"),
    "a folder to nothing": ("link/a", "nowhere"),
    "a folder to itself": ("link/a", "link"),
}
"""By their description, the path of a file that is or is behind a link, and the target of the link."""


@pytest.fixture(params=LINKS)
def linked(request: pytest.FixtureRequest, folder: SafeFolder) -> Path:
    """The path of a file that is or is behind a link."""
    name, target = LINKS[request.param]
    path = folder.base / name
    link = path if path.name == "link" else path.parent
    link.symlink_to(target)
    return path


def test_safe_folder_reads_and_lists_what_is_in_it(folder: SafeFolder) -> None:
    assert folder.read_file(folder.base / "a") == folder.read_file(folder.base / "inner" / "a") == b"own"
    assert folder.read_file(folder.base / "inner" / "a", 2) == b"ow"
    assert [(entry.name, entry.kind) for entry in folder.entries(folder.base)] == [
        ("a", FileKind.FILE),
        ("inner", FileKind.FOLDER),
    ]
    assert folder.entries(folder.base / "nowhere") == []
    assert folder.kind(folder.base / "nowhere" / "a") is FileKind.MISSING
    assert folder.kind(folder.base) is FileKind.FOLDER
    missing = SafeFolder(folder.base / "nowhere")
    assert missing.kind(missing.base) is FileKind.MISSING
    assert missing.status(missing.base) is None


def test_safe_folder_reads_no_link(folder: SafeFolder, linked: Path) -> None:
    with pytest.raises(LinkError):
        folder.read_file(linked)


def test_safe_folder_writes_and_removes_nothing_behind_a_link(folder: SafeFolder, linked: Path) -> None:
    outside = folder.base.parent / "outside"
    before = listing(outside)
    with pytest.raises(LinkError):
        os.close(folder.open_file(linked, APPEND))
    if linked.name != "link":
        for refused in (folder.remove_file, folder.kind, folder.create_folder):
            with pytest.raises(LinkError):
                refused(linked)
        with pytest.raises(LinkError):
            folder.entries(linked.parent)
    else:
        assert folder.kind(linked) is FileKind.LINK
        folder.remove_file(linked)
        assert not linked.is_symlink()
    assert listing(outside) == before


def test_safe_folder_refuses_pipes_devices_and_folders_without_waiting(folder: SafeFolder) -> None:
    os.mkfifo(folder.base / "pipe")
    for name in ("pipe", "inner"):
        for flags in (os.O_RDONLY, APPEND):
            with pytest.raises((IrregularFileError, IsADirectoryError)):
                folder.open_file(folder.base / name, flags)
    with pytest.raises(IrregularFileError):
        SafeFolder(Path("/dev")).read_file(Path("/dev/null"))


@pytest.mark.parametrize("path", ["..", "../outside/a", "inner/../../outside/a", "/etc/passwd", "../project2"])
def test_safe_folder_refuses_paths_outside(folder: SafeFolder, path: str) -> None:
    with pytest.raises(OutsideError):
        folder.read_file(folder.base / path)
    assert folder.read_file(folder.base / "inner" / ".." / "a") == b"own"


def test_safe_folder_takes_no_more_memory_for_a_small_file_than_it_has_bytes(folder: SafeFolder) -> None:
    tracemalloc.start()
    try:
        assert folder.read_file(folder.base / "inner" / "a", 50_000_000) == b"own"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="only Linux has files without a size")
def test_safe_folder_reads_up_to_the_limit_of_a_file_whose_size_is_unknown() -> None:
    version = Path("/proc/version")
    assert version.stat().st_size == 0
    assert SafeFolder(version.parent).read_file(version, 100_000) == version.read_bytes()
    assert SafeFolder(version.parent).read_file(version, 5) == b"Linux"


def test_safe_folder_itself_and_typed_files_may_be_links(folder: SafeFolder, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(folder.base)
    (tmp_path / "file").symlink_to(folder.base / "a")
    assert SafeFolder(tmp_path / "alias").read_file(tmp_path / "alias" / "a") == b"own"
    assert SafeFolder(tmp_path, typed=True).read_file(tmp_path / "file") == b"own"
    with pytest.raises(LinkError):
        SafeFolder(tmp_path).read_file(tmp_path / "file")
    with pytest.raises(LinkError):
        SafeFolder(tmp_path, typed=True).open_file(tmp_path / "file", APPEND)
    with pytest.raises(LinkError):
        SafeFolder(tmp_path, typed=True).read_file(tmp_path / "alias" / "a")


def test_safe_folder_notices_a_folder_that_becomes_a_link_while_a_file_is_opened(
    folder: SafeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is swapped at the last moment: after it was entered, before the file in it is opened."""
    outside = folder.base.parent / "outside"

    def swapped(name: str) -> Callable[..., int]:
        really = getattr(safe_folder, name).open_file

        def open_file(self: safe_folder.OpenFolder, *words: object, **settings: bool) -> int:
            (folder.base / "inner").rename(folder.base / "moved")
            (folder.base / "inner").symlink_to(outside)
            return int(really(self, *words, **settings))

        return open_file

    for name in ("_DescriptorFolder", "_PathFolder"):
        monkeypatch.setattr(getattr(safe_folder, name), "open_file", swapped(name))
    if safe_folder.HAS_DESCRIPTORS:
        assert folder.read_file(folder.base / "inner" / "a") == b"own", "the folder that was checked"
    else:
        with pytest.raises(LinkError):
            folder.read_file(folder.base / "inner" / "a")


# What commands read


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that uses each kind of file, beside a folder with files of the user."""
    root = tmp_path / "project"
    files = {
        "ucap.yaml": b"template: own\n",
        "plans/rome.yaml": PLAN.encode(),
        "plans/pictures/a.png": png(1, 1),
        "templates/own/pack.yaml": b"extends: iuc-asia\n",
        "templates/own/images/a.png": png(1, 1),
        "templates/own/summary.page.xml": shipped_pack().files["summary.page.xml"].content,
        "translations/zh/rome.po": PO.encode(),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (tmp_path / "outside").mkdir()
    return root


def test_project_without_links_has_no_errors(project: Path) -> None:
    assert ucap(project, "check").code == 0


def link_out(project: Path, name: str, kind: str) -> Path:
    """Put a link in the place of a file or a folder of the project, and return the folder to which it leads."""
    path, outside = project / name, project.parent / "outside"
    path.rename(outside / "moved")
    target = outside / "moved"
    if kind == "secret":
        for file in [target] if target.is_file() else [file for file in target.rglob("*") if file.is_file()]:
            file.write_text(SECRET_FILE, encoding="utf-8")
    elif kind == "device":
        target = Path("/dev/zero")
    elif kind == "relative":
        target = Path(os.path.relpath(target, path.parent))
    path.symlink_to(target)
    return outside


FILES = (
    *("ucap.yaml", "plans/rome.yaml", "translations/zh/rome.po", "plans/pictures/a.png"),
    *("templates/own/pack.yaml", "templates/own/summary.page.xml", "templates/own/images/a.png"),
)
FOLDERS = (
    *("plans", "plans/pictures", "templates", "templates/own", "templates/own/images"),
    *("translations", "translations/zh"),
)


@pytest.mark.parametrize(
    ("command", "link"),
    crossed(
        ["check", "build"],
        [
            *(f"{name} {kind}" for name in (*FILES, *FOLDERS) for kind in ("moved", "relative", "secret")),
            *(f"{name} device" for name in FILES),
        ],
    ),
)
def test_a_command_reads_nothing_through_a_link_of_the_project(project: Path, command: str, link: str) -> None:
    name, kind = link.split()
    before = listing(link_out(project, name, kind))

    run, shown = ucap(project, *command.split(), "--json"), ucap(project, *command.split())

    assert (run.code, shown.code) == (1, 1)
    assert LINK_CODES & set(run.codes)
    for text in (run.out, run.err, shown.out, shown.err):
        assert not any(part in text for part in SECRET_PARTS)
    version = "rome.zh" if name.startswith("translations/") else "rome"
    assert list((project / "out").glob(f"{version}.*")) == []
    assert listing(project.parent / "outside") == before


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *(("list", name) for name in ("plans", "plans/rome.yaml", "ucap.yaml")),
        *(("fmt", name) for name in ("plans", "plans/rome.yaml")),
        *(("diff . .", name) for name in ("plans", "plans/rome.yaml")),
        *(("translate zh", f"translations{name}") for name in ("", "/zh", "/zh/rome.po")),
        *(("translate zh --status", f"translations{name}") for name in ("", "/zh", "/zh/rome.po")),
        *((f"template {command}", "templates") for command in ("list", "check", "new other")),
        *(("template check", f"templates/own{name}") for name in ("", "/pack.yaml", "/images", "/images/a.png")),
        *(("template show own", f"templates/own{name}") for name in ("", "/pack.yaml")),
        *(("template new other --from own", f"templates/own{name}") for name in ("", "/pack.yaml", "/images/a.png")),
        *(("template new other --extends own", f"templates/own{name}") for name in ("", "/pack.yaml")),
        ("new siena", "plans"),
        ("init", "plans"),
        ("init", "templates"),
        ("import table.csv", "table.csv"),
        ("import table.csv --columns map.yaml", "map.yaml"),
        ("translate zh --import rome.po", "rome.po"),
        ("review rome.docx", "rome.docx"),
        ("check rome.pdf", "rome.pdf"),
    ],
)
def test_no_command_follows_a_link_of_the_project(project: Path, command: str, name: str) -> None:
    for file in ("table.csv", "map.yaml", "rome.po", "rome.docx", "rome.pdf"):
        (project / file).write_text("country,city\nItaly,Siena\n", encoding="utf-8")
    before = listing(link_out(project, name, "secret"))

    run = ucap(project, *command.split())

    assert run.code in (1, 2)
    assert any(f"error[{code}]" in run.err for code in LINK_CODES), run.err
    assert not any(part in run.out + run.err for part in SECRET_PARTS)
    assert listing(project.parent / "outside") == before


@pytest.mark.parametrize("name", ["plans", "plans/rome.yaml", "plans/pictures", "plans/pictures/a.png", "ucap.yaml"])
def test_render_reads_nothing_through_a_link_of_the_project(project: Path, name: str) -> None:
    link_out(project, name, "moved")
    with pytest.raises(ProblemsFound) as found:
        render(project / "plans" / "rome.yaml")
    assert LINK_CODES & {problem.code for problem in found.value.problems}


@pytest.mark.parametrize("words", ["--root ../alias check", "check ../alias/plans/siena.yaml", "check ../link.yaml"])
def test_a_typed_path_may_lead_through_links(project: Path, words: str) -> None:
    (project.parent / "alias").symlink_to(project)
    (project.parent / "link.yaml").symlink_to(project / "plans" / "siena.yaml")
    write_plan(project, "siena.yaml", "cities: [{name: Siena, country: Italy}]\n")
    (project.parent / "here" / "plans").mkdir(parents=True)

    run = ucap(project.parent / "here", *words.split())

    assert run.code == 0, run.err


def test_load_plan_follows_links_outside_projects_only(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(project / "plans" / "rome.yaml")
    assert load_plan(tmp_path / "link.yaml").cities
    link_out(project, "plans/rome.yaml", "moved")
    with pytest.raises(ProblemsFound):
        load_plan(project / "plans" / "rome.yaml")


def test_a_plan_that_becomes_a_link_after_it_was_listed_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Project.plan_paths

    def plan_paths(self: Project) -> tuple[Path, ...]:
        paths = listed(self)
        if not (project / "plans").is_symlink():
            link_out(project, "plans", "secret")
        return paths

    monkeypatch.setattr(Project, "plan_paths", plan_paths)
    run = ucap(project, "check")

    assert (run.code, "error[file-outside]" in run.err) == (1, True)
    assert not any(part in run.out + run.err for part in SECRET_PARTS)


# Lines of files that are shown in problems


def test_excerpts_are_only_of_files_that_a_project_or_a_person_names(project: Path, tmp_path: Path) -> None:
    secret = tmp_path / "outside" / "key"
    secret.write_text(SECRET_FILE, encoding="utf-8")
    (project / "link.yaml").symlink_to(secret)
    excerpts = SourceExcerpts((project,), [project / "table.csv"], project)
    assert excerpts.line(Location("plans/rome.yaml", 2)) == "languages: [zh]"
    for path in (str(secret), "../outside/key", "plans/../../outside/key", "link.yaml"):
        assert excerpts.line(Location(path, 1)) is None
    assert SourceExcerpts((), [secret], project).line(Location(str(secret), 1)) == SECRET
    (project / "table.csv").write_text("Rome\n", encoding="utf-8")
    assert excerpts.line(Location("table.csv", 1)) == "Rome"


# What commands write


@pytest.mark.parametrize(
    ("command", "link", "target"),
    [
        ("build --out web", "web", "."),
        ("build -o web/2026", "web", "."),
        ("import table.csv", "plans/rome-siena.yaml", "mine"),
        ("import table.csv --force", "plans/rome-siena.yaml", "mine"),
        ("import table.csv --into drafts", "drafts", "."),
        ("schema --out schema.json", "schema.json", "mine"),
        ("schema -o deep/schema.json", "deep", "."),
        ("translate de", "translations/de", "."),
        ("translate de", "translations/de/rome.po", "mine"),
        ("translate de --format xlsx", "translations/de/rome.xlsx", "mine"),
        ("diff old . --docx changes", "changes", "."),
        ("diff old . --docx changes", "changes/rome.docx", "mine"),
        ("template check iuc-asia --annotate notes/own.docx", "notes", "."),
        ("template check iuc-asia --annotate own.docx", "own.docx", "mine"),
        ("template word iuc-asia --out notes/own.docx", "notes", "."),
        ("template new other", "templates/other", "."),
        ("template new other", "templates/other/pack.yaml", "mine"),
        ("new siena", "plans/siena.yaml", "mine"),
    ],
)
def test_nothing_is_written_through_a_link_of_the_project(project: Path, command: str, link: str, target: str) -> None:
    outside = project.parent / "outside"
    (outside / "mine").write_bytes(b"mine")
    (project / "table.csv").write_text("city 1,city 2\nRome,Siena\n", encoding="utf-8")
    (project / "old").mkdir()
    (project / "old" / "rome.yaml").write_text(f"{PLAN}themes: [Water]\n", encoding="utf-8")
    (project / link).parent.mkdir(parents=True, exist_ok=True)
    (project / link).symlink_to(outside / target)
    before = listing(outside)

    run = ucap(project, *command.split(), "--json")

    assert run.code == 1, run.out
    assert {"output-unsafe", "file-outside", "plan-exists", "pack-exists"} & set(run.codes)
    for problem in run.report["problems"]:
        if problem["code"] == "output-unsafe":
            assert problem["path"] == link
            assert "--out" not in problem["hint"] or "-o" in command or Path(link).suffix == ""
    assert listing(outside) == before
    assert (project / link).is_symlink()


@pytest.mark.parametrize(
    "command",
    ["build --out ../web", "import table.csv --into ../web", "schema --out ../web/a.json", "diff old . --docx ../web"],
)
def test_a_typed_folder_outside_may_be_a_link(project: Path, command: str) -> None:
    (project.parent / "real").mkdir()
    (project.parent / "web").symlink_to(project.parent / "real")
    (project / "table.csv").write_text("city 1,city 2\nRome,Siena\n", encoding="utf-8")
    (project / "old").mkdir()
    (project / "old" / "rome.yaml").write_text(f"{PLAN}themes: [Water]\n", encoding="utf-8")

    assert ucap(project, *command.split()).code == 0
    assert list((project.parent / "real").iterdir())


def test_a_folder_that_is_kept_open_is_not_opened_again(folder: SafeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really_open = os.open

    def counting(path: Any, *words: Any, **named: Any) -> int:
        opened.append(Path(path).name)
        return really_open(path, *words, **named)

    with folder.keeping_open(folder.base / "inner") as kept:
        monkeypatch.setattr(os, "open", counting)
        assert kept.read_file(folder.base / "inner" / "a") == b"own"
        assert kept.read_file(folder.base / "a") == b"own"
        with kept.open_folder(folder.base / "inner") as inner:
            inner.replace("a", "b")
        assert kept.kind(folder.base / "inner" / "b") is FileKind.FILE

    if safe_folder.HAS_DESCRIPTORS:
        assert opened == ["a", "project", "a"]


def test_a_folder_that_is_kept_open_is_not_left_for_a_link(folder: SafeFolder) -> None:
    inner = folder.base / "inner"
    with folder.keeping_open(inner) as kept:
        inner.rename(folder.base / "moved")
        inner.symlink_to(folder.base.parent / "outside")
        if safe_folder.HAS_DESCRIPTORS:
            assert kept.read_file(inner / "a") == b"own"
            kept.remove_file(inner / "a")
        else:
            with pytest.raises(LinkError):
                kept.read_file(inner / "a")
        with pytest.raises(LinkError):
            kept.read_file(inner / "deeper" / "a")  # not directly in the folder
        with pytest.raises(LinkError):
            kept.entries(inner)

    assert listing(folder.base.parent / "outside") == {"a": b"secret"}


@pytest.mark.parametrize(("step", "name"), crossed(["_record", "_report", "_new_file"], ["out", "out/thumbnails"]))
def test_a_folder_that_becomes_a_link_during_a_build_is_not_written_through(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str, step: str
) -> None:
    """The folder is swapped before, between and after the two steps in which documents are written."""
    for number in range(3):
        write_plan(project, f"plan-{number}.yaml", PLAN)
    ucap(project, "build", "--no-index", "--format", "docx")
    (project / "out" / "thumbnails").mkdir(exist_ok=True)
    outside = project.parent / "outside"
    (outside / "thumbnails").mkdir()
    really = getattr(write_and_check_plans.PlanWriter, step)

    def swap(*words: object) -> object:
        path = project / name
        if not path.is_symlink():
            path.rename(project / "moved")
            path.symlink_to(outside / "thumbnails" if name != "out" else outside)
        return really(*words)

    monkeypatch.setattr(write_and_check_plans.PlanWriter, step, swap)
    monkeypatch.setattr(write_and_check_plans, "WRITERS", 1)  # no other thread makes the folder anew during the swap
    before = listing(outside)
    run = ucap(project, "build", "--force")

    assert listing(outside) == before
    assert run.code == 1
    assert any(f"error[{code}]" in run.err for code in LINK_CODES), run.err


def test_a_folder_that_becomes_a_link_between_writing_and_renaming_is_not_written_through(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = project.parent / "outside"
    put = Records.put

    def swap(self: Records, *words: Any) -> None:
        put(self, *words)
        (project / "out").rename(project / "moved")
        (project / "out").symlink_to(outside)

    monkeypatch.setattr(Records, "put", swap)
    monkeypatch.setattr(write_and_check_plans, "WRITERS", 1)  # the documents of one plan after those of another
    run = ucap(project, "build", "--no-index")

    assert run.code == 1
    assert listing(outside) == {}
    assert sorted(path.name for path in (project / "moved").glob("rome.*")) == ["rome.docx", "rome.pdf"]
    assert "error[output-unsafe]" in run.err, "the manifest is not written"
