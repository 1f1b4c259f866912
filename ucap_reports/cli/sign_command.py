"""`sign`: signatures of PDF files, and `check FILE.pdf`, which checks them."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from getpass import getpass
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from ucap_reports.batch.output_folder import edited_document, write_signed
from ucap_reports.cli.argument_parser import Arguments, UsageError, needs_extra
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import project_or_none
from ucap_reports.problems import Location, ProblemsFound, problem, reported
from ucap_reports.storage.atomic_files import disk_refusals, read_regular

PASSPHRASE = "UCAP_PASSPHRASE"  # noqa: S105 - the name of the variable


def run_sign(arguments: Arguments, session: Session) -> None:
    """Sign PDF files in place."""
    records = session.json["files"] = []
    project = project_or_none(arguments, session)
    with needs_extra("sign"):
        from ucap_reports.pdf.file.signatures import SignatureError, signed  # noqa: PLC0415 - it may not be installed
    key = _key(arguments)
    for name in arguments.files:
        path = Path.cwd() / name
        with reported(session.report):
            try:
                content = signed(old := _read_pdf(path, name), key)
            except SignatureError as error:
                raise ProblemsFound([problem("sign-failed", Location(name), reason=str(error))]) from error
            write_signed(project, path, name, content, old)
            records.append({"path": name, "status": "signed", "sha256": sha256(content).hexdigest()})
            session.result("signed", name)
    session.conclude(f"{counted(len(records), 'file')} signed; {session.problem_counts()}.")


def check_files(names: Sequence[str], arguments: Arguments, session: Session) -> None:
    """Report whether PDF files were changed after they were built or signed, and who signed them."""
    records = session.json["signatures"] = []
    project = project_or_none(arguments, session)
    for name in names:
        path = Path.cwd() / name
        with reported(session.report):
            content = _read_pdf(path, name)
            if b"/ByteRange" in content:
                records += _signatures(content, name, session)
            else:
                session.result("unsigned", name)
            if project and (edited := edited_document(project, path)):
                session.report([edited])


def _signatures(content: bytes, name: str, session: Session) -> Sequence[dict[str, object]]:
    with needs_extra("sign"):
        from ucap_reports.pdf.file.signatures import SignatureError, signatures  # noqa: PLC0415 - it may not be installed
    try:
        found = signatures(content)
    except SignatureError as error:
        unreadable = problem("signature-invalid", Location(name), form="unreadable", reason=str(error))
        raise ProblemsFound([unreadable]) from error
    for each in found:
        if each.valid:
            session.result("signed", f"{name} by {each.signer}, {each.date}")
        else:
            session.report([problem("signature-invalid", Location(name), form="changed", signer=each.signer)])
    return [{"path": name, **to_builtins(each)} for each in found]


def _key(arguments: Arguments) -> Any:
    """The key of --key; asks for a passphrase only if it needs one. Raises ProblemsFound."""
    from ucap_reports.pdf.file.signatures import open_key  # noqa: PLC0415 - it may not be installed

    content = _read(Path.cwd() / arguments.key, arguments.key)
    key = open_key(content, None) or open_key(content, _passphrase(arguments))
    if key is None:
        raise ProblemsFound([problem("key-invalid", Location(arguments.key))])
    return key


def _passphrase(arguments: Arguments) -> bytes:
    """The passphrase from the file, the environment, or the terminal. Raises UsageError if there is none."""
    if arguments.passphrase_file:
        lines = _read(Path.cwd() / arguments.passphrase_file, arguments.passphrase_file).splitlines()
        return lines[0] if lines else b""
    if (written := os.environ.get(PASSPHRASE)) is not None:
        return os.fsencode(written)
    with suppress(EOFError, UnicodeError):
        if sys.stdin.isatty():
            return getpass(f"Passphrase for {arguments.key}: ").encode()
    raise UsageError([problem("passphrase-missing", Location(arguments.key), variable=PASSPHRASE)])


def _read_pdf(path: Path, shown: str) -> bytes:
    with disk_refusals(shown):
        return read_regular(path)


def _read(path: Path, shown: str) -> bytes:
    with disk_refusals(shown):
        return path.read_bytes()
