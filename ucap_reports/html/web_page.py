"""Reads a filled web template, checks every element and attribute, and writes the page."""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any

from lxml import etree

from ucap_reports.html import web_elements
from ucap_reports.html.emblem_svg import emblem_svg
from ucap_reports.html.page_colours import theme_css
from ucap_reports.html.structured_data import structured_data
from ucap_reports.html.web_template import WebXml
from ucap_reports.problems import Problem, did_you_mean, problem
from ucap_reports.summary.summary import Summary
from ucap_reports.template.markup.prepared_template import MARK, nearest_mark
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import LANGUAGE

Element = Any
"""An element of lxml, which has no public name for their class."""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S+|#[\w.-]*|[\w.-]+(?:#[\w.-]*)?", re.IGNORECASE)
"""Web, mail and phone addresses, a place on the page, or a file beside it."""
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8": "image/jpeg"}
_BLANK_LINES = re.compile(r"(?<!\s)\s*\n\s*")
REQUIRED = ("head", "body", "title", "main", "h1")
"""Elements that every page has: by the last three, screen readers find the title and the content."""


def attempt_web_page(filled: WebXml, summary: Summary, pack: Pack) -> tuple[str, list[Problem]]:
    """The page as far as it can be read, and all problems of the template, at its own lines."""
    try:
        root = etree.fromstring(filled.text.encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        from ucap_reports.template.markup.malformed_xml import malformed_problem  # noqa: PLC0415 - few are malformed

        return "", [malformed_problem(filled, error)]
    page = _PageWriter(filled, summary, pack)
    return page.written(root), page.problems


class _PageWriter:
    """Writes one page and collects its problems. One that is found several times, as in a loop, is kept once."""

    def __init__(self, filled: WebXml, summary: Summary, pack: Pack) -> None:
        self._filled = filled
        self._summary = summary
        self._pack = pack
        self._heading_level = 0
        self._out: list[str] = ["<!doctype html>\n"]
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> list[Problem]:
        """All problems, in the order of the template."""
        return sorted(self._problems, key=lambda each: (each.location.line or 0, each.location.column or 0))

    def written(self, root: Element) -> str:
        """The page of that root element."""
        if root.tag != "html":
            self._report(root, problem("element-misplaced", form="html", element=root.tag))
            return ""
        for name in REQUIRED:
            if next(root.iter(name), None) is None:
                self._report(root, problem("element-missing", element=name))
        if not root.get("lang"):
            example = self._summary.language
            self._report(root, problem("attribute-missing", element="html", name="lang", example=example))
        self._element(root)
        return "".join([*self._out, "\n"])

    def _report(self, element: Element, found: Problem) -> None:
        mark = nearest_mark((element, *element.iterancestors()))
        self._problems[found.at(self._filled.location(mark))] = None

    def _element(self, element: Element) -> None:
        tag = element.tag
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self._attributes(element))
        if tag in web_elements.EMPTY and (len(element) or (element.text or "").strip()):
            self._report(element, problem("element-misplaced", form="empty", element=tag))
        if tag == "emblem":
            self._out.append(emblem_svg(element.get("alt")))
            return
        if tag in web_elements.HEADINGS:
            self._heading(element)
        self._out.append(f"<{tag}{attributes}>")
        if tag == "head":
            self._head(element)
        else:
            self._content(element)
        if tag not in web_elements.VOID:
            self._out.append(f"</{tag}>")

    def _head(self, element: Element) -> None:
        """Write the head of the template with what every page has: encoding, policy, viewport, theme and metadata."""
        data, theme = structured_data(self._summary), _theme_css(self._pack, bool(self._summary.all_pictures))
        styles = (theme, *(_css(style.text or "") for style in element.iterfind("style")))
        sources = f"style-src {' '.join(map(_source_hash, styles))}; script-src {_source_hash(data)}"
        policy = f"default-src 'none'; {sources}; img-src data:; base-uri 'none'; form-action 'none'"
        self._out += [
            '\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<style>{theme}</style>\n",
        ]
        self._content(element)
        self._out.append(f'<script type="application/ld+json">{data}</script>\n')

    def _heading(self, element: Element) -> None:
        level = int(element.tag[1])
        if level > self._heading_level + 1:
            self._report(element, problem("heading-skipped", element=element.tag, expected=self._heading_level + 1))
        self._heading_level = level

    def _content(self, element: Element) -> None:
        self._text(element, element.text or "")
        for child in element:
            self._child(element, child)
            self._text(element, child.tail or "")

    def _child(self, parent: Element, child: Element) -> None:
        known, name = web_elements.CONTENT[parent.tag], etree.QName(child).localname
        is_known = child.tag in web_elements.CONTENT
        if child.tag not in known:
            names = ", ".join(f"<{each}>" for each in sorted(known)) or "no elements"
            if is_known:
                found = problem("element-misplaced", form="parent", element=name, parent=parent.tag, known=names)
            else:
                hint = did_you_mean(name, web_elements.CONTENT)
                found = problem("element-unknown", hint=hint, element=name, parent=parent.tag, known=names)
            self._report(child, found)
        if is_known:
            self._element(child)

    def _text(self, element: Element, text: str) -> None:
        text = _css(text) if element.tag == "style" else escape(_BLANK_LINES.sub("\n", text), quote=False)
        self._out.append(text)

    def _attributes(self, element: Element) -> Iterator[tuple[str, str]]:
        """The valid attributes. Reports all others."""
        known = web_elements.ANYWHERE | web_elements.ATTRIBUTES.get(element.tag, frozenset())
        for name, value in element.items():
            if name == MARK:
                continue
            if name not in known and not name.startswith(web_elements.ANY_PREFIX):
                local, names = etree.QName(name).localname, ", ".join(sorted(known))
                hint = did_you_mean(local, sorted(known))
                found = problem("attribute-unknown", hint=hint, element=element.tag, name=local, known=names)
                self._report(element, found)
            elif (checked := self._value(element, name, value)) is not None:
                yield name, checked
        if element.tag == "img" and not (element.get("alt") or "").strip():
            self._report(element, problem("alt-missing", form="page", element="img"))

    def _value(self, element: Element, name: str, value: str) -> str | None:
        """The value of an attribute as it is written; None if it is invalid or says nothing."""
        values = web_elements.VALUES
        known = values.get(name) or values.get(f"{element.tag} {name}", (value,))
        if value not in known:
            names = " or ".join(f'"{each}"' for each in known)
            self._report(element, problem("attribute-invalid", name=name, known=names, value=value))
            return None
        match name:
            case "href" if not _ADDRESS.fullmatch(value):
                self._report(element, problem("link-invalid", address=value))
            case "lang" | "hreflang" if not LANGUAGE.fullmatch(value):
                self._report(element, problem("language-invalid", tag=value))
            case "src":
                return self._picture(element, value)
            case _:
                return value
        return None

    def _picture(self, element: Element, name: str) -> str | None:
        """A picture of the plan or of the pack as a data URL, so that the page needs no other file."""
        if (own := self._filled.pictures.get(name)) is not None:
            return _data_url(own.image.media_type, own.image.content)
        file = self._pack.files.get(name)
        if file is None:
            images = sorted(known for known in self._pack.files if known.startswith("images/"))
            self._report(element, problem("image-missing", hint=did_you_mean(name, images), name=name))
            return None
        for start, kind in _SIGNATURES.items():
            if file.content.startswith(start):
                return _data_url(kind, file.content)
        self._report(element, problem("image-invalid", form="web", name=name))
        return None


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


@lru_cache(maxsize=16)
def _theme_css(pack: Pack, pictures: bool) -> str:  # noqa: FBT001 - part of the cache's key
    return theme_css(pack.theme, pictures=pictures)


def _css(text: str) -> str:
    """The style sheet, without the characters that would end its element."""
    return text.strip().replace("</", "<\\/")


def _source_hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"
