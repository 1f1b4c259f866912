"""The properties of a Word file: title, author, date and languages."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from lxml import etree

from ucap_reports.summary.summary import Summary, document_date
from ucap_reports.text.language_tags import is_right_to_left, primary
from ucap_reports.word.file.word_languages import COMPLEX, DEFAULT_EAST_ASIAN, is_east_asian, word_language
from ucap_reports.word.file.word_xml import DECLARATION, one_line, properties_of, put, qualified, to_text

LANGUAGE, EAST_ASIAN, COMPLEX_SCRIPT = "ucap-language", "ucap-east-asian", "ucap-complex"
DEFAULT_COMPLEX = "ar-SA"
DIRECTION = '<w:bidi w:val="ucap"/>'
"""The placeholder for the direction of text in parts that depend only on the language."""
TURNED = {
    DIRECTION: "<w:bidi/>",
    '<w:lvlText w:val="→"/>': '<w:lvlText w:val="←"/>',
    '<w:lvlJc w:val="left"/>': '<w:lvlJc w:val="right"/>',
}
"""What is different in right-to-left documents. Markers of lists are aligned at the right, since alignment is relative
to the page (ISO/IEC 29500-1, 17.9.7).
"""
_CUSTOM_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CORE, _CUSTOM = (
    DECLARATION + one_line(Path(__file__).with_name(name)) for name in ("core_properties.xml", "custom_properties.xml")
)


def core_properties(summary: Summary) -> bytes:
    """Return the core properties part of a document (ISO/IEC 29500-2, clause 8)."""
    metadata = summary.metadata
    texts = {
        "dc:title": summary.full_title,
        "dc:subject": metadata.subject,
        "dc:creator": metadata.author,
        "cp:keywords": ", ".join(metadata.keywords),
        "cp:lastModifiedBy": metadata.author,
        "dc:language": summary.language,
    }
    written = [f"<{name}>{escape(text, quote=False)}</{name}>" for name, text in texts.items() if text]
    date = document_date(summary)
    if date is not None:
        stamp = f"{date.isoformat()}T00:00:00Z"
        for name in ("created", "modified"):
            written.append(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>')
    return _CORE.format(properties="".join(written)).encode()


def identity_properties(summary: Summary, sent: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return the custom properties part of a document (ISO/IEC 29500-1, 22.3): what it was built from, and what was
    `sent`.
    """
    known = {
        "ucap-book" if summary.metadata.is_book else "ucap-plan": summary.id,
        "ucap-language": summary.language,
        "ucap-pack": summary.metadata.pack,
        "ucap-digest": summary.metadata.plan_digest,
        **sent,
    }
    return _CUSTOM.format(properties=_properties_xml(known, 2)).encode()


def with_properties(root: etree._Element, texts: Mapping[str, str]) -> bytes:
    """Return the custom properties part with this root and further properties."""
    last = max((int(element.get("pid", "1")) for element in root), default=1)
    written = to_text(root)
    before, end, _ = written.rpartition("</")
    return (DECLARATION + before + _properties_xml(texts, last + 1) + end + "Properties>").encode()


def leave_language_open(root: etree._Element) -> str:
    """Return the part with the styles, the settings or the lists; in the first two, `in_language` replaces the
    language.
    """
    if root.tag == qualified("w:styles"):
        language = f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{EAST_ASIAN}" w:bidi="{COMPLEX_SCRIPT}"/>'
        put(_defaults(root, "w:rPr"), language)
        put(_defaults(root, "w:pPr"), DIRECTION)
    for element in root.iter(qualified("w:themeFontLang")):
        element.set(qualified("w:val"), LANGUAGE)
        element.set(qualified("w:eastAsia"), EAST_ASIAN)
    return DECLARATION + to_text(root)


def in_language(part: str, language: str) -> bytes:
    """Return a part from `leave_language_open` for documents in `language`."""
    for name, value in _default_languages(language).items():
        part = part.replace(f'"{name}"', f'"{value}"')
    if is_right_to_left(language):
        for element, turned in TURNED.items():
            part = part.replace(element, turned)
    else:
        part = part.replace(DIRECTION, "")
    return part.encode()


def default_languages_xml(language: str) -> tuple[str, str]:
    """Return the default run property and the default paragraph property of documents in that language: the languages
    of the kinds of script, and the direction.
    """
    languages = _default_languages(language)
    own, eastern, complex_script = languages[LANGUAGE], languages[EAST_ASIAN], languages[COMPLEX_SCRIPT]
    direction = "<w:bidi/>" if is_right_to_left(language) else ""
    return f'<w:lang w:val="{own}" w:eastAsia="{eastern}" w:bidi="{complex_script}"/>', direction


class EditionRecorder(Protocol):
    """Makes the properties that record which field each text of a document is from.

    The readers of Word files, which know how replies are read, are in a later layer than the renderers.
    """

    def marked(self) -> Summary:
        """Return the summary with marks beside its values, which are equal to those without marks."""

    def properties(self, parts: Mapping[str, bytes], main: str, marked: bytes) -> Mapping[str, str]:
        """Return the properties by name.

        Args:
            parts: The parts with text, each with its relationships, the styles and the lists.
            main: The name of the main part.
            marked: The main part of the document of the marked summary, with the marks as text.
        """


def _properties_xml(texts: Mapping[str, str], first: int) -> str:
    """Return the properties that have a text, as XML; the first one has the identifier `first`."""
    written = []
    for number, (name, text) in enumerate(texts.items(), first):
        if text:
            start = f'<property fmtid="{_CUSTOM_FORMAT}" pid="{number}" name="{name}">'
            written.append(f"{start}<vt:lpwstr>{escape(text)}</vt:lpwstr></property>")
    return "".join(written)


def _defaults(styles: etree._Element, name: str) -> etree._Element:
    """Return the default properties of runs or paragraphs."""
    return properties_of(properties_of(properties_of(styles, "w:docDefaults"), f"{name}Default"), name)


def _default_languages(language: str) -> dict[str, str]:
    """Return the languages of the kinds of script in documents of that language, by their placeholders."""
    own = word_language(language)
    return {
        LANGUAGE: own,
        EAST_ASIAN: own if is_east_asian(language) else DEFAULT_EAST_ASIAN,
        COMPLEX_SCRIPT: own if primary(language) in COMPLEX else DEFAULT_COMPLEX,
    }
