"""Problems of Word files with tables that belong to no field."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command import ucap
from tests.test_import_word import HEAD, content_of, hand_made


def table(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A Word file with a second table, whose rows have no labels."""
    document, _table = hand_made(HEAD, ("Country", "China", "Italy"))
    row = document.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "Li Wei", "expert"
    (folder / "plans").mkdir(exist_ok=True)
    (folder / "x.docx").write_bytes(content_of(document))
    return set(ucap(folder, "import", "x.docx", "--dry-run", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {"import-table": table}
