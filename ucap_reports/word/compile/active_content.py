"""Active content and references to other files in Word templates, which are reported or removed.

The package is reduced to the parts and relationships of the allowlist (`word/file/allowed_content.toml`); the XML of
the parts is checked for unknown markup, macros and drawings that run or load something. Fields, such as those of DDE,
are checked in `word/file/word_fields.py`.
"""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from ucap_reports.pictures.svg_safety import SVG_NAMESPACE, drawing_alone, svg_fault
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.word.compile.word_tags import find_word_tags
from ucap_reports.word.file.allowed_content import IMAGES, STRICT, SVG, allowlist
from ucap_reports.word.file.package_parts import (
    HYPERLINK,
    MAIN_DOCUMENT,
    Contents,
    changed_types,
    flat_children,
    relationships_of,
    types_of,
)
from ucap_reports.word.file.word_fields import link_problem
from ucap_reports.word.file.word_xml import (
    PARAGRAPH,
    RELATIONSHIPS,
    RUN,
    TEXT,
    WORD,
    ElementLocator,
    read_xml,
    remove,
    to_bytes,
)
from ucap_reports.word.file.zip_package import CONTENT_TYPES, BrokenPackageError

MAX_NAMED = 3
"""The number of parts that a message names."""
_MACROS = ("macroenabled", "vbaproject", "vbadata")

_VML = "urn:schemas-microsoft-com:vml"
_SVG_TEXTS = tuple(f"{{{SVG_NAMESPACE}}}{name}" for name in ("text", "title", "desc"))
_PACKED = "{urn:schemas-microsoft-com:office:office}gfxdata"
_EXTENSION = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"
Relationships = Mapping[str, str | None]
"""The types of a part's relationships by identifier, None for those with an error of their own."""
_WITH_TEXT = frozenset(("t", "delText", "instrText", "delInstrText", "fldData", "binData"))
"""The elements of WordprocessingML that have text."""
_TEXT_ELEMENTS = frozenset((*_WITH_TEXT, "p", "r", "fldSimple", "fldChar", "hyperlink"))
"""Those, and the elements around them."""
_WITHOUT_TEXT = frozenset(f"{{{WORD}}}{name}" for name in ("styles", "numbering", "settings", "fonts"))
"""The roots of parts without text."""
_SHOWN_TEXT = 40
_SHOWING = ("imagedata", "fill", "stroke")
"""VML elements whose `href` is the picture that they show, not the target of a link."""


class _Relationship(Struct, frozen=True):
    """A relationship: its element, its type, its target as written, and the target's part in the package, if any."""

    element: etree._Element
    type: str
    target: str
    part: str | None

    @property
    def kind(self) -> str:
        """The last step of its type, such as `image`."""
        return self.type.rsplit("/", 1)[-1]

    @property
    def is_external(self) -> bool:
        """Whether its target is outside the package."""
        return str(self.element.get("TargetMode")).lower() == "external" or ":" in self.target


class SecuredPackage:
    """The parts of a template that are on the allowlist, and their relationships.

    `problems` are errors, and warnings for content that is left out. `relationships` has the types of each part's
    relationships by identifier, None for those that are left out; `targets` has the parts to which they lead.
    """

    def __init__(self, package: dict[str, bytes], path: str) -> None:
        """Reduce the package of the template with that path.

        Raises ProblemsFound for macros, and BrokenPackageError if the main document is missing or a part is damaged.
        """
        self.contents = Contents(package)
        self.problems: dict[Problem, None] = {}
        self.relationships: dict[str, dict[str, str | None]] = {}
        self.targets: dict[str, dict[str, str]] = {}
        self._path = path
        self._allowed = allowlist()
        self._types = types_of(self.contents)
        self._names = {name.lower(): name for name in package}
        if len(self._names) < len(package):
            raise BrokenPackageError("it has two parts whose names differ only in case")
        self._refuse_macros()
        unrelated = sorted(set(package) - self._related())
        self._kept = {CONTENT_TYPES: None}
        """The names of the parts that are kept, in the order in which relationships lead to them."""
        self._follow()
        main_types = self._allowed.package_parts[MAIN_DOCUMENT]
        if not any(self._types.get(name) in main_types for name in self._kept):
            raise BrokenPackageError("it is not a Word document")
        if unrelated:
            named = ", ".join(unrelated[:MAX_NAMED])
            more = ", …" if len(unrelated) > MAX_NAMED else ""
            content = f"parts without a relationship ({named}{more})"
            self._report(problem("content-left-out", Location(path), content=content))
        if len(self._kept) < len(package):
            kept = {name.lower() for name in self._kept}
            types = changed_types(self.contents[CONTENT_TYPES], {}, lambda name: name in kept)
            self.contents[CONTENT_TYPES] = types
        self.contents = Contents({name: self.contents[name] for name in self._kept})

    def renumber(self, source: str, identifiers: Mapping[str, str]) -> None:
        """Give relationships of a part other identifiers."""
        name = self._names[relationships_of(source).lower()]
        root = self.contents.tree(name)
        for element in root:
            identifier = str(element.get("Id"))
            element.set("Id", identifiers.get(identifier, identifier))
        self.contents[name] = to_bytes(root)
        types = self.relationships[source]
        self.relationships[source] = {identifiers.get(old, old): kind for old, kind in types.items()}
        targets = self.targets.get(source, {})
        self.targets[source] = {identifiers.get(old, old): part for old, part in targets.items()}

    def _refuse_macros(self) -> None:
        """Raise ProblemsFound if the content type of a part is one of macros."""
        for declared in self.contents.tree(CONTENT_TYPES):
            content_type = str(declared.get("ContentType")).lower()
            if any(mark in content_type for mark in _MACROS):
                raise ProblemsFound([problem("content-active", Location(self._path), form="macros")])

    def _related(self) -> set[str]:
        """Return the parts to which relationships of the package lead, allowed or not, and those with the
        relationships.
        """
        related = {CONTENT_TYPES}
        for name in self._names.values():
            folder, base = posixpath.split(name)
            if not base.lower().endswith(".rels"):
                continue
            related.add(name)
            source = posixpath.join(posixpath.dirname(folder), base)
            with suppress(BrokenPackageError):  # reported if the part is kept
                links = list(self._links(self.contents.tree(name), source))
                related.update([link.part for link in links if link.part is not None and not link.is_external])
        return related

    def _report(self, reported: Problem) -> None:
        self.problems[reported] = None

    def _follow(self) -> None:
        """Keep the allowed relationships and their targets, beginning with those of the package."""
        sources = [""]
        for source in sources:  # each part that is kept is a further source
            for part in self._kept_targets(source):
                if part not in self._kept:
                    self._kept[part] = None
                    self._check_part(part)
                    sources.append(part)

    def _kept_targets(self, source: str) -> Iterator[str]:
        """Yield the parts to which a part may be related; its other relationships are removed."""
        name = self._names.get(relationships_of(source).lower())
        if name is None:
            return
        self._kept[name] = None
        root = self.contents.tree(name)
        links = list(self._links(root, source))
        single = {*self._allowed.single_parts, *self._allowed.package_parts}
        counts = Counter(link.type for link in links if link.type in single)
        counts.update(str(link.element.get("Id")) for link in links)
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise BrokenPackageError(f'{name} has "{repeated[0]}" twice')
        part_name = posixpath.basename(name).removesuffix(".rels").removesuffix(".xml") or "package"
        types = self.relationships.setdefault(source, {})
        for link in links:
            is_allowed = self._is_allowed(link, source, part_name)
            identifier = str(link.element.get("Id"))
            types[identifier] = link.type if is_allowed else None
            if not is_allowed:
                root.remove(link.element)
            elif link.part is not None:
                self.targets.setdefault(source, {})[identifier] = link.part
                yield link.part
        if len(root) < len(links):
            self.contents[name] = to_bytes(root)

    def _links(self, root: etree._Element, source: str) -> Iterator[_Relationship]:
        for element in flat_children(root):
            target = str(element.get("Target"))
            name = target.partition("#")[0]
            # The names of parts are percent-encoded (ISO/IEC 29500-2, 6.2.2), but not those of some programs.
            part = self._part(name, source) or self._part(unquote(name), source)
            yield _Relationship(element, str(element.get("Type")), target, part)

    def _part(self, name: str, source: str) -> str | None:
        """Return the part to which a relationship of `source` leads; None if there is none of that name."""
        if not name:
            return None
        path = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), name))
        return self._names.get(path.lstrip("/").lower())

    def _is_allowed(self, link: _Relationship, source: str, part_name: str) -> bool:
        """Return whether a relationship is kept; a problem with it is reported at the part."""
        if link.type.startswith(STRICT):
            raise ProblemsFound([problem("template-broken", Location(self._path), form="strict")])
        if link.type in self._allowed.left_out:
            content = self._allowed.left_out[link.type]
            if content and not self._has_no_properties(link):
                self._report(problem("content-left-out", Location(self._path), content=content))
            return False
        reported = self._link_problem(link, source)
        if reported is None:
            return True
        self._report(reported.at(Location(self._path, place=part_name)))
        return False

    def _has_no_properties(self, link: _Relationship) -> bool:
        """Return whether a part is for document properties and has none, as LibreOffice writes it."""
        if link.kind != "custom-properties" or link.part is None:
            return False
        with suppress(BrokenPackageError):
            return len(self.contents.tree(link.part)) == 0
        return False

    def _link_problem(self, link: _Relationship, source: str) -> Problem | None:
        """Return what is wrong with a relationship of a part, or of the package, if `source` is empty."""
        allowed = self._allowed.parts if source else self._allowed.package_parts
        if link.type == HYPERLINK:
            return link_problem(link.target)
        if link.is_external and link.kind == "attachedTemplate":
            return problem("content-external", form="template", target=link.target)
        if link.is_external:
            return problem("content-external", kind=link.kind, target=link.target)
        if link.type not in allowed:
            return problem("content-active", form="object", kind=link.kind)
        if link.part is None:
            return problem("template-broken", form="missing", kind=link.kind, target=link.target)
        content_type = self._types.get(link.part, "")
        if content_type not in allowed[link.type]:
            return _type_problem(link, content_type)
        return None

    def _check_part(self, name: str) -> None:
        """Report what is wrong with the content of a part, and remove what readers ignore."""
        content = self.contents[name]
        content_type = self._types[name]
        base = posixpath.basename(name)
        location = Location(self._path, place=base)
        if content_type in IMAGES and not content.startswith(IMAGES[content_type]):
            self._report(problem("image-invalid", location, form="content", name=base, content_type=content_type))
        elif content_type == SVG:
            self.contents.tree(name)  # raises BrokenPackageError for a damaged part
            drawing = read_xml(content, keep_spaces=True)
            fault = svg_fault(drawing)
            if fault is not None:
                self._report(problem("content-active", location, form="svg", name=base, content=fault))
            for tag_problem in _svg_tags(drawing):
                self._report(tag_problem.at(location))
            self.contents[name] = to_bytes(drawing_alone(drawing))  # the checked content, and nothing else
        elif content_type.endswith("+xml"):
            root = self.contents.tree(name)
            had_extensions = _drop_extensions(root)
            is_utf8 = (root.getroottree().docinfo.encoding or "utf-8").lower() == "utf-8"
            # The parser has dropped comments and processing instructions.
            has_dropped = b"<!--" in content or content.count(b"<?") > 1
            if had_extensions or not is_utf8 or has_dropped:
                self.contents[name] = to_bytes(root)


def clean_settings(settings: etree._Element, location: Location) -> Iterator[Problem]:
    """Remove the settings that are not allowed. Yields errors for those that read other files, and warnings."""
    allowed = allowlist()
    for setting in list(settings.iterchildren(etree.Element)):
        name = etree.QName(setting)
        if name.localname in allowed.settings and name.namespace in allowed.namespaces:
            continue
        settings.remove(setting)
        if name.localname in allowed.settings_refused:
            yield problem("content-external", location, form=allowed.settings_refused[name.localname])
        elif name.localname in allowed.settings_left_out:
            yield problem("content-left-out", location, content=allowed.settings_left_out[name.localname])


def _drop_extensions(root: etree._Element) -> bool:
    """Remove what readers may ignore: unknown extensions of drawings, and packages inside attributes (`o:gfxdata`).

    Returns whether there were any.
    """
    is_changed = False
    for shape in root.iter(f"{{{_VML}}}*"):
        if shape.attrib.pop(_PACKED, ""):
            is_changed = True
    unknown = [extension for extension in root.iter(_EXTENSION) if _has_unknown_markup(extension)]
    for extension in unknown:
        remove(extension)
        is_changed = True
    return is_changed


def _has_unknown_markup(extension: etree._Element) -> bool:
    """Return whether an extension has elements of a namespace that is not on the allowlist."""
    known = allowlist().namespaces
    return any(etree.QName(element).namespace not in known for element in extension.iter(etree.Element))


def content_problems(root: etree._Element, locator: ElementLocator, relationships: Relationships) -> Iterator[Problem]:
    """Yield errors for the XML of one part with these relationships."""
    unread: dict[etree._Element, list[str]] = {}
    """The texts in which tags do not work, by paragraph, since programs split tags between elements."""
    for element in root.iter(etree.Element):
        for stray in _stray_problems(root, element):
            yield stray.at(locator.location(element))
        if element.text and not element.text.isspace() and not _is_read(element):
            holder = next(element.iterancestors(PARAGRAPH), root)
            unread.setdefault(holder, []).append(element.text)
        for wrong in _element_problems(element, relationships):
            yield wrong.at(locator.location(element))
    for paragraph, texts in unread.items():
        for unused in _unused_tags("".join(texts)):
            yield unused.at(locator.location(paragraph))


def _svg_tags(root: etree._Element) -> Iterator[Problem]:
    """Yield errors for tags in the texts of an SVG, however they are split."""
    for element in root.iter(*_SVG_TEXTS):
        text = "".join(map(str, element.itertext()))
        yield from _unused_tags(text)


def _type_problem(link: _Relationship, content_type: str) -> Problem:
    """Return the error for a relationship to a part with a content type that its kind must not have."""
    if content_type.startswith("image/"):
        return problem("image-invalid", form="type", name=link.target, content_type=content_type)
    return problem("template-broken", form="type", kind=link.kind, target=link.target, content_type=content_type)


def _stray_problems(root: etree._Element, element: etree._Element) -> Iterator[Problem]:
    """Yield errors for text where Word has none, which another program may read as a field.

    In WordprocessingML only a few elements have text, and the styles, the lists and the like have no such elements
    (ISO/IEC 29500-1, Annex A.1).
    """
    name = etree.QName(element)
    if name.namespace != WORD:
        return
    if name.localname in _TEXT_ELEMENTS and root.tag in _WITHOUT_TEXT:
        yield problem("content-active", form="stray-element", name=name.localname)
    if name.localname in _WITH_TEXT:
        return
    texts = [element.text, *[child.tail for child in element]]
    for text in texts:
        if text and not text.isspace():
            yield problem("content-active", form="stray-text", text=text.strip()[:_SHOWN_TEXT])


def _is_read(element: etree._Element) -> bool:
    """Return whether tags work in an element: in the text of a run that is in a paragraph, not in another run
    (ruby).
    """
    run = element.getparent()
    if element.tag != TEXT or run is None or run.tag != RUN:
        return False
    around = next(run.iterancestors(RUN, PARAGRAPH), None)
    return around is not None and around.tag == PARAGRAPH


def _element_problems(element: etree._Element, relationships: Relationships) -> Iterator[Problem]:
    """Yield what is wrong with an element: its name, the names of its attributes, or else their values."""
    for name in (element.tag, *element.attrib):
        wrong_name = _name_problem(str(name))
        if wrong_name is not None:
            yield wrong_name
            return
    for attribute, written in element.items():
        name = str(attribute)
        value = str(written)
        if _is_target(name):
            wrong = _target_problem(element, etree.QName(name), value, relationships)
            if wrong is not None:
                yield wrong
        yield from _unused_tags(value)


@lru_cache(maxsize=1024)
def _name_problem(name: str) -> Problem | None:
    """Return what is wrong with the name of an element or attribute, or with its namespace."""
    local = etree.QName(name).localname
    namespace = etree.QName(name).namespace or ""
    if local in allowlist().active:
        return problem("content-active", form="element", name=local)
    if namespace in allowlist().namespaces:
        return None
    if namespace.startswith(STRICT):
        return problem("template-broken", form="strict")
    return problem("content-active", form="markup", name=local, namespace=namespace)


def _target_problem(element: etree._Element, name: etree.QName, value: str, known: Relationships) -> Problem | None:
    """Return what is wrong with an attribute that names a relationship, a target or an action; `known` are the
    relationships of the part.
    """
    tag = etree.QName(element).localname
    if name.namespace == RELATIONSHIPS or name.localname == "relid":
        if not value:
            return None
        return _reference_problem(f"{tag} {name.localname}", value, known)
    if name.localname == "docLocation":
        return problem("link-invalid", form="location", address=value)
    if name.localname == "action":
        if not value:
            return None
        return problem("content-active", form="action", action=value)
    if name.localname == "href" and tag not in _SHOWING:
        return link_problem(value)
    return problem("content-external", kind="picture", target=value)


def _reference_problem(attribute_path: str, identifier: str, known: Relationships) -> Problem | None:
    """Return what is wrong with a reference to a relationship, in the attribute of an element."""
    kind = known.get(identifier, "")
    expected = allowlist().references.get(attribute_path)
    if kind is None or kind == expected:
        return None
    if expected is None:
        name, attribute = attribute_path.split()
        return problem("content-external", form="reference", name=name, attribute=attribute)
    return problem("template-broken", form="missing", kind=expected.rsplit("/", 1)[-1], target=identifier)


@lru_cache(maxsize=1024)
def _is_target(name: str) -> bool:
    """Return whether attributes with this name have a target or an action."""
    attribute = etree.QName(name)
    targets = ("relid", "action", "src", "althref", "href", "docLocation")
    return attribute.namespace == RELATIONSHIPS or attribute.localname in targets


def _unused_tags(text: str) -> Iterator[Problem]:
    """Yield errors for tags where none is read, such as in an alternative text: the finished document would contain
    them.
    """
    if "{" not in text and "}" not in text:
        return
    tags = find_word_tags(text)
    complete = [tag.written for tag in tags.complete]
    for written in (*complete, *tags.unclosed, *tags.unopened):
        yield problem("tag-misplaced", form="unused", tag=written)
