"""What is made of a template is kept for the next run, and made again wherever it cannot be trusted."""

import os
from pathlib import Path
from threading import get_ident

import pytest

from ucap_reports.cache import Cache
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.templating import compile_template
from ucap_reports.templating.keeping import MOST, Made, keep, kept
from ucap_reports.templating.sandbox import Sandbox

LONG = "a sentence that makes the template worth keeping " * 20
TEXT = LONG + "{{ summary }}\n{{ nothing }}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, empty."""
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path))
    return tmp_path


def at(line: int) -> Location:
    return Location("page.xml", line)


def filled(text: str = TEXT) -> tuple[str | None, list[str]]:
    """What comes of a template, and what is wrong."""
    attempt = compile_template(text, at).attempt("Tianjin", lambda _, __: "")
    return attempt.text, [str(problem) for problem in attempt.problems]


def stored(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.template"))


def test_a_kept_template_is_not_compiled_again_and_fills_in_alike(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = filled()
    monkeypatch.setattr(Sandbox, "parse", None)  # whatever calls it fails
    assert filled() == first
    assert first[0] is not None
    assert first[0].startswith(f"{LONG}Tianjin")
    assert ["nothing" in problem for problem in first[1]] == [True]
    assert len(stored(folder)) == 1


def test_a_kept_template_that_was_damaged_is_made_again(folder: Path) -> None:
    first = filled()
    (file,) = stored(folder)
    content = file.read_bytes()
    file.write_bytes(content[:-7] + b"damaged")
    assert filled() == first
    assert file.read_bytes() == content


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the administrator can give files away"
)
def test_what_somebody_else_has_put_into_the_cache_is_not_run(folder: Path) -> None:
    filled()
    (file,) = stored(folder)
    os.chown(file, 12345, -1)
    assert Cache(folder).load(file.name) is None
    filled()
    assert file.stat().st_uid == 0


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no file says who may change it")
def test_what_somebody_else_may_have_changed_in_the_cache_is_not_run(folder: Path) -> None:
    before = os.umask(0)
    try:
        filled()
    finally:
        os.umask(before)
    (file,) = stored(folder)
    assert kept(TEXT, ()) is not None, "whatever files are like that others make"
    file.chmod(0o664)
    assert kept(TEXT, ()) is None


@pytest.mark.skipif(os.name != "posix", reason="elsewhere links are for the administrator")
def test_a_link_that_somebody_has_put_in_the_way_is_not_followed(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("somebody's", encoding="utf-8")
    (folder / f"name.{os.getpid()}.{get_ident()}").symlink_to(other)
    Cache(folder).store("name", b"content")
    assert other.read_text(encoding="utf-8") == "somebody's"


def test_another_text_or_another_kind_is_another_template(folder: Path) -> None:
    for text, kinds in ((TEXT, ()), (TEXT + " ", ()), (TEXT, ("p",)), (TEXT, ("p", "q")), (TEXT, ("pq",))):
        compile_template(text, at, kinds)
    assert len(stored(folder)) == 5


def test_templates_with_errors_and_short_ones_are_not_kept(folder: Path) -> None:
    with pytest.raises(ProblemsFound):
        compile_template(LONG + "{% include 'other' %}", at)
    compile_template("{{ summary }}", at)
    assert stored(folder) == []


def test_the_oldest_are_let_go(folder: Path) -> None:
    code = compile("0", "<template>", "exec")
    for number in range(MOST + 3):
        keep(f"{LONG}{number}", (), Made(code, ()))
        newest = max(stored(folder), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
    assert len(stored(folder)) == MOST
    assert kept(f"{LONG}0", ()) is None
    assert kept(f"{LONG}{MOST + 2}", ()) is not None
