"""The metadata of a PDF: its properties, the standards it conforms to, and its colour profile.

PDF/UA (ISO 14289-1, 5 and 7.1) and PDF/A (ISO 19005-2, 6.2.3 and 6.6) require most of it. The XMP packet is in
xmp_packet.xml, its properties about the standards in a file for each PdfStandard; PDF/A-2 (6.6.2.3) requires the
description of the PDF/UA property in it.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from ucap_reports import __version__
from ucap_reports.pdf.file.pdf_objects import SMALL, PdfFile, compressed_stream, stream, text_string
from ucap_reports.summary.document import DEFAULT_STANDARD, PdfStandard
from ucap_reports.summary.summary import Summary, document_date

_PROGRAM = f"ucap-reports {__version__}"
"""The program that made the content (`Creator`), and the one that wrote it as a PDF (`Producer`)."""

_FOLDER = Path(__file__).parent


def catalog_entries(document: PdfFile, summary: Summary, standard: PdfStandard = DEFAULT_STANDARD) -> dict[str, str]:
    """Return the catalog's entries for language, XMP packet and output intent, whose objects are added to the
    document.
    """
    packet = document.add(stream(_xmp(summary, standard).encode(), b"/Type/Metadata/Subtype/XML"))
    profile = document.add(_colour_profile())
    return {
        "Lang": text_string(summary.language),
        "MarkInfo": "<</Marked true>>",
        "Metadata": f"{packet} 0 R",
        "OutputIntents": "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)"
        f"/DestOutputProfile {profile} 0 R>>]",
        "ViewerPreferences": "<</DisplayDocTitle true>>",
    }


@cache
def _colour_profile() -> bytes:
    return compressed_stream((_FOLDER / "srgb.icc").read_bytes(), b"/N 3", SMALL)


@cache
def _packet(standard: PdfStandard) -> str:
    """Return the XMP packet around the properties."""
    names = ("xmp_packet", standard.value)
    packet, conformance = ((_FOLDER / f"{name}.xml").read_text(encoding="utf-8") for name in names)
    return packet.replace("{conformance}", conformance)


def date_entries(summary: Summary, *keys: str) -> str:
    """Return the entries of a dictionary whose value is the date of the document; none if it has no date.

    The date is a PDF string object (ISO 32000-1, 7.9.4).
    """
    date = document_date(summary)
    if date is None:
        return ""
    stamp = date.strftime("(D:%Y%m%d000000Z)")
    return "".join(f"/{key}{stamp}" for key in keys)


def information(summary: Summary) -> bytes:
    """Return the document information dictionary, with the same values as the XMP packet."""
    texts = {
        "Title": summary.full_title,
        "Author": summary.metadata.author,
        "Subject": summary.metadata.subject,
        "Keywords": ", ".join(summary.metadata.keywords),
        "Creator": _PROGRAM,
        "Producer": _PROGRAM,
    }
    entries = "".join(f"/{key} {text_string(text)}" for key, text in texts.items() if text)
    dates = date_entries(summary, "CreationDate", "ModDate")
    return f"<<{entries}{dates}>>".encode("ascii")


def _xmp(summary: Summary, standard: PdfStandard) -> str:
    """Return the XMP packet (ISO 16684-1), without empty properties."""
    date = document_date(summary)
    stamp = date.strftime("%Y-%m-%dT00:00:00Z") if date else ""
    keywords = summary.metadata.keywords
    properties = [
        "<dc:format>application/pdf</dc:format>",
        _listed("dc:title", "Alt", [summary.full_title], ' xml:lang="x-default"'),
        _listed("dc:creator", "Seq", [summary.metadata.author]),
        _listed("dc:description", "Alt", [summary.metadata.subject], ' xml:lang="x-default"'),
        _listed("dc:language", "Bag", [summary.language]),
        _listed("dc:subject", "Bag", keywords),
        _plain("pdf:Keywords", ", ".join(keywords)),
        _plain("pdf:Producer", _PROGRAM),
        _plain("xmp:CreatorTool", _PROGRAM),
        _plain("xmp:CreateDate", stamp),
        _plain("xmp:ModifyDate", stamp),
    ]
    return _packet(standard).format(properties="\n".join(filter(None, properties)))


def _plain(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>" if text else ""


def _listed(name: str, kind: str, texts: Iterable[str], attribute: str = "") -> str:
    """Return a property whose value is an XMP array of texts; empty if there is no text."""
    entries = "".join(f"<rdf:li{attribute}>{escape(text, quote=False)}</rdf:li>" for text in texts if text)
    return f"<{name}><rdf:{kind}>{entries}</rdf:{kind}></{name}>" if entries else ""
