"""Writes the Word templates of the shipped packs, which are generated from their themes."""

from pathlib import Path

from docs.bilingual_word_template import two_languages
from docs.glance_word_template import glance
from docs.modern_word_template import cards_and_columns
from ucap_reports.template.pack_opening import PackFolder, open_pack
from ucap_reports.word.starter.first_template import make_template

TEMPLATES = Path(__file__).parent.parent / "templates"
PROGRAMME = ("IUC", "International Urban Cooperation")
OFFICE = ("Our Office", "Our Programme")
MARKS = {"iuc-asia": PROGRAMME, "plain": OFFICE, "bilingual": PROGRAMME, "modern": PROGRAMME, "glance": PROGRAMME}
"""The packs, each with the programme's mark and name in the header."""
CHANGES = {"bilingual": two_languages, "modern": cards_and_columns, "glance": glance}
"""What is different from the template that every pack can have."""


def template_of(name: str) -> bytes:
    """The Word template of a pack."""
    mark, programme = MARKS[name]
    theme = open_pack(name, [PackFolder(TEMPLATES, "templates")]).theme
    template = make_template(theme, mark=mark, name=programme)
    return CHANGES[name](template, theme) if name in CHANGES else template


if __name__ == "__main__":
    for each in MARKS:
        (TEMPLATES / each / "summary.docx").write_bytes(template_of(each))
