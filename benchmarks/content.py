"""Summaries as plain data for the templates of other tools."""

from typing import Any

from ucap_reports.summary.summary_model import Summary
from ucap_reports.text.rich_text import Break, Inline, ItemList, Marker, Paragraph, RichText, Script

Data = dict[str, Any]


def summary_data(summary: Summary) -> Data:
    """All visible content of the summary, as JSON values."""
    contact = summary.contact
    return {
        "title": summary.title,
        "language": summary.language,
        "author": summary.metadata.author,
        "column_label": summary.column_label.text,
        "columns": list(summary.columns),
        "rows": [
            {"label": blocks(row.label), "shared": row.shared, "cells": [blocks(cell) for cell in row.cells]}
            for row in summary.rows
        ],
        "lead": contact.lead,
        "office": contact.office,
        "email": contact.email,
        "labels": [{"language": label.language, "text": label.text} for label in summary.programme_label],
    }


def blocks(text: RichText) -> list[Data]:
    """Return the paragraphs and lists of a rich text."""
    return [_block(block) for block in text.blocks]


def _block(block: Paragraph | ItemList) -> Data:
    if isinstance(block, Paragraph):
        return {"runs": [_run(inline) for inline in block.inlines]}
    return {"marker": _marker(block.marker), "items": [[_block(each) for each in item.blocks] for item in block.items]}


def _marker(marker: Marker) -> str:
    return {Marker.NONE: "", Marker.NUMBER: "1."}.get(marker, "→")


def _run(inline: Inline) -> Data:
    if isinstance(inline, Break):
        return {"text": "\n"}
    styles = {"bold": inline.bold, "italic": inline.italic, "underline": inline.underline}
    scripts = {Script.SUBSCRIPT: "sub", Script.SUPERSCRIPT: "super"}
    return {
        "text": inline.text,
        "link": inline.link or "",
        "script": scripts.get(inline.script, ""),
        **styles,
    }
