"""Problems of tables: those of Word files that belong to no field, and patterns that take too long."""

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


def slow_pattern(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A map with a pattern that takes years, searched for less time than usual."""
    monkeypatch.setattr("ucap_reports.importers.column_map_file.MAX_SECONDS", 0.05)
    (folder / "plans").mkdir(exist_ok=True)
    (folder / "x.csv").write_text(f"City 1,City 2,Notes\nTianjin,Rome,{'a' * 60}b\n", encoding="utf-8")
    (folder / "map.yaml").write_text("columns: {Notes: {field: period, find: (a|aa)+$}}\n", encoding="utf-8")
    return set(ucap(folder, "import", "x.csv", "--columns", "map.yaml", "--dry-run", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "import-table": table,
    "pattern-slow": slow_pattern,
}
