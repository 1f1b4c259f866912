"""The version fingerprint: it changes with everything that affects documents, and with nothing else."""

import os
import re
import shutil
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from ucap_reports.storage import installation
from ucap_reports.storage.installation import SHAPING, product_fingerprint

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
PASSIVE = {
    "anyio": "runs the web server of the editor",
    "argcomplete": "completes command lines in a shell",
    "annotated-types": "annotates types for pydantic, which requires certain versions of it",
    "charset-normalizer": "ReportLab uses it to detect encodings, and gets text only",
    "click": "reads the command line of uvicorn, which is not used",
    "cryptography": "opens keys for signatures, which are added to finished documents",
    "distributed": "transports plans and documents",
    "et-xmlfile": "writes what openpyxl writes, and nothing is written with it",
    "fontpkg": "finds the files of fonts, which have versions of their own",
    "h11": "reads requests to the editor",
    "idna": "anyio uses it for names of hosts",
    "msgspec": "stores values",
    "openpyxl": "reads tables, which become plans before any document is made",
    "pydantic-core": "pydantic requires one version of it",
    "pyhanko": "signs finished documents",
    "pygments": "colours code for rich, which shows none",
    "regex": "searches cells of tables, which become plans before any document is made",
    "rich": "shows the progress of a build",
    "starlette": "sends documents to a browser",
    "typing-extensions": "describes types",
    "typing-inspection": "inspects types for pydantic",
    "uvicorn": "sends documents to a browser",
    "watchfiles": "watches for saved files",
}
"""Packages that do not affect documents, their problems or their pictures, and why."""
BUILDING = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
"""Packages that install the product, and that it does not use."""


def test_every_installed_package_is_in_the_fingerprint_or_has_a_reason_not_to_be() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    locked = (ROOT / "locks" / "reports.txt").read_text(encoding="utf-8").splitlines()
    names = {found[0] for line in (*asked, *locked) if (found := re.match("[a-z][a-z0-9-]+", line))}

    assert names - BUILDING == {*SHAPING, *PASSIVE}
    assert not {*SHAPING} & {*PASSIVE}


def test_another_version_of_a_package_that_affects_documents_changes_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = product_fingerprint()
    for name in (*SHAPING, "rich"):
        folder = tmp_path / name
        (folder / f"{name.replace('-', '_')}-0.1.dist-info").mkdir(parents=True)
        with monkeypatch.context() as other:
            other.setattr(sys, "path", [*sys.path, str(folder)])
            product_fingerprint.cache_clear()
            assert (product_fingerprint() == whole) == (name == "rich")
    product_fingerprint.cache_clear()
    assert product_fingerprint() == whole


@pytest.mark.parametrize(
    "name",
    [
        "pdf/layout/page_breaks_and_columns.py",
        "word/render/fill_word_template.py",
        "plan/countries.json",
        "batch/index_page.css",
        "importers/sent_edition.py",
        "plan/writing/markdown_and_public_plan.py",
        "plan/writing/plan_file.py",
    ],
)
def test_a_change_in_code_that_makes_documents_changes_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert changes_fingerprint(tmp_path, monkeypatch, name)


@pytest.mark.parametrize(
    "name",
    [
        "cli/command_output_and_exit_codes.py",
        "importers/word_summary_reading.py",
        "plan/writing/changed_words.py",
        "editor/web_routes.py",
        "cli/starters/plan.yaml",
    ],
)
def test_a_change_in_other_code_does_not_change_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert not changes_fingerprint(tmp_path, monkeypatch, name)


def changes_fingerprint(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> bool:
    """Whether the fingerprint changes when a line is added to a file in a copy of the product."""
    copy = shutil.copytree(Path(installation.__file__).parent.parent, folder / "ucap_reports")
    monkeypatch.setattr(installation, "__file__", str(copy / "storage" / "installation.py"))
    product_fingerprint.cache_clear()
    before = product_fingerprint()
    path = copy / name
    path.write_bytes(path.read_bytes() + b"\n")
    product_fingerprint.cache_clear()
    changed = product_fingerprint() != before
    monkeypatch.undo()
    product_fingerprint.cache_clear()
    return changed


def test_the_source_is_read_once_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the changed file has the same size and date."""
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "cache"))
    copy = shutil.copytree(Path(installation.__file__).parent.parent, tmp_path / "ucap_reports")
    digests = installation._read_digest
    reads = []

    def counted(package: str) -> bytes:
        reads.append(package)
        return digests(package)

    monkeypatch.setattr(installation, "_read_digest", counted)
    first = installation._source_digest(str(copy))
    assert installation._source_digest(str(copy)) == first
    assert len(reads) == 1
    path = copy / "page" / "fitted_scale.py"
    status = path.stat()
    content = path.read_bytes()
    path.write_bytes(content.swapcase())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert installation._source_digest(str(copy)) != first
    assert len(reads) == 2
    path.write_bytes(content)
    assert installation._source_digest(str(copy)) == first


def test_the_digest_of_source_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "cache"))
    copy = shutil.copytree(Path(installation.__file__).parent.parent, tmp_path / "ucap_reports")
    digests = installation._read_digest

    def changing(package: str) -> bytes:
        digest = digests(package)
        (copy / "page" / "fitted_scale.py").write_bytes(b"# changed\n")
        return digest

    monkeypatch.setattr(installation, "_read_digest", changing)
    installation._source_digest(str(copy))
    assert list((tmp_path / "cache").glob("*.product")) == []


def test_a_folder_that_cannot_be_listed_has_no_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, look = list(installation._installed()), os.listdir

    def refuse(folder: str) -> list[str]:
        if folder == str(tmp_path):
            raise PermissionError(folder)
        return look(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(installation._installed()) == known
