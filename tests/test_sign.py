"""`ucap sign` and `ucap check FILE.pdf`: signatures, their passphrases, and what builds do with signed documents."""

import errno
import shutil
import sys
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from tests.command import Run, ucap, write_plan
from tests.selected_cases import crossed, every, mostly_long
from tests.signing import PASSPHRASE, write_key
from tests.verapdf import AssertConformant
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

PLAN = "cities: [{name: Rome, country: Italy}, {name: 天津, country: China}]\nresults: Less traffic.\n"
PDF = "out/rome.pdf"
CHANGED = {"signature-invalid", "document-edited"}


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a built plan, and a key."""
    folder = tmp_path_factory.mktemp("unsigned")
    write_key(folder / "key.p12")
    write_plan(folder, "rome.yaml", PLAN)
    build(folder)
    return folder


@pytest.fixture
def project(unsigned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this project, with the passphrase of the key in the environment."""
    monkeypatch.setenv("UCAP_PASSPHRASE", PASSPHRASE)
    return shutil.copytree(unsigned, tmp_path, dirs_exist_ok=True)


def build(project: Path, *words: str) -> Run:
    return ucap(project, "build", "--format", "pdf", "--no-index", "--json", *words)


def sign(project: Path, *words: str) -> Run:
    return ucap(project, "sign", PDF, "--key", "key.p12", "--json", *words)


def status(run: Run) -> str:
    (document,) = run.report["documents"]
    return str(document["status"])


@pytest.mark.parametrize("standard", every(2, PdfStandard, start=1))
def test_a_signed_file_still_conforms_and_begins_with_the_unsigned_one(
    project: Path, standard: PdfStandard, assert_conformant: AssertConformant
) -> None:
    build(project, "--pdf-standard", standard.value)
    write_key(project / "key.p12", kind="rsa", bits=2048)
    before = (project / PDF).read_bytes()

    run = sign(project)

    (file,) = run.report["files"]
    content = (project / PDF).read_bytes()
    assert (run.code, file["path"], file["status"]) == (0, PDF, "signed")
    assert content.startswith(before)
    assert len(content) > len(before)
    assert_conformant(content, standard)


def test_check_names_the_signer(project: Path) -> None:
    sign(project)

    run = ucap(project, "check", PDF, "--json")

    (found,) = run.report["signatures"]
    assert (run.code, found["path"], found["signer"], found["valid"]) == (0, PDF, "City Office", True)
    assert f"{PDF} by City Office" in ucap(project, "check", PDF).out


def test_signing_again_with_the_same_key_changes_nothing(project: Path) -> None:
    sign(project)
    content = (project / PDF).read_bytes()

    run = sign(project)

    assert (run.code, run.codes, run.report["files"][0]["status"]) == (0, [], "unchanged")
    assert (project / PDF).read_bytes() == content


def test_a_signed_file_is_not_signed_with_another_key(project: Path) -> None:
    sign(project)
    content = (project / PDF).read_bytes()
    write_key(project / "key.p12", owner="Other Office")

    run = sign(project)

    assert (run.code, run.codes) == (1, ["sign-failed"])
    assert "already signed by City Office" in run.report["problems"][0]["message"]
    assert (project / PDF).read_bytes() == content


@pytest.mark.long
@pytest.mark.parametrize(("kind", "standard"), crossed(["ec", "ed25519", "ed448"], PdfStandard))
def test_a_key_of_an_elliptic_curve_signs_a_file_that_conforms(
    project: Path, standard: PdfStandard, kind: str, assert_conformant: AssertConformant
) -> None:
    build(project, "--pdf-standard", standard.value)
    write_key(project / "key.p12", kind=kind)

    assert sign(project).codes == []
    run = ucap(project, "check", PDF, "--json")
    assert (run.code, run.codes, run.report["signatures"][0]["valid"]) == (0, [], True)
    assert_conformant((project / PDF).read_bytes(), standard)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"kind": "rsa", "bits": 1024}, "key-weak", "the key of City Office has only 1024 bits"),
        pytest.param(
            {"bits": 192},
            "key-weak",
            "the key of City Office has only 192 bits",
            marks=pytest.mark.long,
        ),
        ({"valid_days": (-60, -30)}, "certificate-expired", "the certificate of City Office expired on "),
        ({"valid_days": (10, 30)}, "certificate-expired", "the certificate of City Office is valid only from "),
    ],
)
def test_an_unsuitable_certificate_is_a_warning_of_sign_and_check(
    project: Path, options: Mapping[str, Any], code: str, message: str
) -> None:
    write_key(project / "key.p12", **options)
    for run in (sign(project), ucap(project, "check", PDF, "--json")):
        assert (run.code, run.codes) == (0, [code])
        assert run.report["problems"][0]["severity"] == "warning"
        assert run.report["problems"][0]["message"].startswith(message)
    assert run.report["signatures"][0]["valid"] is True


@pytest.mark.no_cover
@pytest.mark.parametrize(("kind", "weak", "strong"), [("rsa", 1024, 2048), ("ec", 192, 224)])
def test_hint_about_a_weak_key_names_the_least_size_of_its_algorithm(
    project: Path, kind: str, weak: int, strong: int
) -> None:
    pdf = (project / PDF).read_bytes()
    write_key(project / "key.p12", kind=kind, bits=strong)
    assert sign(project).codes == []
    (project / PDF).write_bytes(pdf)
    write_key(project / "key.p12", kind=kind, bits=weak)
    (found,) = sign(project).report["problems"]
    assert f"at least {strong} bits" in found["hint"]


def test_check_warns_of_a_signature_that_another_file_can_have(project: Path) -> None:
    from tests.pdf_revisions import approved  # noqa: PLC0415 - its library may not be installed

    (project / "x.pdf").write_bytes(approved((project / PDF).read_bytes(), "sha1"))
    run = ucap(project, "check", "x.pdf", "--json")
    assert (run.code, run.codes, run.report["signatures"][0]["valid"]) == (0, ["digest-weak"], True)
    assert "the signature of Stranger uses SHA1" in run.report["problems"][0]["message"]


def test_a_certificate_that_has_expired_since_is_a_warning(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(project)

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            return cls(2100, 1, 1, tzinfo=tz)

    monkeypatch.setattr("ucap_reports.cli.sign_command.datetime", Later)
    run = ucap(project, "check", PDF, "--json")
    assert (run.code, run.codes) == (0, ["certificate-expired"])


def test_check_names_the_authority_of_a_timestamp(project: Path) -> None:
    from tests.pdf_revisions import timestamped  # noqa: PLC0415 - its library may not be installed

    sign(project)
    (project / "x.pdf").write_bytes(timestamped((project / PDF).read_bytes()))

    run = ucap(project, "check", "x.pdf", "--json")
    assert [(each["kind"], each["signer"], each["valid"]) for each in run.report["signatures"]] == [
        ("signature", "City Office", True),
        ("timestamp", "Time Office", True),
    ]
    assert "timestamped x.pdf by Time Office" in ucap(project, "check", "x.pdf").out


def test_a_changed_byte_is_reported(project: Path) -> None:
    sign(project)
    signed = (project / PDF).read_bytes()
    for part in range(10):
        content = bytearray(signed)
        content[len(content) * part // 10 + 17] ^= 1
        (project / PDF).write_bytes(content)

        run = ucap(project, "check", PDF, "--json")

        assert run.code == 1, part
        assert len(run.codes) == 1, "one fact is one error"
        assert set(run.codes) <= CHANGED, part


@pytest.mark.long
@pytest.mark.parametrize("added", [b"\n", b"%%EOF\n", b"0 0 obj\nendobj\n"])
def test_added_bytes_are_reported_also_outside_of_a_project(project: Path, added: bytes) -> None:
    sign(project)
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.pdf").write_bytes((project / PDF).read_bytes() + added)

    assert "signature-invalid" in ucap(elsewhere, "check", "x.pdf", "--json").codes


def test_an_unsigned_file_that_was_changed_is_reported(project: Path) -> None:
    assert ucap(project, "check", PDF, "--json").codes == []
    (project / PDF).write_bytes((project / PDF).read_bytes() + b"\n")

    assert ucap(project, "check", PDF, "--json").codes == ["document-edited"]


@pytest.mark.parametrize("words", mostly_long([(), ("--force",), ("--overwrite-edited",)], {("--force",)}))
def test_a_build_keeps_a_signed_document_that_it_would_build_again_alike(project: Path, words: tuple[str, ...]) -> None:
    sign(project)
    signed = (project / PDF).read_bytes()
    write_plan(project, "rome.yaml", f"# A comment.\n{PLAN}")

    run = build(project, *words)

    assert (status(run), "signature-removed" in run.codes) == ("unchanged", False)
    assert (project / PDF).read_bytes() == signed
    assert status(build(project)) == "unchanged"
    assert ucap(project, "check", PDF, "--json").code == 0


def test_a_file_signed_outside_of_the_project_is_not_edited(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    run = ucap(elsewhere, "sign", str(project / PDF), "--key", str(project / "key.p12"))
    assert run.code == 0
    assert status(build(project)) == "unchanged"


def test_a_file_is_signed_beside_the_manifest_of_another_program(project: Path) -> None:
    folder = project / "site"
    folder.mkdir()
    shutil.copy(project / PDF, folder / "rome.pdf")
    (folder / "manifest.json").write_text('{"name": "App"}', encoding="utf-8")

    run = ucap(project, "sign", "site/rome.pdf", "--key", "key.p12", "--json")

    assert run.code == 0, run.out
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "rome.pdf"]
    assert (folder / "manifest.json").read_text(encoding="utf-8") == '{"name": "App"}'


def test_check_reports_a_file_that_was_changed_outside_of_the_project(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (project / PDF).open("ab") as file:
        file.write(b"\n")
    run = ucap(tmp_path_factory.mktemp("elsewhere"), "check", str(project / PDF), "--json")
    assert (run.code, run.codes) == (1, ["document-edited"])


def test_a_changed_document_loses_its_signature_with_a_warning(project: Path) -> None:
    sign(project)
    write_plan(project, "rome.yaml", PLAN.replace("Less traffic", "Less noise"))

    run = build(project)

    assert (run.code, status(run)) == (0, "written")
    assert "signature-removed" in run.codes
    assert b"/ByteRange" not in (project / PDF).read_bytes()
    assert "signature-removed" not in build(project).codes


def signature_warnings(run: Run) -> list[str]:
    return [found["message"] for found in run.report["problems"] if found["code"] == "signature-removed"]


@pytest.mark.no_cover
def test_a_build_says_why_a_document_has_lost_its_signature(project: Path) -> None:
    unsigned = (project / PDF).read_bytes()

    def warning(*words: str) -> str:
        run = build(project, *words)
        (message,) = signature_warnings(run)
        assert (project / PDF).read_bytes() == unsigned
        assert signature_warnings(build(project)) == []
        return str(message)

    sign(project)
    (project / PDF).unlink()
    assert warning().startswith("the signed file was missing,")
    sign(project)
    (project / PDF).write_bytes(b"another file")
    assert warning("--overwrite-edited").startswith("the signed file was edited or replaced,")
    sign(project)
    (project / PDF).write_bytes(unsigned)
    assert warning("--overwrite-edited").startswith("the signed file was edited or replaced,")


def test_a_document_that_cannot_be_written_keeps_its_signature_without_a_warning(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(project)
    signed = (project / PDF).read_bytes()
    write_plan(project, "rome.yaml", PLAN.replace("Less traffic", "Less noise"))

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("ucap_reports.batch.write_and_check_plans.write_files", refuse)
    run = build(project)

    assert (run.code, signature_warnings(run)) == (1, [])
    assert (project / PDF).read_bytes() == signed


def test_the_passphrase_is_in_a_file_or_not_needed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UCAP_PASSPHRASE")
    (project / "pass.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")

    assert sign(project, "--passphrase-file", "pass.txt").code == 0
    (project / PDF).unlink()
    build(project)
    write_key(project / "key.p12", None)
    assert sign(project).code == 0


def test_the_passphrase_is_asked_for_in_a_terminal(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UCAP_PASSPHRASE")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("ucap_reports.cli.sign_command.getpass", lambda _: PASSPHRASE)

    assert sign(project).code == 0


def test_without_a_passphrase_nothing_is_signed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (project / PDF).read_bytes()
    monkeypatch.setenv("UCAP_PASSPHRASE", "wrong")
    assert sign(project).codes == ["key-invalid"]
    monkeypatch.delenv("UCAP_PASSPHRASE")
    run = sign(project)
    assert (run.code, run.codes) == (2, ["passphrase-missing"])
    assert (project / PDF).read_bytes() == before


def test_other_files_are_signed_beside_one_that_cannot_be(project: Path) -> None:
    (project / "x.pdf").write_bytes(b"no PDF")

    run = ucap(project, "sign", "x.pdf", "y.pdf", PDF, "--key", "key.p12", "--json")

    assert (run.code, [each["path"] for each in run.report["files"]]) == (1, [PDF])
    assert "sign-failed" in run.codes
    assert (project / "x.pdf").read_bytes() == b"no PDF"


def test_without_the_extra_the_error_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ucap_reports.pdf.file.signatures", raising=False)
    for name in ("pyhanko", "pyhanko.pdf_utils.incremental_writer"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7 /ByteRange")

    for words in (("sign", "x.pdf", "--key", "x.p12"), ("check", "x.pdf")):
        (found,) = ucap(tmp_path, *words, "--json").report["problems"]
        assert found["code"] == "extra-missing"
        assert 'pip install "ucap-reports[sign]"' in found["hint"]
