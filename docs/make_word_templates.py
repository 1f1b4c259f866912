"""Writes the Word templates of the shipped packs, which are generated from their themes: iuc-asia, plain and glance."""

from pathlib import Path

from docs.glance_template import glance
from ucap_reports.template.pack_opening import PackFolder, open_pack
from ucap_reports.word.starter.first_template import make_template

TEMPLATES = Path(__file__).parent.parent / "templates"
PROGRAMME = ("IUC", "International Urban Cooperation")
MARKS = {"iuc-asia": PROGRAMME, "plain": ("Our Office", "Our Programme"), "glance": PROGRAMME}
"""The packs, each with the programme's mark and name in the header."""


def template_of(name: str) -> bytes:
    """The Word template of a pack."""
    mark, programme = MARKS[name]
    theme = open_pack(name, [PackFolder(TEMPLATES, "templates")]).theme
    template = make_template(theme, mark=mark, name=programme)
    return glance(template, theme) if name == "glance" else template


if __name__ == "__main__":
    for each in MARKS:
        (TEMPLATES / each / "summary.docx").write_bytes(template_of(each))
