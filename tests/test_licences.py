"""The licences in docs/dependencies.md are those of the installed packages, and every locked package is listed."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
FAMILIES = {
    "Apache-2.0": "Apache",
    "BSD-3-Clause": "BSD",
    "BSD-2-Clause": "BSD",
    "CNRI-Python": "CNRI",
    "MIT": "MIT",
    "MIT-CMU": "MIT-CMU",
    "MPL-1.1": "MPL 1.1",
    "MPL-2.0": "Mozilla|MPL",
    "OFL-1.1": "OFL|Open Font License",
    "PSF-2.0": "PSF",
}
"""What the metadata of a package contains for each licence of the page."""


def listed() -> dict[str, str]:
    """The licence of each package of the page: the first cell of its row that is a known licence."""
    found = {}
    for line in (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if licences := [cell for cell in cells if set(re.split(r", | OR ", cell)) <= {*FAMILIES}]:
            name = next(cell for cell in cells if not cell.startswith("`"))
            found[name] = licences[0]
    return found


def given(name: str) -> str | None:
    """Everything that the metadata of an installed package gives about its licence; None if it is not installed."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    names = ("License-Expression", "License", "Classifier")
    texts = [text for name in names for text in found.get_all(name) or []]
    return " ".join(text for text in texts if text.startswith("License") or "::" not in text)


@pytest.mark.parametrize("name", listed())
def test_the_licence_of_a_package_is_that_of_its_metadata(name: str) -> None:
    metadata_of = given(name)
    if metadata_of is None:
        pytest.skip("not installed")
    for licence in re.split(r", | OR ", listed()[name]):
        assert re.search(FAMILIES[licence], metadata_of), metadata_of


def test_every_locked_package_has_a_licence() -> None:
    lock = (ROOT / "locks" / "reports.txt").read_text(encoding="utf-8")
    locked = re.findall(r"^([a-z0-9][a-z0-9.-]*)==", lock, re.MULTILINE)
    assert len(locked) > 20
    assert set(locked) <= {*listed()}
