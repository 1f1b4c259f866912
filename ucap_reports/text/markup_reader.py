"""Tokens to rich text: what each may be, and what is said of those that may not stand in a plan."""

import re

from ucap_reports.problems import Location, Problem
from ucap_reports.text.links import link_target
from ucap_reports.text.markup_lexer import HtmlTag, PlacedToken, read_tag, tokens
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.rich_text_builder import BLOCKS, STYLES, RichTextBuilder

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The shape of a BCP 47 tag, such as `zh-CN`."""
_BLOCKS = {"paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li"}
_INLINES = {"strong": "strong", "em": "em"}
_FORBIDDEN = {
    "heading_open": ("a heading", "a line is no heading when it begins with \\# and no line of --- or === is below it"),
    "blockquote_open": ("a block quote", "write \\> for a > at the beginning of a line"),
    "hr": ("a line across the page", "leave an empty line between two paragraphs"),
    "fence": ("a block of code", "write \\``` for ``` at the beginning of a line"),
    "table_open": ("a table", "write a list"),
    "definition": ("a definition of a link", "write [text](address) where the link is wanted"),
    "code_inline": ("code", "write \\` for a ` that is to be printed"),
    "image": ("an image", "images belong to the template pack"),
}
_ATTRIBUTES = {"a": "href", "span": "lang"}
_ALLOWED_TAGS = ", ".join(
    f"<{name}>" for name in ("u", "b", "i", "sub", "sup", "br", "a href", "span lang", "p", "ul", "ol", "li")
)


def read(text: str) -> tuple[RichText, list[Problem]]:
    """The rich text of a text, and everything that may not stand in it, at its line and column in the text."""
    reader = _MarkupReader()
    for placed in tokens(text):
        reader.take(placed)
    return reader.builder.result(), reader.builder.problems


class _MarkupReader:
    """Tells the builder what the tokens mean."""

    def __init__(self) -> None:
        self.builder = RichTextBuilder()
        self._refused: list[str] = []
        """Elements that are open and not allowed, whose end is no second problem."""

    def take(self, placed: PlacedToken) -> None:
        """Say one token to the builder."""
        token, place = placed.token, placed.place
        match token.type:
            case "text" | "text_special":
                self.builder.text(token.content, place, fold=placed.in_html)
            case "softbreak":
                self.builder.soft_break()
            case "hardbreak":
                self.builder.hard_break(place)
            case "html_inline":
                self._tag(token.content, place)
            case "link_open":
                self._link(str(token.attrs.get("href", "")), place)
            case "link_close":
                self.builder.close("a", place)
            case type_ if type_ in _FORBIDDEN:
                what, hint = _FORBIDDEN[type_]
                self.builder.report(place, "markup-forbidden", f"{what} is not allowed here", hint)
            case type_:
                self._element(type_, int(token.attrs.get("start", 1)), place)

    def _element(self, type_: str, start: int, place: Location) -> None:
        """What Markdown opens and closes; the parts of what has been refused are nothing of their own."""
        name, _, side = type_.rpartition("_")
        if name in _BLOCKS and side == "open":
            self.builder.open(_BLOCKS[name], place, start)
        elif name in _BLOCKS:
            self.builder.close(_BLOCKS[name], place)
        elif name in _INLINES and side == "open":
            self.builder.begin(_INLINES[name], place)
        elif name in _INLINES:
            self.builder.close(_INLINES[name], place)

    def _link(self, written: str, place: Location) -> None:
        target = link_target(written)
        if target.address is None:
            self.builder.report(place, "link-forbidden", f'"{written}" is no address to link to', target.hint)
        self.builder.begin("a", place, link=target.address)

    def _tag(self, written: str, place: Location) -> None:
        tag = read_tag(written)
        if tag is None or tag.name not in {*STYLES, *BLOCKS, "br"}:
            self._refuse(written, tag, place)
        elif tag.name == "br":
            self._check_attributes(tag, place)
            self.builder.hard_break(place)
        elif tag.closing:
            self.builder.close(tag.name, place)
        else:
            self._open(tag, place)

    def _refuse(self, written: str, tag: HtmlTag | None, place: Location) -> None:
        if tag is not None and tag.closing and tag.name in self._refused:
            self._refused.remove(tag.name)
            return
        if tag is not None and not tag.closing:
            self._refused.append(tag.name)
        shown = written if len(written) <= 40 else f"{written[:39]}…"  # noqa: PLR2004 - what a line holds
        hint = f"allowed are {_ALLOWED_TAGS}; write &lt; for a < that is to be printed"
        self.builder.report(place, "html-forbidden", f"{shown} is not allowed here", hint)

    def _open(self, tag: HtmlTag, place: Location) -> None:
        self._check_attributes(tag, place)
        if tag.name in BLOCKS:
            self.builder.open(tag.name, place)
        elif tag.name == "a" and "href" in tag.attributes:
            self._link(tag.attributes["href"].strip(), place)
        else:
            self.builder.begin(tag.name, place, language=self._language(tag, place))

    def _language(self, tag: HtmlTag, place: Location) -> str | None:
        language = tag.attributes.get("lang") if tag.name == "span" else None
        if language is not None and not LANGUAGE.fullmatch(language):
            hint = 'write a tag such as "zh-CN"'
            self.builder.report(place, "language-invalid", f'"{language}" is no language', hint)
        return language

    def _check_attributes(self, tag: HtmlTag, place: Location) -> None:
        """Only `href` on `<a>` and `lang` on `<span>`, which must have them."""
        wanted = _ATTRIBUTES.get(tag.name)
        if wanted is not None and wanted not in tag.attributes:
            self.builder.report(
                place, "html-attribute", f"<{tag.name}> has no {wanted}", f'write <{tag.name} {wanted}="…">'
            )
        for name in tag.attributes:
            if name != wanted:
                hint = f"write <{tag.name}>" if wanted is None else f'write <{tag.name} {wanted}="…">'
                self.builder.report(
                    place, "html-attribute", f"the attribute {name} is not allowed on <{tag.name}>", hint
                )
