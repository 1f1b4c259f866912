"""A Word template's package reduced to what is on the list of `allowlist`, which is what finished documents contain."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.word.compile.content_security import drop_extensions, left_out
from ucap_reports.word.compile.image_security import is_image, svg_fault
from ucap_reports.word.file.allowed_content import (
    HYPERLINK,
    IMAGES,
    LEFT_OUT,
    MAIN_DOCUMENT,
    PACKAGE_PARTS,
    PARTS,
    SINGLE_PARTS,
    STRICT,
    SVG,
)
from ucap_reports.word.file.allowed_fields import is_link
from ucap_reports.word.file.package_parts import TYPED, Contents, relationships_of, types_of
from ucap_reports.word.file.word_xml import to_bytes
from ucap_reports.word.file.zip_package import CONTENT_TYPES, BrokenPackageError, ZipPackage

ATTACHED_TEMPLATE = "attachedTemplate"
"""The relationship to the template that a document was made from, which Word opens with it."""
MOST_NAMED = 3
"""How many parts a message names."""
_MACROS = ("macroenabled", "vbaproject", "vbadata")


class _Relationship(Struct, frozen=True):
    """A relationship: its element, its type, its target as written, and the part that this is, if any."""

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
        """Whether it leads out of the package."""
        return str(self.element.get("TargetMode")).lower() == "external" or ":" in self.target


class Secured(Struct, frozen=True):
    """The parts of a template that are on the list, with the relationships among them.

    `problems` are errors for what is refused, and warnings for what the file is complete without. `relationships` has
    for each part the types of its relationships by identifier, None for those that `problems` are about.
    """

    contents: Contents
    problems: tuple[Problem, ...]
    relationships: Mapping[str, Mapping[str, str | None]]


def secure(package: ZipPackage, path: str) -> Secured:
    """The package reduced to what is on the list, with all problems (`content-left-out` and errors) of the rest.

    `path` is the template's own. Raises ProblemsFound for one with macros, and BrokenPackageError where there is no
    main document, or a part that is kept is damaged.
    """
    return _Reduction(package, path).result()


class _Reduction:
    """One package, followed from its main document through the relationships on the list."""

    def __init__(self, package: ZipPackage, path: str) -> None:
        self._package, self._path = package, path
        self._contents = Contents(package)
        self._types = types_of(self._contents)
        self._names = {name.lower(): name for name in package.parts}
        if len(self._names) < len(package.parts):
            raise BrokenPackageError("it has two parts whose names differ only in case")
        self._kept = dict.fromkeys([CONTENT_TYPES])
        self._related: set[str] = set()
        self._relationships: dict[str, dict[str, str | None]] = {}
        self._problems: list[Problem] = []

    def result(self) -> Secured:
        """What is kept, and the problems of the rest."""
        declared = (str(each.get("ContentType")).lower() for each in self._contents.tree(CONTENT_TYPES))
        if any(mark in each for each in declared for mark in _MACROS):
            message, hint = "the Word template has macros", "save it as a Word document without macros (.docx)"
            raise ProblemsFound([Problem.error("content-active", message, hint, Location(self._path))])
        self._follow()
        if not any(self._types.get(name) in PACKAGE_PARTS[MAIN_DOCUMENT] for name in self._kept):
            raise BrokenPackageError("it is not a Word document")
        if unrelated := sorted({*self._package.parts} - {*self._kept} - self._related):
            more = ", …" if len(unrelated) > MOST_NAMED else ""
            what = f"parts without a relationship ({', '.join(unrelated[:MOST_NAMED])}{more})"
            self._problems.append(left_out(what, Location(self._path)))
        if len(self._kept) < len(self._package.parts):
            self._declare_kept()
        parts = {name: self._package.parts[name] for name in self._kept}
        kept = Contents(ZipPackage(parts, {name: self._package.entries[name] for name in self._kept}))
        kept.changed |= self._contents.changed
        return Secured(kept, tuple(dict.fromkeys(self._problems)), self._relationships)

    def _follow(self) -> None:
        """Keep the relationships that are on the list, and the parts to which they lead, from the package's own on."""
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
        root = self._contents.tree(name)
        links = list(self._links(root, source))
        self._check_unique(links, name)
        types = self._relationships.setdefault(source, {})
        for link in links:
            is_allowed = self._is_allowed(link, source, _part_of(name))
            types[str(link.element.get("Id"))] = link.type if is_allowed else None
            if not is_allowed:
                root.remove(link.element)
            elif link.part is not None:
                yield link.part
        if len(root) < len(links):
            self._contents[name] = to_bytes(root)

    def _links(self, root: etree._Element, source: str) -> Iterator[_Relationship]:
        for each in root.iterchildren(etree.Element):
            target = str(each.get("Target"))
            name = unquote(target.partition("#")[0])
            whole = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), name)).lstrip("/").lower()
            yield _Relationship(each, str(each.get("Type")), target, self._names.get(whole) if name else None)

    def _check_unique(self, links: list[_Relationship], name: str) -> None:
        counts = Counter(link.type for link in links if link.type in (*SINGLE_PARTS, *PACKAGE_PARTS))
        counts.update(str(link.element.get("Id")) for link in links)
        if twice := [each for each, count in counts.items() if count > 1]:
            raise BrokenPackageError(f'{name} has "{twice[0]}" twice')

    def _is_allowed(self, link: _Relationship, source: str, place: str) -> bool:
        """Whether the relationship stays; what is wrong with it is reported at `place`."""
        if link.type.startswith(STRICT):
            raise BrokenPackageError('it is in the format "Strict Open XML"')
        if link.type in LEFT_OUT:
            if (what := LEFT_OUT[link.type]) is not None:
                self._problems.append(left_out(what, Location(self._path)))
        elif (fault := self._fault(link, PARTS if source else PACKAGE_PARTS)) is None:
            return True
        else:
            self._report(*fault, place)
        if link.part is not None and not link.is_external:
            self._relate(link.part)
        return False

    def _fault(self, link: _Relationship, listed: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
        """Code, message and hint of what is wrong with a relationship."""
        if link.type == HYPERLINK:
            message, hint = f'a link leads to "{link.target}"', "links go to http, https and mailto"
            return None if is_link(link.target) else ("link-invalid", message, hint)
        if link.is_external:
            return _external(link)
        if link.type not in listed:
            message = f'the Word template contains an object of the type "{link.kind}"'
            return "content-active", message, "remove it, or replace it by a picture"
        if link.part is None:
            return (
                "template-broken",
                f'the {link.kind} "{link.target}" is missing in the file',
                "insert it again in Word",
            )
        content_type = self._types.get(link.part, "")
        return None if content_type in listed[link.type] else _mistyped(link, content_type)

    def _relate(self, part: str) -> None:
        """Note the part, and all to which it leads, as explained by a relationship that has been reported."""
        parts = [part]
        for each in parts:
            name = self._names.get(relationships_of(each).lower())
            if each in self._related or name is None:
                self._related.add(each)
                continue
            self._related |= {each, name}
            try:
                parts += [link.part for link in self._links(self._contents.tree(name), each) if link.part is not None]
            except BrokenPackageError:
                continue  # it is left out, whatever is wrong with it

    def _check_part(self, name: str) -> None:
        """Report what is wrong with the content of a part that is kept, and clean it of what readers ignore."""
        content, content_type = self._contents[name], self._types[name]
        place = posixpath.basename(name)
        if content_type in IMAGES:
            if not is_image(content, content_type):
                message, hint = (
                    f'"{place}" is not an image of the type {content_type}',
                    "insert it again as PNG or JPEG",
                )
                self._report("image-invalid", message, hint, place)
        elif content_type == SVG:
            if (fault := svg_fault(self._contents.tree(name))) is not None:
                message, hint = f'the image "{place}" has {fault}', "insert it as PNG, or export it as plain SVG"
                self._report("content-active", message, hint, place)
        elif content_type.endswith("xml"):
            root = self._contents.tree(name)
            # without the comments and processing instructions that the parser has dropped
            is_utf8 = (root.getroottree().docinfo.encoding or "utf-8").lower() == "utf-8"
            if drop_extensions(root) or not is_utf8 or b"<!--" in content or content.count(b"<?") > 1:
                self._contents[name] = to_bytes(root)

    def _declare_kept(self) -> None:
        """Remove the content types of the parts that are left out."""
        root = self._contents.tree(CONTENT_TYPES)
        kept = {f"/{name.lower()}" for name in self._kept}
        for each in list(root.iter(f"{{{TYPED}}}Override")):
            if str(each.get("PartName")).lower() not in kept:
                root.remove(each)
        self._contents[CONTENT_TYPES] = to_bytes(root)

    def _report(self, code: str, message: str, hint: str, place: str) -> None:
        self._problems.append(Problem.error(code, message, hint, Location(self._path, place=place)))


def _external(link: _Relationship) -> tuple[str, str, str]:
    if link.kind == ATTACHED_TEMPLATE:
        message = f'the document is attached to the template "{link.target}", which Word would open with it'
        return "content-external", message, "attach it to Normal in Word: Developer, Document Template"
    message = f'the {link.kind} "{link.target}" is outside the file'
    return "content-external", message, "put it into the Word file itself"


def _mistyped(link: _Relationship, content_type: str) -> tuple[str, str, str]:
    """The problem of a part that is not of a type to which its relationship may lead."""
    message = f'the {link.kind} "{link.target}" has the type "{content_type}"'
    if content_type.startswith("image/"):
        return "image-invalid", f"{message}, which is not allowed", "insert it as PNG or JPEG"
    return "template-broken", message, "save it in Word as a Word document (.docx)"


def _part_of(relationships: str) -> str:
    """How problems call the part of those relationships, such as `settings`."""
    return posixpath.basename(relationships).removesuffix(".rels").removesuffix(".xml") or "package"
