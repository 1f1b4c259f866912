"""Conversion of tokens to rich text, with a problem for each that plans may not have."""

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.text.language_tags import LANGUAGE
from ucap_reports.text.links import MAIL, explicit_address
from ucap_reports.text.markup_lexer import HtmlTag, PlacedToken, read_tag, tokens
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.rich_text_builder import ELEMENTS, RichTextBuilder

_ELEMENTS = {"paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "link": "a"}
"""HTML elements by the names that markdown-it has for them, if these are different."""
_FORBIDDEN = {
    "heading_open": ("a heading", "write \\# for a literal # at the start of a line, and no --- or === below a line"),
    "blockquote_open": ("a block quote", "write \\> for a literal > at the start of a line"),
    "hr": ("a horizontal line", "leave an empty line between two paragraphs"),
    "fence": ("a code block", "write \\``` for literal ``` at the start of a line"),
    "table_open": ("a table", "write a list"),
    "definition": ("a link definition", "write [text](address) where the link belongs"),
    "code_inline": ("code", "write \\` for a literal `"),
    "image": ("an image", "remove it; images belong in the template pack"),
}
_ATTRIBUTES = {"a": "href", "span": "lang"}
_LONGEST_SHOWN = 40
"""The most characters of a tag that a message shows."""


def read(text: str) -> tuple[RichText, list[Problem]]:
    """The rich text of a text, and everything in it that is not allowed, at its line and column in the text."""
    reader = _MarkupReader()
    for placed in tokens(text):
        reader.read_token(placed)
    return reader.builder.result(), reader.builder.problems


class _MarkupReader:
    """Passes tokens on to a builder."""

    def __init__(self) -> None:
        self.builder = RichTextBuilder()
        self._refused: list[str] = []
        """Open elements that are not allowed; their end tags are not reported as well."""

    def read_token(self, placed: PlacedToken) -> None:
        """Add one token to the rich text, or report it."""
        token, place = placed.token, placed.place
        match token.type:
            case "text" | "text_special":
                self.builder.text(token.content, place, fold=placed.in_html)
            case "softbreak":
                self.builder.soft_break()
            case "hardbreak":
                self.builder.hard_break(place)
            case "html_inline":
                self._read_tag(token.content, place)
            case "link_open":
                self._open_link(str(token.attrs.get("href", "")), place)
            case type_ if type_ in _FORBIDDEN:
                markup, hint = _FORBIDDEN[type_]
                self._report(problem("markup-forbidden", place, markup=markup, hint=hint))
            case type_:
                name, _, side = type_.rpartition("_")
                element = _ELEMENTS.get(name, name)
                if side == "open" and element in ELEMENTS:
                    self.builder.open(element, place, int(token.attrs.get("start", 1)))
                elif side == "close" and element in ELEMENTS:
                    self.builder.close(element, place)

    def _report(self, found: Problem) -> None:
        self.builder.problems.append(found)

    def _open_link(self, written: str, place: Location) -> None:
        address = explicit_address(written)
        if address is None:
            hint = f"write mailto:{written}" if MAIL.fullmatch(written) else None
            self._report(problem("link-forbidden", place, address=written, hint=hint))
        self.builder.open_inline("a", place, link=address)

    def _read_tag(self, written: str, place: Location) -> None:
        tag = read_tag(written)
        if tag is None or tag.name not in {*ELEMENTS, "br"}:
            self._refuse(written, tag, place)
        elif tag.closing and tag.name != "br":
            self.builder.close(tag.name, place)
        else:
            self._check_attributes(tag, place)
            self._open(tag, place)

    def _refuse(self, written: str, tag: HtmlTag | None, place: Location) -> None:
        if tag is not None and tag.closing and tag.name in self._refused:
            self._refused.remove(tag.name)
            return
        if tag is not None and not tag.closing:
            self._refused.append(tag.name)
        shown = written if len(written) <= _LONGEST_SHOWN else f"{written[: _LONGEST_SHOWN - 1]}…"
        self._report(problem("html-forbidden", place, tag=shown))

    def _open(self, tag: HtmlTag, place: Location) -> None:
        match tag.name:
            case "br":
                self.builder.hard_break(place)
            case "a" if "href" in tag.attributes:
                self._open_link(tag.attributes["href"].strip(), place)
            case "span":
                self.builder.open_inline("span", place, language=self._language(tag, place))
            case name:
                self.builder.open(name, place)

    def _language(self, tag: HtmlTag, place: Location) -> str | None:
        language = tag.attributes.get("lang")
        if language is not None and not LANGUAGE.fullmatch(language):
            self._report(problem("language-invalid", place, tag=language))
        return language

    def _check_attributes(self, tag: HtmlTag, place: Location) -> None:
        """Report every attribute but `href` of `<a>` and `lang` of `<span>`, and these two if they are missing."""
        required = _ATTRIBUTES.get(tag.name)
        right = f'<{tag.name} {required}="…">' if required else f"<{tag.name}>"
        if required is not None and required not in tag.attributes:
            self._report(problem("html-attribute", place, form="missing", tag=tag.name, name=required, right=right))
        for name in tag.attributes:
            if name != required:
                self._report(problem("html-attribute", place, form="forbidden", tag=tag.name, name=name, right=right))
