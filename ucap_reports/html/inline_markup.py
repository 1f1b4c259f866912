"""Rich text as HTML: the runs of a paragraph with their links, and values of several paragraphs and lists."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import is_wide
from ucap_reports.page.page_tree import Content, PageNumber, content_text
from ucap_reports.summary.summary_model import Contact
from ucap_reports.text.bidi_levels import left_to_right_parts
from ucap_reports.text.language_tags import is_right_to_left, tag_in_documents
from ucap_reports.text.letter_spacing import divided_by_spacing, keeps_letters_together
from ucap_reports.text.links import link_address
from ucap_reports.text.rich_text import Break, Inline, ItemList, Marker, Paragraph, RichText, Run, Script
from ucap_reports.text.unbreakable_words import WHOLE_WORD, may_have_whole_words

LINE_BREAK = "<br>"
_PRINTED = (Run, Break)
"""The inlines that have text or a line break."""
_NOT_HTML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that a page cannot contain (HTML, 13.2.3.5: controls, surrogates and noncharacters)."""
_LINE_END = re.compile(r"\r\n?|\n")
_LONG_ADDRESS = 26
"""Characters of an address that does not fit in a line of a phone."""
_DASH = " \N{EN DASH}"
"""A dash between words, with the space before it."""
_PART_OF_ADDRESS = re.compile(r"[^/.@_?&=-]*[/.@_?&=-]*")
"""A part of an address with the sign at its end, after which a line may begin."""
_LISTS = {
    Marker.BULLET: '<ul class="bullets">',
    Marker.ARROW: '<ul class="arrows">',
    Marker.NONE: '<ul class="lines">',
}


_SEPARATOR = re.compile(
    r"""
    ( \s* [\u00b7\u2022\u30fb|] \s*                         # a dot in the middle, or a line
    | [,;\uff0c\uff1b] \s+                                  # a comma or semicolon
    | \s+ [\u2013\u2014-] \s+                               # a dash between spaces
    | \t \s*
    | \s{2,}
    )
    """,
    re.VERBOSE,
)
"""What separates parts of a line."""


class RunLook(Struct, frozen=True):
    """How runs are written: with names such as U-CAP as elements, the direction of the text around them, and, in text
    with letter spacing, the class of words without it.
    """

    whole_words: bool
    right_to_left: bool
    unspaced: str = ""


def text_markup(text: str) -> str:
    """Return a text for an attribute or an element, escaped."""
    if not text.isprintable():
        text = _NOT_HTML.sub("\ufffd", _LINE_END.sub("\n", text))
    # Few texts have one of these characters, and `escape` would search for each and copy the text.
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        return escape(text)
    return text


def rich_markup(value: RichText, language: str) -> str:
    """Return the blocks of a text in a page of that language. A single paragraph has no element of its own."""
    match value.blocks:
        case (Paragraph(inlines),):
            return inline_markup(inlines, language)
        case blocks:
            return "".join(_blocks(blocks, language))


def without_page_numbers(content: Content) -> Content:
    """Return the content of a paragraph without page numbers and the words beside them, such as "Page" and "of".

    These are the parts with page numbers between separators, as in "My office · Page 1 of 2", with the separator before
    them, or after the first part.
    """
    kept: list[Inline] = []
    part: list[Inline] = []
    separator: Inline | None = None
    has_number = False
    for inline in (*_divided_at_separators(content), None):
        if isinstance(inline, PageNumber):
            has_number = True
        elif inline is None or isinstance(inline, Break) or _SEPARATOR.fullmatch(inline.text):
            has_words = any(isinstance(part_inline, Run) and part_inline.text.strip() for part_inline in part)
            if has_words and not has_number:
                if kept and separator is not None:
                    kept.append(separator)
                kept += part
            part = []
            has_number = False
            separator = inline
        else:
            part.append(inline)
    return tuple(kept)


def _divided_at_separators(content: Content) -> Iterator[Inline | PageNumber]:
    """Yield the inlines; runs with separators are divided at these."""
    for inline in content:
        if isinstance(inline, Run):
            for text in _SEPARATOR.split(inline.text):
                if text:
                    yield replace(inline, text=text)
        else:
            yield inline


def inline_markup(content: Content, language: str, *, whole_words: bool = False, unspaced: str = "") -> str:
    """Return the runs of a paragraph in a text of that language, without page numbers.

    Adjacent runs in the same language, or with the same link, share an element. With `whole_words`, words that no line
    breaks are elements. In text with letter spacing, `unspaced` is the class of words whose letters keep their places.
    """
    inlines = [inline for inline in content if isinstance(inline, _PRINTED)]
    if unspaced:
        inlines = list(divided_by_spacing(inlines))
    if not _has_languages(inlines):
        return _links(inlines, RunLook(whole_words, is_right_to_left(language), unspaced))
    written = []
    for tag, group in groupby(inlines, partial(_foreign_language, around=language)):
        look = RunLook(whole_words, is_right_to_left(tag or language), unspaced)
        markup = _links(group, look)
        if tag is not None:
            markup = f"<span{language_attributes(tag, language)}>{markup}</span>"
        written.append(markup)
    return "".join(written)


class PhoneLink:
    """The link with which phones dial the number of the contact. A paragraph that is the number, and nothing else, has
    it, unless it has a link already.
    """

    def __init__(self, contact: Contact) -> None:
        self._number = contact.phone
        self._address = contact.phone_link
        self._start = text_markup(contact.phone[:1])

    def linked(self, markup: str, content: Content) -> str:
        """Return the markup of a paragraph with this content, as a link if it is the number."""
        if not self._address or self._start not in markup:  # most texts are not joined to compare them
            return markup
        has_links = any(isinstance(inline, Run) and inline.link for inline in content)
        if has_links or content_text(content).strip() != self._number:
            return markup
        return f'<a href="{self._address}">{markup}</a>'


def language_attributes(tag: str, around: str) -> str:
    """Return the `lang` of a text that is in a text in the language `around`, and its `dir` if that is different."""
    if tag == around:
        return ""
    tag = tag_in_documents(tag)
    if tag == tag_in_documents(around):
        return ""
    direction = ""
    right_to_left = is_right_to_left(tag)
    if right_to_left != is_right_to_left(around):
        direction = ' dir="rtl"' if right_to_left else ' dir="ltr"'
    return f' lang="{text_markup(tag)}"{direction}'


def language_of_content(content: Content, around: str) -> str:
    """Return the language of a paragraph in a text in the language `around`: that of all its runs, if they share one.

    Breaks and spaces have none.
    """
    if not _has_languages(content):
        return around
    languages = {run.language or around for run in content if isinstance(run, Run) and run.text.strip()}
    return languages.pop() if len(languages) == 1 else around


def _has_languages(content: Iterable[Inline | PageNumber]) -> bool:
    """Return whether a run has a language of its own, as few have."""
    for inline in content:
        if isinstance(inline, Run) and inline.language:
            return True
    return False


def _blocks(blocks: Iterable[Paragraph | ItemList], language: str) -> Iterator[str]:
    """Yield paragraphs and lists as elements."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield f"<p>{inline_markup(block.inlines, language)}</p>"
        else:
            yield from _list(block, language)


def _list(block: ItemList, language: str) -> Iterator[str]:
    is_numbered = block.marker is Marker.NUMBER
    start = f' start="{block.start}"' if block.start != 1 else ""
    yield f"<ol{start}>" if is_numbered else _LISTS[block.marker]
    for item in block.items:
        yield f"<li>{rich_markup(RichText(item.blocks), language)}</li>"
    yield "</ol>" if is_numbered else "</ul>"


def _foreign_language(inline: Inline, around: str) -> str | None:
    """Return the language of a run; None for that of the text around it, such as for a line break."""
    if not isinstance(inline, Run) or not inline.language:
        return None
    tag = tag_in_documents(inline.language)
    if tag == tag_in_documents(around):
        return None
    return tag


def _isolated(text: str) -> str:
    """Return a text from right to left with its phone numbers and addresses, which are written from left to right."""
    written: list[str] = []
    position = 0
    for start, end in left_to_right_parts(text):
        written.append(text_markup(text[position:start]))
        written.append(f'<bdi dir="ltr">{text_markup(text[start:end])}</bdi>')
        position = end
    written.append(text_markup(text[position:]))
    return "".join(written)


def _links(inlines: Iterable[Inline], look: RunLook) -> str:
    """Return runs, of which adjacent ones with the same link share an element."""
    written: list[str] = []
    link: str | None = None
    for inline in inlines:
        link_before = link
        link = inline.link if isinstance(inline, Run) else None
        if link != link_before:
            if link_before:
                written.append("</a>")
            if link:
                written.append(f'<a href="{text_markup(link)}">')
        written.append(_run(inline, look) if isinstance(inline, Run) else LINE_BREAK)
    if link:
        written.append("</a>")
    return "".join(written)


def _is_divisible_address(text: str) -> bool:
    """Return whether a text is an address in which browsers would begin a line: after a hyphen, or if it is long."""
    return ("-" in text or len(text) >= _LONG_ADDRESS) and link_address(text) is not None


def _address(address: str, look: RunLook) -> str:
    """Return an address as a whole word, or a long one with the places where a line may begin."""
    if len(address) < _LONG_ADDRESS:
        written = text_markup(address)
        if look.whole_words:
            return f'<span class="_whole">{written}</span>'
        return written
    parts = [text_markup(part) for part in _PART_OF_ADDRESS.findall(address) if part]
    return "<wbr>".join(parts)


def _whole_word(match: re.Match[str]) -> str:
    """Return a word that no line breaks. One of wide characters is broken where it is wider than its line."""
    text = match[0]
    word = text.removesuffix(_DASH)
    if not any(map(is_wide, word)):
        return f'<span class="_whole">{text}</span>'
    dash = f'<span class="_whole">{_DASH}</span>' if word != text else ""
    return f'<span class="_word">{word}</span>{dash}'


def _run(run: Run, look: RunLook) -> str:
    """Return the text of a run, in the elements of its formats."""
    if run.link and _is_divisible_address(run.text):
        markup = _address(run.text, look)
        if look.right_to_left:
            markup = f'<bdi dir="ltr">{markup}</bdi>'
    elif look.right_to_left:
        markup = _isolated(run.text)
    else:
        markup = text_markup(run.text)
    markup = markup.replace("\n", LINE_BREAK)
    if look.whole_words and may_have_whole_words(markup):
        markup = WHOLE_WORD.sub(_whole_word, markup)
    if look.unspaced and keeps_letters_together(run.text):
        markup = f'<span class="{look.unspaced}">{markup}</span>'
    if not (run.bold or run.italic or run.underline) and run.script is Script.NORMAL:
        return markup
    formats = (
        ("sub", run.script is Script.SUBSCRIPT),
        ("sup", run.script is Script.SUPERSCRIPT),
        ("u", run.underline),
        ("em", run.italic),
        ("strong", run.bold),
    )
    for element, applies in formats:
        if applies:
            markup = f"<{element}>{markup}</{element}>"
    return markup
