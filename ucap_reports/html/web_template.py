"""The template of the web page: the pack's `summary.html`, or the shipped one."""

import re
from collections.abc import Mapping
from functools import cache
from html.entities import html5
from importlib.resources import files

from ucap_reports.html.rich_markup import lines_markup, rich_markup, text_markup
from ucap_reports.html.web_elements import VOID
from ucap_reports.pictures.picture_facts import PictureFacts
from ucap_reports.problems import Problem
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.render_budget import Printable
from ucap_reports.template.markup.picture_references import picture_reference
from ucap_reports.template.markup.prepared_template import (
    NO_KIND,
    TEXT_KIND,
    FilledTemplate,
    PreparedTemplate,
    prepared_template,
)
from ucap_reports.template.pack import WEB_TEMPLATE, Pack, PackFile
from ucap_reports.text.foreign_text import language_of
from ucap_reports.text.rich_text import RichText

DOCTYPE = re.compile(r"\A\s*<!doctype html>", re.IGNORECASE)
_VOID_TAG = re.compile(rf"<({'|'.join(sorted(VOID))})\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)\s*/?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*;)")


@cache
def shipped_template() -> PackFile:
    """The template for packs without one of their own."""
    content = files("ucap_reports.html").joinpath(WEB_TEMPLATE).read_bytes()
    return PackFile(f"(shipped)/{WEB_TEMPLATE}", content)


def web_template(pack: Pack) -> PackFile:
    """The pack's template, or the shipped one."""
    return pack.files.get(WEB_TEMPLATE) or shipped_template()


class WebXml(FilledTemplate, frozen=True):
    """A filled web template, in which `<img src="…">` may refer to one of the `pictures`."""

    pictures: Mapping[str, PictureFacts]


def attempt_fill(
    template: PackFile, summary: Summary, prepared: PreparedTemplate | None = None
) -> tuple[WebXml, tuple[Problem, ...]]:
    """The template filled as far as possible (empty if filling stopped), as XML, and the problems of its tags.

    Raises ProblemsFound for a template that cannot be compiled, if it is not `prepared` yet.
    """
    prepared = prepared or prepared_template("web-template", template, DOCTYPE)
    pictures: dict[str, PictureFacts] = {}

    def place(value: Printable, kind: str) -> str:
        if isinstance(value, PictureFacts):
            return picture_reference(value, kind, pictures, '<img src="{{ picture }}" alt="{{ picture.alt }}">')
        return rich_markup(value, summary.language) if kind == TEXT_KIND else write(value.text, kind)

    def write(text: str, kind: str) -> str:
        if kind == NO_KIND:
            return ""
        is_title = text in {summary.title, summary.full_title}  # the element <title> has text only
        if kind == TEXT_KIND and language_of(text) is not None and not is_title:
            return rich_markup(RichText.plain(text), summary.language)
        return lines_markup(text) if kind == TEXT_KIND else text_markup(text)

    filled = prepared.compiled.attempt(summary, place, write)
    page = WebXml(_as_xml(filled.text or ""), template.path, prepared.start_tags, pictures)
    return page, filled.problems


def _as_xml(text: str) -> str:
    """The page with void elements closed, and with characters instead of the entities that only HTML has."""
    closed = _VOID_TAG.sub(r"<\1\2/>", text)
    return _ENTITY.sub(lambda found: html5.get(found[1], found[0]), closed)
