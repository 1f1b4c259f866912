"""The user's cache of compiled templates: used when it can be trusted, and rebuilt otherwise."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from threading import get_ident
from typing import Any

import pytest

from tests.entries import many_entries
from tests.modules import PACKAGE
from tests.selected_cases import every
from tests.stages import SHIPPED_PACKS, example_summary, with_fields_of
from ucap_reports.batch import index_page
from ucap_reports.batch.opened_project_and_settings_file import project_settings
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.fonts import font_subset
from ucap_reports.fonts.font_faces import family_source, open_face
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.artifact_cache import MAX_BYTES, cached_artifact, shipped_table
from ucap_reports.storage.installation import PASSIVE
from ucap_reports.storage.project_folder import TEMPLATES, Project, shipped_folder
from ucap_reports.storage.user_cache import LIMIT, UserCache, user_cache
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.template.xml_templates import prepared_template
from ucap_reports.word import render_word as render
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover

KINDS = ("page-template", "word-template")
posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have owners, modes, links and pipes")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, empty."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("UCAP_CACHE_DIR", str(folder))
    return folder


def cached(key: str = "key", value: str = "value") -> tuple[str, int]:
    """The artifact with that key, and how often it was made."""
    calls = []

    def make() -> str:
        calls.append(1)
        return value

    return cached_artifact("thing", (key,), str, make), len(calls)


def stored(folder: Path, kind: str = "thing") -> list[Path]:
    return sorted(folder.glob(f"*.{kind}"))


def entry(folder: Path) -> Path:
    """The file of the only artifact, which was just made."""
    cached()
    (file,) = stored(folder)
    return file


def test_an_artifact_is_made_once_for_each_key(folder: Path) -> None:
    assert cached() == ("value", 1)
    assert cached() == ("value", 0)
    assert cached("another key", "another") == ("another", 1)
    assert len(stored(folder)) == 2


def test_keys_that_are_equal_when_joined_are_different(folder: Path) -> None:
    for key in (("ab", "c"), ("a", "bc"), ("abc",), (b"\0", "abc")):
        cached_artifact("thing", key, str, lambda: "")
    assert len(stored(folder)) == 4


def test_another_version_of_the_product_makes_its_own_artifacts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached()
    monkeypatch.setattr("ucap_reports.storage.artifact_cache.product_fingerprint", lambda: "of another version")
    assert cached(value="another") == ("another", 1)
    assert len(stored(folder)) == 2


def test_a_damaged_file_is_rebuilt(folder: Path) -> None:
    file = entry(folder)
    content = file.read_bytes()
    file.write_bytes(content[:-3] + b"...")
    assert cached() == ("value", 1)
    assert file.read_bytes() == content


def test_nothing_is_stored_when_making_fails(folder: Path) -> None:
    def fail() -> str:
        raise ProblemsFound([])

    with pytest.raises(ProblemsFound):
        cached_artifact("thing", ("key",), str, fail)
    assert stored(folder) == []


def test_a_table_of_the_product_is_read_once(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.toml"
    table.write_text('[names]\nen = ["a", "b"]\n', encoding="utf-8")
    known = shipped_table(table, dict[str, dict[str, list[str]]])
    table.unlink()

    assert known == {"names": {"en": ["a", "b"]}}
    assert shipped_table(table, dict[str, dict[str, list[str]]]) == known
    assert len(stored(folder, "table")) == 1


def test_tables_are_kept_only_of_parts_whose_changes_the_fingerprint_shows() -> None:
    users = {path for path in PACKAGE.rglob("*.py") if "shipped_table" in path.read_text(encoding="utf-8")}

    assert users
    for path in users:
        folders = [f"/{folder.as_posix()}" for folder in path.relative_to(PACKAGE).parents]
        assert not PASSIVE & {*folders}, path


def test_a_very_large_artifact_is_not_stored(folder: Path) -> None:
    assert cached(value="0" * (MAX_BYTES + 1))[1] == 1
    assert stored(folder) == []


def test_the_oldest_files_of_a_kind_are_removed(folder: Path) -> None:
    cached_artifact("other", (), str, lambda: "")
    for number in range(LIMIT + 3):
        cached(str(number))
        newest = max(stored(folder), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
    assert len(stored(folder)) == LIMIT
    assert cached("0")[1] == 1
    assert cached(str(LIMIT + 2))[1] == 0
    assert len(stored(folder, "other")) == 1


def test_a_file_under_the_name_of_another_one_is_not_loaded(folder: Path) -> None:
    cached("a", "of a")
    (first,) = stored(folder)
    cached("b", "of b")
    (second,) = {*stored(folder)} - {first}
    first.replace(second)
    assert cached("b", "of b") == ("of b", 1)


@pytest.mark.parametrize("content", [b"cno_such_module\nname\n.", b"\x93\x01", b""])
def test_a_file_that_does_not_decode_is_rebuilt(folder: Path, content: bytes) -> None:
    file = entry(folder)
    UserCache(folder).store(file.name, content)
    assert cached() == ("value", 1)
    assert cached() == ("value", 0)


def test_a_pickle_is_never_loaded(folder: Path, tmp_path: Path) -> None:
    file = entry(folder)
    made = tmp_path / "made"
    UserCache(folder).store(file.name, f"cos\nmkdir\n(S'{made}'\ntR.".encode())
    assert cached() == ("value", 1)
    assert not made.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the administrator can change owners")
@pytest.mark.parametrize("owned", ["file", "folder"])
def test_a_file_or_a_folder_of_another_user_is_not_loaded(folder: Path, owned: str) -> None:
    file = entry(folder)
    os.chown(file if owned == "file" else folder, 12345, -1)
    assert cached() == ("value", 1)


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755, 0o701])
def test_a_folder_that_others_can_enter_is_not_used(folder: Path, mode: int) -> None:
    file = entry(folder)
    folder.chmod(mode)
    assert cached() == ("value", 1)
    file.unlink()
    cached()
    assert stored(folder) == []


@posix
def test_the_folder_and_its_files_belong_to_the_user_alone(folder: Path) -> None:
    before = os.umask(0)
    try:
        file = entry(folder)
    finally:
        os.umask(before)
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


@posix
def test_a_file_that_others_can_write_to_is_not_loaded(folder: Path) -> None:
    entry(folder).chmod(0o620)
    assert cached() == ("value", 1)


@posix
def test_a_hard_link_is_not_loaded(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "download").hardlink_to(entry(folder))
    assert cached() == ("value", 1)


@posix
@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_symbolic_link_is_not_followed(folder: Path, tmp_path: Path, linked: str) -> None:
    file = entry(folder)
    path = file if linked == "file" else folder
    path.rename(tmp_path / "download")
    path.symlink_to(tmp_path / "download")
    assert cached() == ("value", 1)


@posix
def test_a_symbolic_link_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine", encoding="utf-8")
    folder.mkdir(mode=0o700)
    (folder / f"name.{os.getpid()}.{get_ident()}").symlink_to(other)
    UserCache(folder).store("name", b"content")
    assert other.read_text(encoding="utf-8") == "mine"


@posix
def test_a_pipe_does_not_block(folder: Path) -> None:
    file = entry(folder)
    file.unlink()
    os.mkfifo(file)
    assert cached() == ("value", 1)


@pytest.mark.parametrize("variable", ["UCAP_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"])
@pytest.mark.parametrize("inside", ["", "deep/er"])
def test_a_folder_of_the_project_is_never_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, inside: str
) -> None:
    (tmp_path / "plans").mkdir()
    monkeypatch.chdir(tmp_path)
    for other in ("UCAP_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(other, raising=False)
    relative = [inside or "."]
    for value in relative if variable == "HOME" else [*relative, str(tmp_path / inside)]:
        monkeypatch.setenv(variable, value)
        folder = user_cache().folder
        assert folder.is_absolute()
        assert not folder.is_relative_to(tmp_path)


def test_cache_folder_that_the_system_refuses_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which the user may not look is refused in the same way as a name that is too long."""
    monkeypatch.setenv("UCAP_CACHE_DIR", f"/{'x' * 300}/ucap")

    cache = user_cache()
    cache.store("name", b"content")

    assert (cache.load("name"), cache.open_lock_file("lock")) == (None, None)


def test_a_home_that_contains_plans_has_a_cache_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plans").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "caches" / "mine"))
    assert user_cache().folder == tmp_path / "caches" / "mine"


@pytest.fixture
def project(folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A project with a pack whose page template uses an unknown name."""
    pack = tmp_path / "templates" / "own"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: plain\n", encoding="utf-8")
    page = (shipped_folder() / TEMPLATES / "plain" / "summary.page.xml").read_text(encoding="utf-8")
    (pack / "summary.page.xml").write_text(page.replace("</h1>", "{{ summary.nothing }}</h1>"), encoding="utf-8")
    forget()
    yield Project(tmp_path)
    forget()


def forget() -> None:
    """Remove the compiled templates of this process."""
    render._compiled.cache_clear()
    prepared_template.cache_clear()


def documents(project: Project, name: str) -> tuple[bytes, bytes]:
    """The bytes of the example in that pack: Word and PDF."""
    pack = PackStore(project).open(name)
    summary = with_fields_of(pack, example_summary())
    return render_word(summary, pack).content, render_pdf(summary, pack).content


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every call of a compiler fail."""
    for place in ("word.compile.compile_word_template.compile_word_template", "template.xml_templates.compile_markup"):
        monkeypatch.setattr(f"ucap_reports.{place}", None)


@pytest.mark.parametrize("name", every(3, SHIPPED_PACKS))
def test_packs_are_opened_once_for_the_same_files(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first = documents(project, name)
    assert len(stored(folder, "pack")) == 1
    monkeypatch.setattr("ucap_reports.template.pack_opening.open_pack", None)
    assert documents(project, name) == first


def test_a_pack_is_opened_again_after_a_change(project: Project) -> None:
    settings = project.root / TEMPLATES / "own" / "pack.yaml"
    for office in ("Office of Rome", "Office of Tianjin"):
        settings.write_text(f"extends: plain\ncontact: {{office: {office}}}\n", encoding="utf-8")
        for _ in range(2):
            assert PackStore(project).open("own").settings.contact.office == office
    for office in ("Office of Essen", "Office of Koriyama"):
        project.settings.write_text(f"contact: {{office: {office}}}\n", encoding="utf-8")
        for _ in range(2):
            assert PackStore(project, project_settings(project).pack).open("own").settings.contact.office == office


def test_a_pack_that_changed_while_it_was_opened_is_opened_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = project.root / TEMPLATES / "own" / "pack.yaml"

    def opened_before_a_change(*arguments: Any) -> Pack:
        monkeypatch.undo()
        pack = open_pack(*arguments)
        settings.write_text("extends: plain\ncontact: {office: Office of Rome}\n", encoding="utf-8")
        return pack

    before = settings.read_text(encoding="utf-8")
    monkeypatch.setattr("ucap_reports.template.pack_opening.open_pack", opened_before_a_change)
    assert PackStore(project).open("own").settings.contact.office == "Office of Rome"
    settings.write_text(before, encoding="utf-8")
    assert PackStore(project).open("own").settings.contact.office != "Office of Rome"


def test_pickled_packs_are_opened_elsewhere_with_their_errors_and_without_files(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = project.root / TEMPLATES / "damaged"
    damaged.mkdir()
    (damaged / "pack.yaml").write_text("nothing: 1\n", encoding="utf-8")
    packs = PackStore(project)
    packs.open("plain")
    packs.pickle_all()
    sent = pickle.dumps(packs)
    monkeypatch.setattr("ucap_reports.template.pack_opening.open_pack", None)
    monkeypatch.setattr("ucap_reports.batch.pack_store.cached_artifact", None)
    received: PackStore = pickle.loads(sent)  # noqa: S301 - as it is sent to workers
    assert [received.open(name).name for name in ("own", "plain", "iuc-asia")] == ["own", "plain", "iuc-asia"]
    with pytest.raises(ProblemsFound, match="nothing"):
        received.open("damaged")


def test_packs_in_the_cache_are_pickled_without_being_opened(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    PackStore(project).pickle_all()
    monkeypatch.setattr("ucap_reports.template.pack_opening.pack_names", None)
    monkeypatch.setattr("ucap_reports.template.pack_opening.open_pack", None)
    monkeypatch.setattr("ucap_reports.batch.pack_store.pickle.loads", None)
    PackStore(project).pickle_all()


def test_packs_of_a_project_that_is_opened_again_are_the_same_until_a_file_changes(project: Project) -> None:
    first = PackStore(project).open("own")
    assert PackStore(project).open("own") is first

    settings = project.root / TEMPLATES / "own" / "pack.yaml"
    settings.write_text("extends: plain\ncontact: {office: Office of Rome}\n", encoding="utf-8")
    assert PackStore(project).open("own").settings.contact.office == "Office of Rome"


def test_errors_of_a_pack_are_found_each_time(project: Project) -> None:
    settings = project.root / TEMPLATES / "own" / "pack.yaml"
    settings.write_text("extends: plain\nnothing: 1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ProblemsFound, match="nothing"):
            PackStore(project).open("own")


@pytest.mark.parametrize("pack", every(3, SHIPPED_PACKS))
def test_documents_from_cached_templates_are_the_same(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, pack: str
) -> None:
    first = documents(project, pack)
    has_word_template = PackStore(project).open(pack).word_template is not None
    assert [len(stored(folder, kind)) for kind in KINDS] == [1, int(has_word_template)]
    forget()
    forbid_compiling(monkeypatch)
    assert documents(project, pack) == first


def test_a_cached_template_has_its_problems_at_the_same_places(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for _ in range(2):
        with pytest.raises(ProblemsFound) as raised:
            render_pdf(example_summary(), PackStore(project).open("own"))
        found.append(raised.value.problems)
        forget()
        forbid_compiling(monkeypatch)
    assert found[0] == found[1]
    assert [(problem.code, problem.location.path) for problem in found[0]] == [
        ("name-unknown", "templates/own/summary.page.xml")
    ]
    assert found[0][0].location.line


def test_the_template_of_the_index_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    for _ in range(2):
        index_page._template.cache_clear()
        pages.append(index_page.render_index(many_entries(3)))
        monkeypatch.setattr("jinja2.Environment.compile", None)
    assert pages[0] == pages[1]
    assert len(stored(folder, "index-template")) == 1


@pytest.mark.parametrize("bold", [False, True])
def test_static_fonts_are_made_once(folder: Path, monkeypatch: pytest.MonkeyPatch, *, bold: bool) -> None:
    face = open_face(family_source("Arimo", bold=bold, italic=False))
    codes = sorted({face.index.code(ord(character)) for character in "Tianjin–Rome"})
    programs = []
    for _ in range(2):
        font_subset._static_font.cache_clear()
        programs.append(font_subset.font_program(face, codes))
        monkeypatch.setattr(font_subset, "_static_request", None)
    assert programs[0] == programs[1]
    assert len(stored(folder, "static-font")) == 1
