"""The properties of a Word file: title, author and date, what it was built from, and what was sent."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from lxml import etree

from ucap_reports.summary.summary_model import Summary, document_date
from ucap_reports.word.file.word_xml import DECLARATION, one_line, to_text

_CUSTOM_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CORE = DECLARATION + one_line(Path(__file__).with_name("core_properties.xml"))
_CUSTOM = DECLARATION + one_line(Path(__file__).with_name("custom_properties.xml"))


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
    identity = "ucap-book" if summary.metadata.is_book else "ucap-plan"
    known = {
        identity: summary.id,
        "ucap-language": summary.language,
        "ucap-pack": summary.metadata.pack,
        "ucap-digest": summary.metadata.plan_digest,
        **sent,
    }
    return _CUSTOM.format(properties=_properties_xml(known, 2)).encode()


def with_properties(root: etree._Element, texts: Mapping[str, str]) -> bytes:
    """Return the custom properties part with this root and further properties."""
    identifiers = [int(known.get("pid", "1")) for known in root]
    following = max(identifiers, default=1) + 1
    before, end_tag, name = to_text(root).rpartition("</")
    return f"{DECLARATION}{before}{_properties_xml(texts, following)}{end_tag}{name}".encode()


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
            marked: The XML of the main part of the document of the marked summary, with the marks as text.
        """


def _properties_xml(texts: Mapping[str, str], first: int) -> str:
    """Return the properties that have a text, as XML; the first one has the identifier `first`."""
    written = []
    for number, (name, text) in enumerate(texts.items(), first):
        if text:
            start = f'<property fmtid="{_CUSTOM_FORMAT}" pid="{number}" name="{name}">'
            written.append(f"{start}<vt:lpwstr>{escape(text)}</vt:lpwstr></property>")
    return "".join(written)
