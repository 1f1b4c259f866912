"""A Word template opened: its parts as trees, tidied, and dressed in its pack's theme."""

from collections.abc import Mapping

from lxml import etree
from msgspec import Struct

from ucap_reports.pack import Pack, PackFile, WordStyles
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.word.numbering import EMPTY
from ucap_reports.word.package import BrokenPackageError, read_package
from ucap_reports.word.page import fit_tables, set_page, shade_cells
from ucap_reports.word.parts import MOST_XML_BYTES, Contents, Parts, find_parts
from ucap_reports.word.repeats import take_repeats
from ucap_reports.word.styles import apply_theme, with_link_style
from ucap_reports.word.tidy import tidy
from ucap_reports.word.wordml import qualified, read_xml, with_namespaces


class Opened(Struct, frozen=True):
    """A template's parts as trees: its texts by name, its styles and its settings."""

    contents: Contents
    parts: Parts
    texts: Mapping[str, etree._Element]
    styles: etree._Element
    settings: etree._Element | None
    numbering: etree._Element


def open_template(template: PackFile) -> Opened:
    """The template's trees. Raises ProblemsFound (`template-broken`) where it cannot be read."""
    try:
        return _open(template.content)
    except BrokenPackageError as error:
        message = f"the Word template cannot be read: {error}"
        hint = "save it in Word as a Word document (.docx)"
        raise ProblemsFound([Problem.error("template-broken", message, hint, Location(template.path))]) from None


def _open(content: bytes) -> Opened:
    contents = Contents(read_package(content))
    parts = find_parts(contents)
    if sum(len(contents[text.name]) for text in parts.texts if text.name in contents) > MOST_XML_BYTES:
        raise BrokenPackageError("it holds more text than any template needs")
    texts = {text.name: with_namespaces(contents.tree(text.name)) for text in parts.texts}
    for root in texts.values():
        tidy(root)
    settings = None if parts.settings is None else contents.tree(parts.settings)
    if settings is not None:
        for identifiers in settings.findall(qualified("w:rsids")):
            settings.remove(identifiers)
    numbering = contents.tree(parts.numbering) if parts.numbering in contents else read_xml(EMPTY.encode())
    return Opened(contents, parts, texts, contents.tree(parts.styles), settings, with_namespaces(numbering))


def dress(opened: Opened, names: Mapping[str, str], pack: Pack) -> None:
    """Let the template look as the theme says, unless the pack keeps the template's own look.

    `names` are the names of the styles by their identifiers.
    """
    follows = pack.settings.word_styles is WordStyles.THEME
    with_link_style(opened.styles, pack.theme, follow=follows)
    if not follows:
        return
    take_repeats(opened.texts.values(), opened.styles, opened.settings)
    apply_theme(opened.styles, pack.theme)
    old, new = set_page(opened.texts[opened.parts.texts[0].name], pack.theme)
    for root in opened.texts.values():
        fit_tables(root, old, new)
        shade_cells(root, names, pack.theme)
