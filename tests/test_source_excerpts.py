from pathlib import Path

from ucap_reports.problems import Location
from ucap_reports.source.source_excerpts import SourceExcerpts


def test_a_line_is_read_from_the_first_folder_with_the_file(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder in (own, shipped):
        folder.mkdir()
        (folder / "both.yaml").write_text(f"one\n{folder.name}\n", encoding="utf-8")
    (shipped / "shipped.yaml").write_text("only here\n", encoding="utf-8")
    lines = SourceExcerpts((own, shipped))

    assert lines.line(Location("both.yaml", 2)) == "own"
    assert lines.line(Location("shipped.yaml", 1)) == "only here"
    assert lines.line(Location("nowhere.yaml", 1)) is None
    assert lines.line(Location("both.yaml")) is None
