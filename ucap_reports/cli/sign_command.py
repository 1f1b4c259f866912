"""`sign`: signatures of PDF files, and `check FILE.pdf`, which checks them."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from getpass import getpass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ucap_reports.batch.output_overwriting_and_pruning import edited_pdf_problem, write_signed
from ucap_reports.cli.command_line import Arguments, UsageError, needs_extra
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.project_plans_and_packs import project_or_none, safe_folder_of
from ucap_reports.problems import Location, ProblemsFound, problem, reported
from ucap_reports.problems.control_characters import visible
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.project_folder import Project, typed_path

PASSPHRASE = "UCAP_PASSPHRASE"  # noqa: S105 - the name of the variable


def run_sign(arguments: Arguments, session: Session) -> None:
    """Sign PDF files in place. A file that is already signed with the same certificate is left unchanged."""
    records = session.json["files"]
    project = project_or_none(arguments, session)
    with needs_extra("sign"):
        from ucap_reports.pdf.file.signatures import certificate_warnings, key_certificate  # noqa: PLC0415 - it may not be installed
    key = _key(arguments, project)
    now = datetime.now(UTC)
    session.report(certificate_warnings(key_certificate(key), Location(arguments.key), now, now))
    count = 0
    for name in arguments.files:
        path = typed_path(name)
        with reported(session.report):
            old = _read_pdf(path, name, project)
            content = _signed(old, name, key)
            if content is old:
                status = "unchanged"
            else:
                status = "signed"
                write_signed(_project_of(path, project), path, name, content, old)
                count += 1
            records.append({"path": name, "status": status, "sha256": sha256(content).hexdigest()})
            session.result(status, name)
    session.conclude(f"{counted(count, 'file')} signed; {session.problem_counts()}.")


def _signed(content: bytes, name: str, key: Any) -> bytes:
    """Return the signed file, as `signed_once` does. Raises ProblemsFound if it has another signature, or cannot be
    signed.
    """
    from ucap_reports.pdf.file import signatures  # noqa: PLC0415 - it may not be installed

    try:
        present = signatures.signatures(content) if _may_be_signed(content) else ()
        return signatures.signed_once(content, key, present)
    except signatures.SignatureError as error:
        raise ProblemsFound([problem("sign-failed", Location(name), form="reason", reason=str(error))]) from error
    except signatures.OtherSignatureError as error:
        raise ProblemsFound([problem("sign-failed", Location(name), form="signed", signer=str(error))]) from error


def _may_be_signed(content: bytes) -> bool:
    """Return whether a PDF seems to contain signatures. Each has a byte range, which is never compressed."""
    return b"/ByteRange" in content


def check_files(names: Sequence[str], arguments: Arguments, session: Session) -> None:
    """Report whether PDF files were changed after they were built or signed, and who signed them."""
    records = session.json["signatures"] = []
    project = project_or_none(arguments, session)
    for name in names:
        path = typed_path(name)
        with reported(session.report):
            content = _read_pdf(path, name, project)
            signed = _signatures(content, name, session) if _may_be_signed(content) else []
            records += signed
            if not signed:
                session.result("unsigned", name)
            if not all(record["valid"] for record in signed):
                continue  # that the file has changed since the build is the same fact
            warning = edited_pdf_problem(_project_of(path, project), path)
            if warning is not None:
                session.report([warning])


def _signatures(content: bytes, name: str, session: Session) -> Sequence[dict[str, object]]:
    """Report the signatures of a file, and return their records. Raises ProblemsFound if they cannot be read."""
    with needs_extra("sign"):
        from ucap_reports.pdf.file.signatures import (  # noqa: PLC0415 - it may not be installed
            SignatureError,
            certificate_warnings,
            signatures,
        )
    try:
        all_signatures = signatures(content)
    except SignatureError as error:
        unreadable = problem("signature-invalid", Location(name), form="unreadable", reason=str(error))
        raise ProblemsFound([unreadable]) from error
    now = datetime.now(UTC)
    records: list[dict[str, object]] = []
    for signature in all_signatures:
        kind = "timestamp" if signature.is_timestamp else "signature"
        if signature.valid:
            verb = "timestamped" if signature.is_timestamp else "signed"
            session.result(verb, f"{name} by {signature.signer}, {signature.date}")
            made = signature.time or now
            session.report(certificate_warnings(signature.certificate, Location(name), made, now))
            if signature.has_weak_digest:
                algorithm = signature.digest.upper()
                weak = problem("digest-weak", Location(name), signer=signature.signer, algorithm=algorithm)
                session.report([weak])
        else:
            session.report([problem("signature-invalid", Location(name), form="changed", signer=signature.signer)])
        records.append(
            {
                "path": name,
                "kind": kind,
                "signer": signature.signer,
                "date": signature.date,
                "valid": signature.valid,
            }
        )
    return records


def _key(arguments: Arguments, project: Project | None) -> Any:
    """Return the key of --key, after asking for a passphrase only if it needs one. Raises ProblemsFound."""
    from ucap_reports.pdf.file.signatures import KeyFileError, open_key  # noqa: PLC0415 - it may not be installed

    content = _read(arguments.key, project)
    try:
        key = open_key(content, None) or open_key(content, _passphrase(arguments, project))
    except KeyFileError as error:
        raise ProblemsFound([problem("key-invalid", Location(arguments.key), form=str(error))]) from error
    if key is None:
        raise ProblemsFound([problem("key-invalid", Location(arguments.key), form="passphrase")])
    return key


def _passphrase(arguments: Arguments, project: Project | None) -> bytes:
    """Return the passphrase from the file, the environment, or the terminal. Raises UsageError if there is none."""
    if arguments.passphrase_file:
        lines = _read(arguments.passphrase_file, project).splitlines()
        return lines[0] if lines else b""
    written = os.environ.get(PASSPHRASE)
    if written is not None:
        return os.fsencode(written)
    with suppress(EOFError, UnicodeError):
        if sys.stdin.isatty():
            return getpass(f"Passphrase for {visible(arguments.key)}: ").encode()
    raise UsageError([problem("passphrase-missing", Location(arguments.key), variable=PASSPHRASE)])


def _read_pdf(path: Path, shown: str, project: Project | None) -> bytes:
    with disk_refusals(shown):
        return _project_of(path, project).safe_output(path.parent).read_file(path)


def _project_of(path: Path, project: Project | None) -> Project:
    """Return the project of the command or, outside of one, the folder of a file: its manifest counts in any case."""
    return Project(path.parent) if project is None else project


def _read(name: str, project: Project | None) -> bytes:
    path = typed_path(name)
    with disk_refusals(name):
        return safe_folder_of(path, project).read_typed(path)
