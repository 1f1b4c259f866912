"""Problems of the preview that no example in the catalogue can have."""

from pathlib import Path

import pytest

from tests.command import ucap


def plans_none(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The folder of the plans is empty."""
    (folder / "plans").mkdir()
    return set(ucap(folder, "check", "--json").codes)


PROVOKED = {"plans-none": plans_none}
