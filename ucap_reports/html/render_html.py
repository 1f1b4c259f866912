"""From a summary or a book and a pack to a web page: fill the page template, read the page, write it as HTML."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from ucap_reports.html.block_markup import BlockWriter
from ucap_reports.html.inline_markup import inline_markup, language_attributes, text_markup
from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.html.theme_style_sheet import PageStyles, font_rules
from ucap_reports.page.fitted_scale import PlanPage, plan_page
from ucap_reports.page.page_tree import PageTree
from ucap_reports.page.read_book import NO_PAGES, BookPages, book_tree
from ucap_reports.problems import raise_found
from ucap_reports.summary.compose_book import BookContent
from ucap_reports.summary.document_formats_and_pdf_standards import DRAFT, Document, Format
from ucap_reports.summary.schema_org import CONTEXT, report_record
from ucap_reports.summary.summary_model import Summary, Version
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left, language_of
from ucap_reports.text.letter_spacing import keeps_letters_together
from ucap_reports.text.rich_text import Run


def render_html(summary: Summary, pack: Pack, *, page: PlanPage | None = None) -> Document:
    """Return the summary as a web page: one HTML file that needs no other file and no script.

    Args:
        summary: The summary. The page links to its `versions`.
        pack: The template pack, whose page template is filled, and whose `summary.css` is in the page if it has one.
        page: The page of the summary in this pack, if another format needed it before.

    Raises:
        ProblemsFound: With all errors of the page template and of the style sheet.
    """
    page = page or plan_page(summary, pack)
    page.raise_width_problems()
    own_style_sheet, problems = pack_style_sheet(page.pack)
    raise_found(problems)
    is_one_page = page.extent.pages == 1
    markup, widths = write_web_page(page.tree, summary, page.pack, own_style_sheet, is_one_page=is_one_page)
    return Document(summary.id, Format.HTML, markup, pictures=widths, warnings=page.warnings)


def render_book_html(content: BookContent, pack: Pack, plan_pages: Mapping[str, str] = NO_PAGES) -> Document:
    """Return a book as one web page with links from its contents.

    Args:
        content: The book.
        pack: The pack of books (`Pack.for_book`), whose page template is filled.
        plan_pages: The titles of plans that have pages of their own beside this one, by their ids.

    Raises:
        ProblemsFound: With the errors of the page template.
    """
    summary = content.summary
    tree = book_tree(BookPages(content, pack), plan_pages)
    markup, widths = write_web_page(tree, summary, pack)
    return Document(summary.id, Format.HTML, markup, pictures=widths)


# The page
_ESCAPED = "<>&\u2028\u2029"
"""Characters of linked data that are escaped: no text of a summary can end its element or begin a comment in it (HTML,
4.12.1.3).
"""


def write_web_page(
    tree: PageTree, summary: Summary, pack: Pack, own_style_sheet: str = "", *, is_one_page: bool = False
) -> tuple[bytes, Mapping[str, float]]:
    """Return the web page of a page tree as a file, and the widths of its pictures in points by their fields.

    Args:
        tree: The page tree.
        summary: The summary; the page links to its `versions`.
        pack: The pack in whose theme the page is.
        own_style_sheet: The style sheet of the pack, whose rules come after those of the theme.
        is_one_page: Whether the document is one page of paper.
    """
    sheet = PageStyles(tree, pack.theme, is_one_page=is_one_page)
    writer = BlockWriter(sheet, pack.theme, summary.contact, tree)
    page_header = writer.margin(tree.header_of(1))
    header = _draft(summary, tree.language, sheet) + _links(summary, tree.language) + page_header
    body = pack.theme.style("body")
    if summary.watermark:
        writer.texts[body.font, True, False].append(summary.watermark)
    writer.texts[body.font, body.bold, body.italic] += [version.text for version in summary.versions]
    main = writer.main(tree.body)
    footer = writer.margin(tree.footer)
    styles = [sheet.text(font_rules(pack, writer.texts))]
    if own_style_sheet.strip():
        styles.append(own_style_sheet.strip().replace("</", "<\\/").encode())
    direction = "rtl" if is_right_to_left(tree.language) else "ltr"
    # The parts are encoded one by one, since most of them are ASCII, and the fonts are large.
    parts = [
        b"<!doctype html>",
        f'<html lang="{tree.language}" dir="{direction}">'.encode(),
        *_head(summary, styles),
        b"<body>",
        f"<header>{header}</header>".encode() if header else b"",
        b"<main>",
        main,
        b"</main>",
        f"<footer>{footer}</footer>".encode() if footer else b"",
        b"</body>\n</html>\n",
    ]
    kept = [part for part in parts if part or part is main]
    return b"\n".join(kept), writer.picture_widths


def _head(summary: Summary, styles: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the lines of the head of the page."""
    data = _structured_data(summary).encode()
    style_sources = " ".join(map(_source_hash, styles))
    sources = f"style-src {style_sources}; script-src {_source_hash(data)}"
    policy = f"default-src 'none'; {sources}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    lines = [
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text_markup(summary.full_title)}</title>",
        f'<meta name="description" content="{text_markup(summary.metadata.subject)}">',
    ]
    if summary.status == DRAFT:
        lines.append('<meta name="robots" content="noindex">')
    lines += [_alternate(version) for version in summary.versions]
    yield "\n".join(lines).encode()
    for style in styles:
        yield b"<style>" + style + b"</style>"
    yield b'<script type="application/ld+json">' + data + b"</script>"
    yield b"</head>"


def _alternate(version: Version) -> str:
    return f'<link rel="alternate" {_target(version)}>'


def _target(version: Version) -> str:
    """Return the attributes of a link to another document."""
    file_name = text_markup(version.file_name)
    language = text_markup(version.language)
    media_type = text_markup(version.media_type)
    return f'href="{file_name}" hreflang="{language}" type="{media_type}"'


def _links(summary: Summary, language: str) -> str:
    """Return the links to the other documents of the plan."""
    written = []
    for version in summary.versions:
        text = inline_markup((Run(version.text, language=version.language),), language)
        written.append(f"<li><a {_target(version)}>{text}</a></li>")
    if not written:
        return ""
    return f'<nav aria-label="{text_markup(summary.full_title)}"><ul>{"".join(written)}</ul></nav>\n'


def _draft(summary: Summary, language: str, sheet: PageStyles) -> str:
    """Return the mark of a draft, which is a watermark on the pages of the other formats."""
    if not summary.watermark:
        return ""
    language_of_mark = "en"  # that of the status in the plan
    if summary.status_text:
        language_of_mark = language_of(summary.status_text) or summary.label_language
    attributes = language_attributes(language_of_mark, language)
    classes = "_draft"
    if keeps_letters_together(summary.watermark):
        classes += f" {sheet.unspaced()}"
    return f'<p class="{classes}"{attributes}>{text_markup(summary.watermark)}</p>\n'


def _source_hash(content: bytes) -> str:
    """Return the source of a style sheet or script in the page, as a policy names it."""
    digest = b64encode(sha256(content).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _structured_data(summary: Summary) -> str:
    """Return the summary as a schema.org `Report`, in JSON that is safe in a `script` element."""
    record = {"@context": CONTEXT} | report_record(summary)
    written = json.dumps(record, ensure_ascii=False)
    for character in _ESCAPED:  # `translate` looks up each character of a text that is not ASCII alone
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written
