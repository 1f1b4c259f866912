"""A Word template opened: its parts as trees, tidied, and dressed in its pack's theme."""

import posixpath
from collections.abc import Iterator, Mapping

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.template.pack import Pack, PackFile, WordStyles
from ucap_reports.word.compile.content_security import clean_settings, content_problems
from ucap_reports.word.compile.direct_formatting import take_repeats
from ucap_reports.word.compile.package_security import secure
from ucap_reports.word.compile.revision_cleanup import tidy
from ucap_reports.word.compile.theme_page import fit_tables, set_page, shade_cells
from ucap_reports.word.compile.theme_styles import apply_theme, with_link_style
from ucap_reports.word.file.allowed_content import RELATIONSHIPS, SVG
from ucap_reports.word.file.package_parts import MOST_XML_BYTES, Contents, Parts, find_parts, types_of
from ucap_reports.word.file.word_xml import read_xml, with_namespaces
from ucap_reports.word.file.zip_package import BrokenPackageError, read_package
from ucap_reports.word.render.list_numbering import EMPTY


class OpenedTemplate(Struct, frozen=True):
    """A template's parts as trees: its texts by name, its styles and its settings."""

    contents: Contents
    parts: Parts
    texts: Mapping[str, etree._Element]
    styles: etree._Element
    settings: etree._Element | None
    numbering: etree._Element
    relationships: Mapping[str, Mapping[str, str | None]]
    """The types of each part's relationships by identifier, None for those that are left out."""
    problems: tuple[Problem, ...]
    """Errors and warnings about what is not in the trees, since no finished document contains it."""

    def of_severity(self, severity: Severity) -> tuple[Problem, ...]:
        """Those of the problems that are errors, or warnings."""
        return tuple(problem for problem in self.problems if problem.severity is severity)

    def content_problems(self, path: str) -> Iterator[Problem]:
        """Errors for the XML of each part that finished documents contain."""
        names = {text.name: text.place for text in self.parts.texts}
        for name, content_type in types_of(self.contents).items():
            if name != self.parts.core and content_type.endswith("xml") and content_type not in (RELATIONSHIPS, SVG):
                place = names.get(name, posixpath.basename(name).removesuffix(".xml"))
                yield from content_problems(self._tree(name), place, path, self.relationships.get(name, {}))

    def _tree(self, name: str) -> etree._Element:
        if name == self.parts.settings and self.settings is not None:
            return self.settings
        return self.texts[name] if name in self.texts else self.contents.tree(name)


def open_template(template: PackFile) -> OpenedTemplate:
    """The template's trees. Raises ProblemsFound (`template-broken`) where it cannot be read."""
    try:
        return _open(template)
    except BrokenPackageError as error:
        raise broken(template, error) from None


def broken(template: PackFile, error: BrokenPackageError) -> ProblemsFound:
    """The error for a template that cannot be read (`template-broken`)."""
    message = f"the Word template cannot be read: {error}"
    hint = "save it in Word as a Word document (.docx)"
    return ProblemsFound([Problem.error("template-broken", message, hint, Location(template.path))])


def _open(template: PackFile) -> OpenedTemplate:
    secured = secure(read_package(template.content), template.path)
    contents, problems = secured.contents, list(secured.problems)
    parts = find_parts(contents)
    if sum(len(contents[text.name]) for text in parts.texts if text.name in contents) > MOST_XML_BYTES:
        raise BrokenPackageError("it holds more text than any template needs")
    texts = {text.name: with_namespaces(contents.tree(text.name)) for text in parts.texts}
    for root in texts.values():
        tidy(root)
    settings = None if parts.settings is None else contents.tree(parts.settings)
    if settings is not None:
        problems += clean_settings(settings, Location(template.path, place="settings"))
    numbering = contents.tree(parts.numbering) if parts.numbering in contents else read_xml(EMPTY.encode())
    styles, related = contents.tree(parts.styles), secured.relationships
    return OpenedTemplate(
        contents, parts, texts, styles, settings, with_namespaces(numbering), related, tuple(problems)
    )


def dress(opened: OpenedTemplate, names: Mapping[str, str], pack: Pack) -> None:
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
