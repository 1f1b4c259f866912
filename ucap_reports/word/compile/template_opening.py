"""A Word template, opened: its parts as trees, without what documents must not contain.

What is removed before the tags are read is in `hidden_text_and_accepted_changes`.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem
from ucap_reports.template.pack import PackFile
from ucap_reports.word.compile.active_content import SecuredPackage, clean_settings, content_problems
from ucap_reports.word.compile.hidden_text_and_accepted_changes import (
    accept_revisions,
    remove_hidden_text,
    remove_last_edited,
    unwrap_rows_and_cells,
)
from ucap_reports.word.compile.word_tags import TagMark, mark_tags
from ucap_reports.word.file.allowed_content import SVG
from ucap_reports.word.file.package_parts import (
    MAX_TEMPLATE_PART_BYTES,
    RELATIONSHIPS_TYPE,
    Contents,
    Parts,
    find_parts,
    types_of,
)
from ucap_reports.word.file.word_styles import MAX_BASES, StyleSheet
from ucap_reports.word.file.word_xml import RELATIONSHIPS, ElementLocator, to_bytes, with_namespaces
from ucap_reports.word.file.zip_package import BrokenPackageError, read_package
from ucap_reports.word.render.pictures_shapes_and_watermark import DRAFT_HEADER

_ROOTS = {"body": "document", "header": "hdr", "footer": "ftr"}
"""The first elements of texts that do not have the name of their kind."""
_ADDED_IDENTIFIER = re.compile(rf"(?:link|picture)\d+|{DRAFT_HEADER}")
"""The identifiers of relationships that documents add, of `PartContext` and `DRAFT_HEADER`."""


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
        """Yield errors for the XML of each part that finished documents contain."""
        known = {text.name: text for text in self.texts}
        for name, content_type in types_of(self.contents).items():
            is_finished = content_type.endswith("xml") and content_type not in (RELATIONSHIPS_TYPE, SVG)
            if name == self.parts.core or not is_finished:
                continue
            if name in known:
                root = known[name].root
                locator = known[name].locator
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
    contents = secured.contents
    problems = list(secured.problems)
    parts = find_parts(contents)
    if sum(len(contents[name]) for name in parts.texts) > MAX_TEMPLATE_PART_BYTES:
        raise BrokenPackageError("it has more text than a template needs")
    texts: list[TemplateText] = []
    for name, location in parts.texts.items():
        kind = location.split()[0]
        root = with_namespaces(contents.tree(name, f"w:{_ROOTS.get(kind, kind)}"))
        remove_last_edited(root)
        unwrap_rows_and_cells(root)
        text = TemplateText(name, root, ElementLocator(root, location, path))
        _free_identifiers(text, secured)
        texts.append(text)
    styles = contents.tree(parts.styles, "w:styles")
    sheet = StyleSheet(styles)
    for style in sheet.styles:
        if len(list(sheet.chain(style))) > MAX_BASES:
            raise BrokenPackageError(f"a style is based on more than {MAX_BASES} others")
    numbering = contents.tree(parts.numbering, "w:numbering")
    is_tracked = False
    for root in (*[text.root for text in texts], styles, numbering):
        if accept_revisions(root):
            is_tracked = True
    if is_tracked:
        problems.append(problem("changes-tracked", Location(path)))
    for text in texts:
        problems += remove_hidden_text(text.root, sheet, text.locator)
    settings = None if parts.settings is None else contents.tree(parts.settings, "w:settings")
    if parts.settings is not None and settings is not None:
        problems += clean_settings(settings, Location(path, place="settings"))
        contents[parts.settings] = to_bytes(settings)
    return OpenedTemplate(path, secured, parts, texts, styles, settings, with_namespaces(numbering), tuple(problems))


def _free_identifiers(text: TemplateText, secured: SecuredPackage) -> None:
    """Give relationships of a text other identifiers if documents may add relationships with theirs: the template may
    have been such a document.
    """
    known = secured.relationships.get(text.name, {})
    renamed: dict[str, str] = {}
    for identifier in known:
        if _ADDED_IDENTIFIER.fullmatch(identifier):
            number = 1
            while f"own{number}-{identifier}" in known:
                number += 1
            renamed[identifier] = f"own{number}-{identifier}"
    if not renamed:
        return
    secured.renumber(text.name, renamed)
    for element in text.root.iter(etree.Element):
        for name, value in element.items():
            if etree.QName(name).namespace == RELATIONSHIPS and value in renamed:
                element.set(name, renamed[str(value)])
