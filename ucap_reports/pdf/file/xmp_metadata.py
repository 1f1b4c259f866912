"""What a PDF says of itself: its properties, the standards it keeps, and the colours its numbers mean.

PDF/UA-1 (ISO 14289-1, 5 and 7.1) and PDF/A-2 (ISO 19005-2, 6.2.3 and 6.6) ask for most of it.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFCatalog, PDFInfo

from ucap_reports import __version__
from ucap_reports.pdf.file.pdf_objects import PdfFile, compressed_stream, stream, text_string
from ucap_reports.summary.summary import Summary

_CREATOR = f"ucap-reports {__version__}"
_PRODUCER = "ReportLab PDF Library"
_PROFILE = Path(__file__).with_name("srgb.icc")


class _Information(PDFInfo):
    """The document information dictionary; the same values as in the XMP packet."""

    def __init__(self, entries: bytes) -> None:
        super().__init__()
        self._entries = entries

    def digest(self, md5object: object) -> None:
        """Nothing: the file's identifier is made of its bytes."""

    def format(self, document: PdfFile) -> bytes:  # noqa: ARG002 - ReportLab's signature
        """The dictionary as bytes."""
        return self._entries


def apply_metadata(document: PdfFile, summary: Summary) -> None:
    """Gives the document its title, author, language and date, its XMP packet, its output intent and its identifier.

    Everything the document holds must be in it before it is written; when this is called does not matter.
    """
    document.info = _Information(_information(summary))
    catalog: Any = document.Catalog  # type: ignore[attr-defined]  # the stubs leave it out
    catalog.__NoDefault__ = [*PDFCatalog.__NoDefault__, "OutputIntents"]
    catalog.Lang = text_string(summary.language)
    catalog.MarkInfo = "<</Marked true>>"
    catalog.ViewerPreferences = "<</DisplayDocTitle true>>"
    packet = stream(_xmp(summary).encode(), b"/Type/Metadata/Subtype/XML")
    catalog.Metadata = f"{document.add(packet)} 0 R"
    profile = document.add(_colour_profile())
    catalog.OutputIntents = (
        "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)"
        f"/DestOutputProfile {profile} 0 R>>]"
    )


@lru_cache(maxsize=1)
def _colour_profile() -> bytes:
    return compressed_stream(_PROFILE.read_bytes(), b"/N 3")


def _information(summary: Summary) -> bytes:
    stamp = (summary.updated or summary.metadata.undated).strftime("(D:%Y%m%d000000Z)")
    texts = {
        "Title": summary.title,
        "Author": summary.metadata.author,
        "Subject": summary.metadata.subject,
        "Keywords": ", ".join(summary.metadata.keywords),
        "Creator": _CREATOR,
        "Producer": _PRODUCER,
    }
    entries = "".join(f"/{key} {text_string(text)}" for key, text in texts.items() if text)
    return f"<<{entries}/CreationDate{stamp}/ModDate{stamp}>>".encode("ascii")


def _xmp(summary: Summary) -> str:
    """The XMP packet (ISO 16684-1), without what the summary does not say."""
    stamp = (summary.updated or summary.metadata.undated).strftime("%Y-%m-%dT00:00:00Z")
    keywords = summary.metadata.keywords
    properties = [
        "<dc:format>application/pdf</dc:format>",
        _listed("dc:title", "Alt", [summary.title], ' xml:lang="x-default"'),
        _listed("dc:creator", "Seq", [summary.metadata.author]),
        _listed("dc:description", "Alt", [summary.metadata.subject], ' xml:lang="x-default"'),
        _listed("dc:language", "Bag", [summary.language]),
        _listed("dc:subject", "Bag", keywords),
        _plain("pdf:Keywords", ", ".join(keywords)),
        _plain("pdf:Producer", _PRODUCER),
        _plain("xmp:CreatorTool", _CREATOR),
        _plain("xmp:CreateDate", stamp),
        _plain("xmp:ModifyDate", stamp),
    ]
    return _PACKET.format(properties="\n".join(filter(None, properties)))


def _plain(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>" if text else ""


def _listed(name: str, kind: str, texts: Iterable[str], attribute: str = "") -> str:
    """A property whose value is an XMP array of texts; nothing for no text."""
    entries = "".join(f"<rdf:li{attribute}>{escape(text, quote=False)}</rdf:li>" for text in texts if text)
    return f"<{name}><rdf:{kind}>{entries}</rdf:{kind}></{name}>" if entries else ""


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
{properties}
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
"""The packet around the properties; PDF/A-2 (6.6.2.3) wants the PDF/UA property described: XMP does not know it."""
