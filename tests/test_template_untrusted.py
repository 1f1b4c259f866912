"""Hostile packs end in an error, with limited time and memory (`python -m benchmarks.hostile` measures them)."""

from pathlib import Path

import pytest

from tests.hostile_packs import HOSTILE
from tests.hostile_runs import MEGABYTES, run_hostile, write_project
from tests.selected_cases import mostly_long
from ucap_reports.check.pack_check import check_named
from ucap_reports.template.pack_opening import PackFolder, shipped_packs

pytestmark = pytest.mark.no_cover


IN_A_TAG = "in a tag: "
COMPLETE = ("classes", "huge range")
"""Attacks in tags: one that reads what is not in the template, and one without an end; `test_jinja.py` tries all."""
SLOW = {name for name in HOSTILE if name.startswith("forty")} | {
    *("a glyph of itself", "all characters of Chinese", "a page of misspelt styles"),
    *("a Word file of misspelt styles", "a page of misspelt pictures", "styles that are like each other"),
    *("glyphs of two glyphs each", "a thousand fonts", "a picture as large as can be"),
}
"""Packs that take seconds until they are refused."""
OF_ONE_KIND = {
    *("in a page: a picture from the network", "in a page: nesting of 200 levels", "in a page: an entity from a file"),
    *("in a Word file: an entity from a file", "in a Word file: entities in an attribute", "many variations"),
    *("in a Word file: a part that expands", "in a Word file: an image from the network", "a drawing of itself"),
    *("a drawing shown forty times that doubles", "4 MB of empty paragraphs and a tag", "paragraphs in UTF-16"),
    *("thirty headers of paragraphs", "many elements of a loop", "a page of many attributes"),
    *("in a page: arguments that hold themselves", "in a Word file: tags that never end", "a page of many tags"),
    *("a drawing of rules", "a drawing of a million segments", "a JPEG of two thousand scans", "a font that is none"),
}
"""Packs that are refused in the same way as others, or as drawings, pictures and fonts alone, in tests of these."""
TAGS_OF_ONE_KIND = {
    name for name in HOSTILE if name.startswith(IN_A_TAG) and name.removeprefix(IN_A_TAG) not in COMPLETE
}
QUICK = [name for name in HOSTILE if name not in SLOW | TAGS_OF_ONE_KIND | OF_ONE_KIND]


@pytest.mark.parametrize("name", mostly_long(HOSTILE, QUICK))
def test_a_hostile_pack_is_an_error(name: str, tmp_path: Path) -> None:
    """The process is killed after six times the promised processor time, on any machine."""
    used = run_hostile(tmp_path, HOSTILE[name]())
    assert used.checked
    assert used.built
    assert "internal-fault" not in [*used.checked, *used.built]
    assert used.megabytes < MEGABYTES
    if name.startswith(IN_A_TAG):
        assert len(used.checked) >= 2, "one error for each template"


@pytest.mark.parametrize("link", ["summary.docx", "summary.page.xml", "images/a.png", "fonts/a.ttf", "pack.yaml"])
def test_no_link_leads_out_of_the_pack(link: str, tmp_path: Path) -> None:
    path = write_project(tmp_path, {}) / link
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/etc/passwd")
    checked = check_named("evil", [PackFolder(tmp_path / "templates", "templates"), shipped_packs()])
    assert [problem.code for problem in checked.problems] == ["file-outside"]
