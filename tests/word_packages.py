"""Word templates with all kinds of parts, relationships and settings."""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml import etree

from tests.samples import seed_summary
from tests.word_templates import NAMESPACES, RELATED, docx, pack_of, paragraph
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.package_parts import CUSTOM_TYPE, HYPERLINK, OFFICE, RELATIONSHIPS_TYPE, Contents, types_of
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render_word import render_word, word_warnings

BODY = paragraph("{{ summary.title }}")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
NO_RELATIONSHIPS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
PNG = b"\x89PNG\r\n\x1a\n"
MICROSOFT = "http://schemas.microsoft.com/office"
DOCTYPE = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
THEME = b'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">%s</a:theme>'
THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
COMMENTS = (
    f'<w:comments {NAMESPACES}><w:comment w:author="Ms A"><w:p><w:fldSimple w:instr="DDE a"/></w:p></w:comment>'
    "</w:comments>"
).encode()
MAIN = f'<w:document {NAMESPACES}><w:body><w:p><w:fldSimple w:instr="DDEAUTO a"/></w:p></w:body></w:document>'.encode()
PICTURE = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="a" descr="a"/>{}</wp:inline></w:drawing></w:r>'
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
Change = Callable[[bytes], bytes]


def changed(changes: Mapping[str, Change], added: Mapping[str, bytes] | None = None, body: str = BODY) -> bytes:
    """A minimal template with changed and added parts."""
    parts = read_package(docx(body)) | dict(added or {})
    parts |= {name: change(parts[name]) for name, change in changes.items()}
    return write_package(compressed(name, content) for name, content in parts.items())


def related(kind: str, target: str, mode: str = ' TargetMode="External"', number: int = 99) -> Change:
    """Adds a relationship."""
    address = kind if ":" in kind else f"{RELATED}{kind}"
    new = f'<Relationship Id="rId{number}" Type="{address}" Target="{target}"{mode}/></Relationships>'
    return lambda content: content.replace(b"</Relationships>", new.encode())


def typed(*declared: str) -> Change:
    """Adds content types, such as `Override PartName="/a" ContentType="b"`."""
    new = "".join(f"<{each}/>" for each in declared)
    return lambda content: content.replace(b"</Types>", f"{new}</Types>".encode())


def with_part(
    name: str, content: bytes, content_type: str, kind: str, *, source: str = "word/document.xml", body: str = BODY
) -> bytes:
    """A template with an added part, to which `source` is related."""
    folder, base = posixpath.split(source)
    rels = posixpath.join(folder, "_rels", f"{base}.rels")
    target = f"/{name}"
    changes = {
        "[Content_Types].xml": typed(f'Override PartName="/{name}" ContentType="{content_type}"'),
        rels: related(kind, target, ""),
    }
    present = read_package(docx(BODY))
    return changed(changes, {name: content} | ({} if rels in present else {rels: NO_RELATIONSHIPS}), body)


def with_comments(body: str = BODY) -> bytes:
    """A template with a review comment."""
    return with_part("word/comments.xml", COMMENTS, f"{WORD}comments+xml", "comments", body=body)


def with_settings(settings: str, rels: bytes | None = None) -> bytes:
    """A template with a settings part."""
    xml = f"<w:settings {NAMESPACES}>{settings}</w:settings>"
    added = {"word/settings.xml": xml.encode()} | ({} if rels is None else {"word/_rels/settings.xml.rels": rels})
    override = f'Override PartName="/word/settings.xml" ContentType="{WORD}settings+xml"'
    changes = {
        "[Content_Types].xml": typed(override),
        "word/_rels/document.xml.rels": related("settings", "settings.xml", "", 98),
    }
    return changed(changes, added)


def problems_in(template: bytes) -> tuple[Problem, ...]:
    """The errors of a template, or else its warnings."""
    try:
        return word_warnings(pack_of(template))
    except ProblemsFound as found:
        return found.problems


def codes_in(template: bytes) -> Sequence[str]:
    """The codes of a template's problems."""
    return [problem.code for problem in problems_in(template)]


def finished(template: bytes) -> Mapping[str, bytes]:
    """The parts of a document made from the template."""
    content = render_word(seed_summary(), pack_of(template)).content
    assert list(_unlisted(content)) == []
    return read_package(content)


def _unlisted(content: bytes) -> Iterator[str]:
    """The content of a finished file that is not in the allowlist."""
    contents = Contents(read_package(content))
    types = types_of(contents)
    identity = {f"{OFFICE}/custom-properties": (CUSTOM_TYPE,)}
    related = {**allowlist().package_parts, **allowlist().parts, **identity}
    listed = {RELATIONSHIPS_TYPE, *(each for kinds in related.values() for each in kinds)}
    yield from (f"{name}: {content_type}" for name, content_type in types.items() if content_type not in listed)
    for name in types:
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for each in etree.fromstring(contents[name]):
                kind, target = str(each.get("Type")), str(each.get("Target"))
                if kind not in {*related, HYPERLINK}:
                    yield f"{name}: {kind}"
                elif kind != HYPERLINK and posixpath.join("/", folder, target).lstrip("/") not in types:
                    yield f"{name}: {target}"


def body(xml: str) -> Callable[[], bytes]:
    """A template with that content in its first paragraph."""
    return lambda: docx(f"<w:p>{xml}</w:p>" + BODY)


def image(name: str, content: bytes, content_type: str) -> Callable[[], bytes]:
    """A template with that image."""
    return lambda: with_part(f"word/media/{name}", content, content_type, "image")


def svg(content: str, before: str = "") -> Callable[[], bytes]:
    """A template with a drawing of that content."""
    return image("a.svg", (before + DRAWING.format(content)).encode(), "image/svg+xml")
