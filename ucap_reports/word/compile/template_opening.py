"""A Word template, opened: its parts as trees, cleaned, and with the look of the pack's theme."""

import posixpath
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem
from ucap_reports.storage.reading_limits import MAX_TEMPLATE_PART_BYTES
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.word.compile.active_content import SecuredPackage, clean_settings, content_problems
from ucap_reports.word.compile.page_setup import (
    bleed_tables,
    dress_tables,
    fit_tables,
    has_theme_fills,
    set_page,
    space_short_rules,
)
from ucap_reports.word.compile.tag_marks import TagMark, mark_tags
from ucap_reports.word.compile.template_cleanup import accept_revisions, remove_hidden_text, remove_repeats
from ucap_reports.word.compile.theme_styles import apply_theme, with_link_style
from ucap_reports.word.file.allowed_content import RELATIONSHIPS, SVG
from ucap_reports.word.file.effective_styles import MAX_BASES, StyleSheet, style_names
from ucap_reports.word.file.element_locator import ElementLocator
from ucap_reports.word.file.package_parts import Contents, Parts, find_parts, types_of
from ucap_reports.word.file.word_xml import to_bytes, with_namespaces
from ucap_reports.word.file.zip_package import BrokenPackageError, read_package

_ROOTS = {"body": "document", "header": "hdr", "footer": "ftr"}
"""The first elements of texts that do not have the name of their kind."""


class TemplateText(Struct, frozen=True, dict=True):
    """A part with text as a tree, and the places of its elements in the author's template."""

    name: str
    root: etree._Element
    locator: ElementLocator

    @cached_property
    def tags(self) -> tuple[Sequence[TagMark], Sequence[Problem]]:
        """The tags, which marks replace in the tree the first time, and errors for incomplete ones."""
        return mark_tags(self.root, self.locator)


class OpenedTemplate(Struct, frozen=True):
    """The parts of a template as trees, the texts with the body first; `problems` are errors and warnings about content
    that is not in them.
    """

    path: str
    secured: SecuredPackage
    parts: Parts
    texts: Sequence[TemplateText]
    styles: etree._Element
    settings: etree._Element | None
    numbering: etree._Element
    problems: tuple[Problem, ...]

    @property
    def contents(self) -> Contents:
        """The parts as bytes."""
        return self.secured.contents

    def of_severity(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems that are errors, or those that are warnings."""
        return tuple(reported for reported in self.problems if reported.severity is severity)

    def content_problems(self) -> Iterator[Problem]:
        """Errors for the XML of each part that finished documents contain."""
        known = {text.name: text for text in self.texts}
        for name, content_type in types_of(self.contents).items():
            is_finished = content_type.endswith("xml") and content_type not in (RELATIONSHIPS, SVG)
            if name == self.parts.core or not is_finished:
                continue
            if name in known:
                root, locator = known[name].root, known[name].locator
            else:
                root = self.contents.tree(name)
                locator = ElementLocator(root, posixpath.basename(name).removesuffix(".xml"), self.path)
            yield from content_problems(root, locator, self.secured.relationships.get(name, {}))


def open_template(template: PackFile) -> OpenedTemplate:
    """Return the template as trees. Raises ProblemsFound (`template-broken`) if it cannot be read."""
    try:
        return _open(template)
    except BrokenPackageError as error:
        raise broken(template, error) from None


def broken(template: PackFile, error: Exception) -> ProblemsFound:
    """Return the error for a template that cannot be read (`template-broken`)."""
    return ProblemsFound([problem("template-broken", Location(template.path), reason=str(error))])


def _open(template: PackFile) -> OpenedTemplate:
    path = template.path
    secured = SecuredPackage(read_package(template.content), path)
    contents, problems = secured.contents, list(secured.problems)
    parts = find_parts(contents)
    if sum(len(contents[name]) for name in parts.texts) > MAX_TEMPLATE_PART_BYTES:
        raise BrokenPackageError("it has more text than a template needs")
    texts: list[TemplateText] = []
    for name, location in parts.texts.items():
        kind = location.split()[0]
        root = with_namespaces(contents.tree(name, f"w:{_ROOTS.get(kind, kind)}"))
        texts.append(TemplateText(name, root, ElementLocator(root, location, path)))
    styles = contents.tree(parts.styles, "w:styles")
    sheet = StyleSheet(styles)
    if any(len(list(islice(sheet.chain(style), MAX_BASES + 1))) > MAX_BASES for style in sheet.styles):
        raise BrokenPackageError(f"a style is based on more than {MAX_BASES} others")
    numbering = contents.tree(parts.numbering, "w:numbering")
    tracked = [accept_revisions(root) for root in (*(text.root for text in texts), styles, numbering)]
    if any(tracked):
        problems.append(problem("changes-tracked", Location(path)))
    for text in texts:
        problems += remove_hidden_text(text.root, sheet, text.locator)
    settings = None if parts.settings is None else contents.tree(parts.settings, "w:settings")
    if parts.settings is not None and settings is not None:
        problems += clean_settings(settings, Location(path, place="settings"))
        contents[parts.settings] = to_bytes(settings)
    return OpenedTemplate(path, secured, parts, texts, styles, settings, with_namespaces(numbering), tuple(problems))


def dress(opened: OpenedTemplate, pack: Pack) -> None:
    """Give the template the theme's look, unless the pack keeps its own."""
    follows = pack.settings.word_styles == "theme"
    with_link_style(opened.styles, pack.theme, follow=follows)
    if not follows:
        return
    remove_repeats([text.root for text in opened.texts], opened.styles, opened.settings)
    apply_theme(opened.styles, pack.theme)
    names, widths = style_names(opened.styles), set_page(opened.texts[0].root, pack.theme)
    keep_fills = any(has_theme_fills(text.root) for text in opened.texts)
    for text in opened.texts:
        fit_tables(text.root, widths)
        dress_tables(text.root, names, pack.theme, keep_fills=keep_fills)
        bleed_tables(text.root, names, pack.theme)
        space_short_rules(text.root, names, pack.theme)
