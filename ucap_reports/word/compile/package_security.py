"""Security checks for a template's package: it is reduced to the parts and relationships of the allowlist."""

import posixpath
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from ucap_reports.pictures.svg_security import drawing_alone, svg_fault
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.word.compile.content_security import drop_extensions, svg_tags
from ucap_reports.word.file.allowed_content import HYPERLINK, IMAGES, MAIN_DOCUMENT, STRICT, SVG, allowlist
from ucap_reports.word.file.package_parts import Contents, changed_types, flat_children, relationships_of, types_of
from ucap_reports.word.file.word_fields import link_problem
from ucap_reports.word.file.word_xml import read_xml, to_bytes
from ucap_reports.word.file.zip_package import CONTENT_TYPES, BrokenPackageError

MOST_NAMED = 3
"""The number of parts that a message names."""
_MACROS = ("macroenabled", "vbaproject", "vbadata")


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
        self._path, self._allowed, self._types = path, allowlist(), types_of(self.contents)
        self._names = {name.lower(): name for name in package}
        if len(self._names) < len(package):
            raise BrokenPackageError("it has two parts whose names differ only in case")
        declared = self.contents.tree(CONTENT_TYPES)
        if any(mark in str(each.get("ContentType")).lower() for each in declared for mark in _MACROS):
            raise ProblemsFound([problem("content-active", Location(path), form="macros")])
        unrelated = sorted({*package} - self._related())
        self._kept = {CONTENT_TYPES: None}
        self._follow()
        if not any(self._types.get(name) in self._allowed.package_parts[MAIN_DOCUMENT] for name in self._kept):
            raise BrokenPackageError("it is not a Word document")
        if unrelated:
            more = ", …" if len(unrelated) > MOST_NAMED else ""
            content = f"parts without a relationship ({', '.join(unrelated[:MOST_NAMED])}{more})"
            self._report(problem("content-left-out", Location(path), content=content))
        if len(self._kept) < len(package):
            names = {name.lower() for name in self._kept}
            types = changed_types(self.contents[CONTENT_TYPES], {}, lambda name: name.lower() in names)
            self.contents[CONTENT_TYPES] = types
        self.contents = Contents({name: self.contents[name] for name in self._kept})

    def _related(self) -> set[str]:
        """The parts to which relationships of the package lead, allowed or not, and those with the relationships."""
        related = {CONTENT_TYPES}
        for name in self._names.values():
            folder, base = posixpath.split(name)
            if base.lower().endswith(".rels"):
                related.add(name)
                source = posixpath.join(posixpath.dirname(folder), base)
                with suppress(BrokenPackageError):  # reported if the part is kept
                    links = self._links(self.contents.tree(name), source)
                    related |= {link.part for link in links if link.part is not None and not link.is_external}
        return related

    def _report(self, found: Problem) -> None:
        self.problems[found] = None

    def _follow(self) -> None:
        """Keep the allowed relationships and their targets, beginning with those of the package."""
        sources = [""]
        for source in sources:
            for part in self._kept_targets(source):
                if part not in self._kept:
                    self._kept[part] = None
                    self._check_part(part)
                    sources.append(part)

    def _kept_targets(self, source: str) -> Iterator[str]:
        """The parts to which a part may be related; its other relationships are removed."""
        name = self._names.get(relationships_of(source).lower())
        if name is None:
            return
        self._kept[name] = None
        root = self.contents.tree(name)
        links = list(self._links(root, source))
        single = {*self._allowed.single_parts, *self._allowed.package_parts}
        counts = Counter(link.type for link in links if link.type in single)
        counts.update(str(link.element.get("Id")) for link in links)
        if repeated := [each for each, count in counts.items() if count > 1]:
            raise BrokenPackageError(f'{name} has "{repeated[0]}" twice')
        place = posixpath.basename(name).removesuffix(".rels").removesuffix(".xml") or "package"
        types = self.relationships.setdefault(source, {})
        for link in links:
            is_allowed = self._is_allowed(link, source, place)
            types[identifier := str(link.element.get("Id"))] = link.type if is_allowed else None
            if not is_allowed:
                root.remove(link.element)
            elif link.part is not None:
                self.targets.setdefault(source, {})[identifier] = link.part
                yield link.part
        if len(root) < len(links):
            self.contents[name] = to_bytes(root)

    def _links(self, root: etree._Element, source: str) -> Iterator[_Relationship]:
        for each in flat_children(root):
            target = str(each.get("Target"))
            name = unquote(target.partition("#")[0])
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), name)).lstrip("/").lower()
            yield _Relationship(each, str(each.get("Type")), target, self._names.get(path) if name else None)

    def _is_allowed(self, link: _Relationship, source: str, place: str) -> bool:
        """Whether a relationship is kept; a problem with it is reported at `place`."""
        if link.type.startswith(STRICT):
            raise ProblemsFound([problem("template-broken", Location(self._path), form="strict")])
        if link.type in self._allowed.left_out:
            if content := self._allowed.left_out[link.type]:
                self._report(problem("content-left-out", Location(self._path), content=content))
        elif (found := self._link_problem(link, source)) is None:
            return True
        else:
            self._report(found.at(Location(self._path, place=place)))
        return False

    def _link_problem(self, link: _Relationship, source: str) -> Problem | None:
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
        return None if content_type in allowed[link.type] else _type_problem(link, content_type)

    def _check_part(self, name: str) -> None:
        """Report what is wrong with the content of a part, and remove what readers ignore."""
        content, content_type = self.contents[name], self._types[name]
        base = posixpath.basename(name)
        location = Location(self._path, place=base)
        if content_type in IMAGES and not content.startswith(IMAGES[content_type]):
            self._report(problem("image-invalid", location, form="content", name=base, content_type=content_type))
        elif content_type == SVG:
            self.contents.tree(name)  # raises BrokenPackageError for a damaged part
            drawing = read_xml(content, keep_spaces=True)
            if (fault := svg_fault(drawing)) is not None:
                self._report(problem("content-active", location, form="svg", name=base, content=fault))
            for found in svg_tags(drawing):
                self._report(found.at(location))
            self.contents[name] = to_bytes(drawing_alone(drawing))  # the checked content, and nothing else
        elif content_type.endswith("+xml"):
            root = self.contents.tree(name)
            # without the comments and processing instructions that the parser drops
            is_utf8 = (root.getroottree().docinfo.encoding or "utf-8").lower() == "utf-8"
            if drop_extensions(root) or not is_utf8 or b"<!--" in content or content.count(b"<?") > 1:
                self.contents[name] = to_bytes(root)


def _type_problem(link: _Relationship, content_type: str) -> Problem:
    if content_type.startswith("image/"):
        return problem("image-invalid", form="type", name=link.target, content_type=content_type)
    return problem("template-broken", form="type", kind=link.kind, target=link.target, content_type=content_type)
