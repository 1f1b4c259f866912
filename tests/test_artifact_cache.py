"""What takes long to make is kept for the next run, and made again wherever it cannot be trusted."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import get_ident

import pytest

from tests.stages import example_summary
from ucap_reports.batch import pack_store
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pdf.template import fill_page as filling
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.artifact_cache import LARGEST, MOST, cached_artifact
from ucap_reports.storage.project_folder import TEMPLATES, Project, shipped_folder
from ucap_reports.storage.user_cache import UserCache
from ucap_reports.word import render_word as render
from ucap_reports.word.render_word import render_word

KINDS = ("pack", "page-template", "word-template")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, empty."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("UCAP_CACHE_DIR", str(folder))
    return folder


def made_once(key: str = "key", value: object = "value") -> tuple[object, int]:
    """What is kept under the key, and how often it had to be made."""
    times = []

    def make() -> object:
        times.append(1)
        return value

    return cached_artifact("thing", (key,), make), len(times)


def stored(folder: Path, kind: str = "thing") -> list[Path]:
    return sorted(folder.glob(f"*.{kind}"))


def test_what_is_kept_is_not_made_again(folder: Path) -> None:
    assert made_once() == ("value", 1)
    assert made_once() == ("value", 0)
    assert made_once("another key", "another") == ("another", 1)
    assert len(stored(folder)) == 2


def test_parts_of_a_key_do_not_run_into_each_other(folder: Path) -> None:
    for key in (("ab", "c"), ("a", "bc"), ("abc",), (b"\0", "abc")):
        cached_artifact("thing", key, lambda: None)
    assert len(stored(folder)) == 4


def test_another_product_makes_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_once()
    monkeypatch.setattr("ucap_reports.storage.artifact_cache.product_fingerprint", lambda: "of another version")
    assert made_once(value="another") == ("another", 1)
    assert len(stored(folder)) == 2


def test_what_was_damaged_is_made_again(folder: Path) -> None:
    made_once()
    (file,) = stored(folder)
    content = file.read_bytes()
    file.write_bytes(content[:-3] + b"...")
    assert made_once() == ("value", 1)
    assert file.read_bytes() == content


def test_nothing_is_kept_of_what_fails_or_changes_meanwhile(folder: Path) -> None:
    def fail() -> None:
        raise ProblemsFound([])

    with pytest.raises(ProblemsFound):
        cached_artifact("thing", ("key",), fail)
    assert cached_artifact("thing", ("key",), lambda: 1, holds=lambda: False) == 1
    assert stored(folder) == []


def test_what_is_very_large_is_not_kept(folder: Path) -> None:
    assert made_once(value=b"0" * (LARGEST + 1))[1] == 1
    assert stored(folder) == []


def test_the_oldest_are_let_go_and_those_of_other_kinds_stay(folder: Path) -> None:
    cached_artifact("other", (), lambda: 1)
    for number in range(MOST + 3):
        made_once(str(number))
        newest = max(stored(folder), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
    assert len(stored(folder)) == MOST
    assert made_once("0")[1] == 1
    assert made_once(str(MOST + 2))[1] == 0
    assert len(stored(folder, "other")) == 1


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the administrator can give files away"
)
def test_what_somebody_else_has_put_into_the_cache_is_not_loaded(folder: Path) -> None:
    made_once()
    (file,) = stored(folder)
    os.chown(file, 12345, -1)
    assert made_once() == ("value", 1)
    assert file.stat().st_uid == 0


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no file says who may change it")
def test_what_somebody_else_may_have_changed_in_the_cache_is_not_loaded(folder: Path) -> None:
    before = os.umask(0)
    try:
        made_once()
    finally:
        os.umask(before)
    (file,) = stored(folder)
    assert made_once() == ("value", 0), "whatever files are like that others make"
    file.chmod(0o664)
    assert made_once() == ("value", 1)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere links are for the administrator")
def test_a_link_that_somebody_has_put_in_the_way_is_not_followed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("somebody's", encoding="utf-8")
    folder.mkdir()
    (folder / f"name.{os.getpid()}.{get_ident()}").symlink_to(other)
    UserCache(folder).store("name", b"content")
    assert other.read_text(encoding="utf-8") == "somebody's"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere links are for the administrator")
def test_a_link_to_something_of_the_user_is_not_loaded(folder: Path, tmp_path: Path) -> None:
    made_once()
    (file,) = stored(folder)
    file.rename(tmp_path / "download")
    file.symlink_to(tmp_path / "download")
    assert made_once() == ("value", 1)
    assert not file.is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere folders hold no pipes")
def test_a_pipe_in_the_cache_keeps_nobody_waiting(folder: Path) -> None:
    made_once()
    (file,) = stored(folder)
    file.unlink()
    os.mkfifo(file)
    assert made_once() == ("value", 1)


def test_no_kept_file_stands_for_another(folder: Path) -> None:
    made_once("a", "of a")
    (first,) = stored(folder)
    made_once("b", "of b")
    (second,) = {*stored(folder)} - {first}
    first.replace(second)
    assert made_once("b", "of b") == ("of b", 1)


def test_what_can_no_longer_be_read_is_made_again(folder: Path) -> None:
    made_once()
    (file,) = stored(folder)
    UserCache(folder).store(file.name, b"cno_such_module\nname\n.")
    assert made_once() == ("value", 1)
    assert made_once() == ("value", 0)


@pytest.fixture
def project(folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A project with a pack whose templates ask for what is not there."""
    pack = tmp_path / "templates" / "own"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: plain\n", encoding="utf-8")
    page = (shipped_folder() / TEMPLATES / "plain" / "summary.page.xml").read_text(encoding="utf-8")
    (pack / "summary.page.xml").write_text(page.replace("</h1>", "{{ summary.nothing }}</h1>"), encoding="utf-8")
    forget()
    yield Project(tmp_path)
    forget()


def forget() -> None:
    """As a new process is: with nothing compiled yet."""
    render._compiled.cache_clear()
    filling._prepared.cache_clear()


def documents(project: Project, name: str) -> tuple[bytes, bytes]:
    """The bytes of the example in that pack: Word and PDF."""
    summary, pack = example_summary(), PackStore(project).open(name)
    return render_word(summary, pack).content, render_pdf(summary, pack).content


def test_documents_of_kept_packs_and_templates_are_the_same(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = documents(project, "iuc-japan")
    assert [len(stored(folder, kind)) for kind in KINDS] == [1, 1, 1]
    forget()
    for place in (
        "template.pack_opening.open_pack",
        "word.compile.compile_word.compile_word",
        "pdf.template.compile_page.compile_page",
    ):
        monkeypatch.setattr(f"ucap_reports.{place}", None)  # whatever calls it fails
    assert documents(project, "iuc-japan") == first


def test_a_kept_template_tells_its_problems_at_the_same_places(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for _ in range(2):
        with pytest.raises(ProblemsFound) as raised:
            render_pdf(example_summary(), PackStore(project).open("own"))
        found.append(raised.value.problems)
        forget()
        monkeypatch.setattr("ucap_reports.pdf.template.compile_page.compile_page", None)  # whatever calls it fails
    assert found[0] == found[1]
    assert [(problem.code, problem.location.path) for problem in found[0]] == [
        ("name-unknown", "templates/own/summary.page.xml")
    ]


def test_a_pack_is_opened_again_when_a_file_of_any_has_changed(project: Project, folder: Path) -> None:
    settings = project.root / "templates" / "own" / "pack.yaml"
    assert PackStore(project).open("own").settings.unknown == "N/A"
    settings.write_text('extends: plain\nunknown: "?"\n', encoding="utf-8")
    assert PackStore(project).open("own").settings.unknown == "?"
    assert len(stored(folder, "pack")) == 2


def test_a_pack_that_is_saved_while_it_is_opened_is_not_kept(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = iter(("before", "after"))
    monkeypatch.setattr(pack_store, "templates_digest", lambda _: next(states))
    PackStore(project).open("own")
    assert stored(folder, "pack") == []
