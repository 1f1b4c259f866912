"""The metadata of a PDF: its properties and its XMP packet."""

from io import BytesIO

import pikepdf
import pytest
from lxml import etree
from msgspec.structs import replace

from tests.make_srgb import PATH, srgb_profile
from tests.pdf_text import unpacked
from tests.tagged_page import DESCRIBED, tagged_page
from tests.verapdf import AssertConformant, failures
from ucap_reports.fonts.font_faces import family_source
from ucap_reports.pdf.text.glyphs_and_font_fallback import Typeface
from ucap_reports.summary.summary_model import Metadata, Summary

pytestmark = pytest.mark.no_cover

TEXT = "A European Union Programme 欧盟项目 (→ Málaga)"
WITHOUT_METADATA = replace(DESCRIBED, metadata=Metadata("", ""), updated=None)


def page(summary: Summary = DESCRIBED, text: str = TEXT) -> bytes:
    typeface = Typeface([family_source(name, bold=False, italic=False) for name in ("Arimo", "Noto Sans SC")])
    return tagged_page(typeface.runs(text), summary)


def opened(summary: Summary = DESCRIBED) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(page(summary)))


def xmp_texts(pdf: pikepdf.Pdf) -> dict[str, list[str]]:
    """The texts of each property of the packet, without namespaces."""
    root = etree.fromstring(pdf.Root.Metadata.read_bytes())
    return {
        etree.QName(element).localname: [str(text).strip() for text in element.itertext() if str(text).strip()]
        for description in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
        for element in description
    }


def test_documents_with_all_or_no_metadata_conform(assert_conformant: AssertConformant) -> None:
    assert_conformant(page(DESCRIBED))
    assert_conformant(page(WITHOUT_METADATA))


def test_verapdf_names_the_clause_that_a_document_violates() -> None:
    broken = unpacked(page()).replace(b"/DisplayDocTitle true", b"/DisplayDocTitle null")
    assert [failure.partition(":")[0] for failure in failures(broken, "PDFUA-1")] == ["PDFUA-1 7.1-10"]
    assert failures(broken, "PDFA-2A") == []


def test_properties_and_xmp_packet_have_the_same_values() -> None:
    with opened() as pdf:
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {
            "/Title": "U-CAP summary & <plan>: Tianjin – 罗马",
            "/Author": "IUC-ASIA",
            "/Subject": "Tianjin and Rome",
            "/Keywords": "SDG 11, mobility",
            "/Creator": "ucap-reports 0.1.0",
            "/Producer": "ucap-reports 0.1.0",
            "/CreationDate": "D:20180704000000Z",
            "/ModDate": "D:20180704000000Z",
        }
        packet = xmp_texts(pdf)
    assert packet["title"] == ["U-CAP summary & <plan>: Tianjin – 罗马"]
    assert packet["creator"] == ["IUC-ASIA"]
    assert packet["description"] == ["Tianjin and Rome"]
    assert packet["subject"] == ["SDG 11", "mobility"]
    assert packet["Keywords"] == ["SDG 11, mobility"]
    assert packet["language"] == ["en"]
    assert packet["CreatorTool"] == ["ucap-reports 0.1.0"]
    assert packet["Producer"] == ["ucap-reports 0.1.0"]
    assert packet["CreateDate"] == packet["ModifyDate"] == ["2018-07-04T00:00:00Z"]
    assert packet["part"] == ["1"]


def test_empty_metadata_and_an_unknown_date_are_omitted() -> None:
    with opened(WITHOUT_METADATA) as pdf:
        assert {"/Author", "/Subject", "/Keywords", "/CreationDate", "/ModDate"}.isdisjoint(pdf.docinfo.keys())
        assert {"creator", "description", "subject", "Keywords", "CreateDate", "ModifyDate"}.isdisjoint(xmp_texts(pdf))


def test_the_catalog_has_the_language_and_shows_the_title() -> None:
    with opened(replace(DESCRIBED, language="zh-Hans")) as pdf:
        assert str(pdf.Root.Lang) == "zh-Hans"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_the_colour_profile_is_the_output_of_its_script() -> None:
    stored = PATH.read_bytes()
    assert stored == srgb_profile()
    with opened() as pdf:
        intent = pdf.Root.OutputIntents[0]
        assert intent.DestOutputProfile.read_bytes() == stored


def test_the_identifier_depends_only_on_the_content() -> None:
    first, again, other = (opened(summary) for summary in (DESCRIBED, DESCRIBED, replace(DESCRIBED, title="Other")))
    assert bytes(first.trailer.ID[0]) == bytes(again.trailer.ID[0])
    assert bytes(first.trailer.ID[0]) != bytes(other.trailer.ID[0])
    text = pikepdf.open(BytesIO(page(text="Other words")))
    assert bytes(first.trailer.ID[0]) != bytes(text.trailer.ID[0])


def test_the_bytes_of_a_page_do_not_depend_on_those_written_before() -> None:
    first = page()
    page(text="Something else: Ελλάδα")
    assert page() == first
