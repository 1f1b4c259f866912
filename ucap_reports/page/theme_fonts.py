"""The font files of a theme's fonts."""

from contextlib import suppress

from ucap_reports.fonts.font_faces import FAMILIES, family_source
from ucap_reports.fonts.font_sources import BOLD, REGULAR, FontSource
from ucap_reports.problems import ProblemsFound
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import FontFamily


def theme_font(pack: Pack, family: FontFamily, *, bold: bool, italic: bool) -> FontSource | None:
    """Return the font of a weight and slant, or of the nearest file; None for a family that is not installed.

    What a family lacks, browsers make themselves: bold text with thicker strokes, and slanted text.
    """
    if family.files is None:
        name = family.pdf or family.word
        if name not in FAMILIES or FAMILIES[name].folder is None:
            return None
        with suppress(ProblemsFound):
            source = family_source(name, bold=bold, italic=italic)
            regular = family_source(name, bold=False, italic=italic)
            return regular if source.path == regular.path else source
        return None
    files = family.files
    path = files.nearest(bold=bold, italic=italic)
    weight = BOLD if path in {files.bold, files.bold_italic} else REGULAR
    if path not in pack.files:
        return None
    return FontSource(family.word, weight, content=pack.files[path].content, file=pack.files[path].path)
