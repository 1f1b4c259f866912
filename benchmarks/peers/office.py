"""LibreOffice, converting many Word files to PDF in one run, which starts it only once."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

PROGRAM = "soffice"


def is_installed() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which(PROGRAM) is not None


def make_pdfs(word_files: Sequence[bytes]) -> list[bytes]:
    """Return the PDFs in the order of the Word files. Raises CalledProcessError if LibreOffice fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{number:03}.docx" for number in range(len(word_files))]
        for path, content in zip(paths, word_files, strict=True):
            path.write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [PROGRAM, "--headless", profile, "--convert-to", "pdf", "--outdir", name, *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True)
        return [path.with_suffix(".pdf").read_bytes() for path in paths]
