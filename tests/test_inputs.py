"""What a document is made of: whatever has a part in its bytes is known, and nothing else builds it again."""

import os
import re
import shutil
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from ucap_reports.storage import version_fingerprint
from ucap_reports.storage.version_fingerprint import SHAPING, product_fingerprint

ROOT = Path(__file__).parent.parent
PASSIVE = {
    "annotated-types": "marks types for pydantic, which looks for some of its versions",
    "charset-normalizer": "ReportLab asks it for the encoding of bytes, and is given none",
    "distributed": "carries plans and documents",
    "argcomplete": "completes command lines in a shell",
    "et-xmlfile": "writes what openpyxl writes, and nothing is written with it",
    "fontpkg": "finds the files of fonts, which have versions of their own",
    "msgspec": "holds values",
    "openpyxl": "reads tables, which become plans before any document is made",
    "pydantic-core": "pydantic asks for one version of it",
    "pygments": "colours code for rich, which has none to show",
    "rich": "shows how far a build is",
    "starlette": "sends documents to a browser",
    "typing-extensions": "says what types are",
    "typing-inspection": "looks at types for pydantic",
    "uvicorn": "sends documents to a browser",
    "watchfiles": "hears of saved files",
}
"""Packages without a part in a document's bytes, its problems and its picture, and why they have none."""
BUILDING = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
"""Those that install this one, and are not asked for by it."""


def test_every_package_that_is_installed_shapes_documents_or_is_known_not_to() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    locked = (ROOT / "locks" / "reports.txt").read_text(encoding="utf-8").splitlines()
    names = {found[0] for line in (*asked, *locked) if (found := re.match("[a-z][a-z0-9-]+", line))}

    assert names - BUILDING == {*SHAPING, *PASSIVE}
    assert not {*SHAPING} & {*PASSIVE}


def test_another_version_of_a_package_that_shapes_documents_is_another_product(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = product_fingerprint()
    known = version_fingerprint._installed()
    for name in (*SHAPING, "rich"):
        monkeypatch.setattr(version_fingerprint, "_installed", lambda name=name: {**known, name: "another"})
        product_fingerprint.cache_clear()
        assert (product_fingerprint() == whole) == (name == "rich")
    monkeypatch.undo()
    product_fingerprint.cache_clear()
    assert product_fingerprint() == whole


@pytest.mark.parametrize(
    "name",
    [
        "pdf/layout/draw_document.py",
        "word/render/fill_word.py",
        "plan/countries.json",
        "batch/index_page/index_page.css",
    ],
)
def test_another_line_in_what_makes_documents_is_another_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert changes_product(tmp_path, monkeypatch, name)


@pytest.mark.parametrize(
    "name",
    [
        "cli/problem_display.py",
        "importers/word_summaries.py",
        "plan/writing/yaml_style.py",
        "preview/web_routes.py",
        "cli/starters/plan.yaml",
    ],
)
def test_another_line_in_what_comes_before_a_plan_or_after_a_document_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert not changes_product(tmp_path, monkeypatch, name)


def changes_product(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> bool:
    """Whether the product is another when a file of a copy of it has one line more."""
    copy = shutil.copytree(Path(version_fingerprint.__file__).parent.parent, folder / "ucap_reports")
    monkeypatch.setattr(version_fingerprint, "__file__", str(copy / "storage" / "version_fingerprint.py"))
    product_fingerprint.cache_clear()
    before = product_fingerprint()
    path = copy / name
    path.write_bytes(path.read_bytes() + b"\n")
    product_fingerprint.cache_clear()
    changed = product_fingerprint() != before
    monkeypatch.undo()
    product_fingerprint.cache_clear()
    return changed


def test_a_folder_that_python_may_not_look_into_has_no_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, look = version_fingerprint._installed(), os.listdir

    def refuse(folder: str) -> list[str]:
        if folder == str(tmp_path):
            raise PermissionError(folder)
        return look(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert version_fingerprint._installed() == known
