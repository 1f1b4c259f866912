"""Writes the Word templates of the shipped packs, which are generated from their themes: iuc-asia and plain."""

from pathlib import Path

from docs.word_starter.first_template import make_template
from ucap_reports.template.pack_opening import PackFolder, open_pack

TEMPLATES = Path(__file__).parent.parent / "templates"
MARKS = {"iuc-asia": ("IUC", "International Urban Cooperation"), "plain": ("Our Office", "Our Programme")}
"""The packs, each with the programme's mark and name in the header."""


def template_of(name: str) -> bytes:
    """The Word template of a pack."""
    mark, programme = MARKS[name]
    return make_template(open_pack(name, [PackFolder(TEMPLATES, "templates")]).theme, mark=mark, name=programme)


if __name__ == "__main__":
    for each in MARKS:
        (TEMPLATES / each / "summary.docx").write_bytes(template_of(each))
