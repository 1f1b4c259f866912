"""The cache of prepared fonts."""

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.test_fonts import NO_CACHE, source
from ucap_reports.fonts.font_faces import load_face
from ucap_reports.fonts.font_sources import FontIndex, FontSource
from ucap_reports.storage.user_cache import UserCache, user_cache


def test_a_second_load_reads_the_cache_and_gives_the_same_face(tmp_path: Path) -> None:
    cache = UserCache(tmp_path / "deep" / "inside")
    first = load_face(source(), cache)
    (file,) = cache.folder.iterdir()
    changed = time.time() - 1000
    os.utime(file, (changed, changed))
    assert load_face(source(), cache).index == first.index
    assert file.stat().st_mtime == pytest.approx(changed), "it was not written again"


def test_damaged_cache_files_are_rebuilt(tmp_path: Path) -> None:
    cache = UserCache(tmp_path)
    face = load_face(source(), cache)
    for damage in (b"", b"\0" * 40, b"x" * 5000):
        for file in tmp_path.iterdir():
            file.write_bytes(damage)
        assert load_face(source(), cache).index == face.index
    assert all(cache.load(file.name) is not None for file in tmp_path.iterdir())


def test_a_cache_folder_that_cannot_be_written_is_ignored(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, where a folder should be"
    blocked.write_text("")
    face = load_face(source(), UserCache(blocked / "cache"))
    assert face.index == load_face(source(), NO_CACHE).index


def test_a_failed_store_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    UserCache(tmp_path).store("taken", b"content")
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def load_into(folder: str) -> FontIndex:
    return load_face(source(), UserCache(Path(folder))).index


def test_two_processes_can_prepare_a_font_at_the_same_time(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        loaded = list(pool.map(load_into, [str(tmp_path)] * 4))
    assert loaded == [load_into(str(tmp_path))] * 4
    assert all(UserCache(tmp_path).load(file.name) is not None for file in tmp_path.iterdir())


def test_a_start_with_a_cache_does_not_import_fonttools(tmp_path: Path) -> None:
    """It is needed only for the text of shaped glyphs."""
    script = (
        "import sys\n"
        "from ucap_reports.fonts.font_faces import family_source\n"
        "from ucap_reports.fonts.font_subset import font_program\n"
        "from ucap_reports.fonts.font_faces import open_face\n"
        "face = open_face(family_source('Noto Sans Devanagari', bold=True, italic=False))\n"
        "font_program(face, [3, 4, 5])\n"
        "print('fontTools' in sys.modules)\n"
    )
    command = [sys.executable, "-c", script]
    environment = {"UCAP_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}
    runs = [subprocess.run(command, env=environment, check=True, capture_output=True, text=True) for _ in range(2)]
    assert [run.stdout.strip() for run in runs] == ["True", "False"]


def test_digests_differ_by_weight_font_and_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {
        source().digest(),
        source(bold=True).digest(),
        source(italic=True).digest(),
        FontSource("Own-Regular", content=b"1").digest(),
        FontSource("Own-Regular", content=b"2").digest(),
    }
    assert len(before) == 5
    monkeypatch.setattr("ucap_reports.fonts.font_sources.product_fingerprint", lambda: "of another version")
    assert source().digest() not in before


def test_the_cache_folder_is_that_of_the_user_or_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("UCAP_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_cache().folder == tmp_path / ".cache" / "ucap"
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")  # relative ones are ignored
    assert user_cache().folder == tmp_path / ".cache" / "ucap"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert user_cache().folder == tmp_path / "caches" / "ucap"
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "mine"))
    assert user_cache().folder == tmp_path / "mine"
