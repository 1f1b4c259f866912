"""The stages from the text of a plan to its documents, in memory."""

from functools import cache
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import Document
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack
from ucap_reports.word.render_word import render_word

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "plans" / "tianjin-rome.yaml"
SHIPPED_PACKS = sorted(path.name for path in (ROOT / "templates").iterdir())


@cache
def shipped_pack(name: str = "iuc-asia") -> Pack:
    """A shipped pack, opened once per process."""
    return open_pack(name, [PackFolder(ROOT / "templates", "templates")])


def with_all_rows(pack: Pack) -> Pack:
    """The pack, which also prints the rows that are unknown in every column."""
    return replace(pack, settings=pack.settings.model_copy(update={"when_unknown": "show"}))


def summary_of(text: str, name: str = "example") -> Summary:
    """The summary of a plan file with this text."""
    return compose_summary(parse_plan(Source(f"plans/{name}.yaml", text)), shipped_pack())


@cache
def example_summary() -> Summary:
    """The summary of the shipped example, Tianjin and Rome."""
    return summary_of(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.stem)


def with_fields_of(pack: Pack, summary: Summary) -> Summary:
    """The summary with the custom fields that the pack declares, unknown as in the shipped example."""
    source = Source(f"plans/{EXAMPLE.name}", EXAMPLE.read_text(encoding="utf-8"))
    return replace(summary, custom=compose_summary(parse_plan(source, pack.fields), pack).custom)


def word_file(summary: Summary) -> bytes:
    """The summary as a Word file."""
    return render_word(summary, shipped_pack()).content


def pdf_file(summary: Summary) -> Document:
    """The summary as a PDF, with its number of pages."""
    return render_pdf(summary, shipped_pack())


def web_page(summary: Summary) -> bytes:
    """The summary as a web page."""
    return render_html(summary, shipped_pack()).content
