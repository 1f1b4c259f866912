"""Word templates made from page templates: they pass the check, and print what the page template prints."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import ucap
from tests.drawings import LOGO as DRAWING
from tests.pages import pack_of
from tests.photos import photograph, saved
from tests.samples import EVERYTHING, row, seed_summary, shared, with_rows
from tests.selected_cases import crossed, every, mostly_long
from tests.stages import SHIPPED_PACKS, shipped_pack, with_fields_of
from tests.test_bilingual import project_of
from tests.word_templates import W, part
from tests.words import docx_paragraphs, docx_words
from ucap_reports import render
from ucap_reports.check.pack_check import check_pack
from ucap_reports.check.printed_content import LOGO
from ucap_reports.cli.command_output_and_exit_codes import Exit
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts, prepare_picture
from ucap_reports.summary.summary_model import Contact
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import PAGE_TEMPLATE, WORD_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import PackFolder, assemble, open_pack, read_layers, shipped_packs
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.file.word_styles import style_names
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render.pictures_shapes_and_watermark import LEAST_ABOVE_FOOT_BELOW_TEXT
from ucap_reports.word.render_word import render_word
from ucap_reports.word.writer.template_export import unfilled_page, word_template

pytestmark = pytest.mark.no_cover

SUMMARIES = {
    "the seed": seed_summary(),
    "nothing but a title": replace(seed_summary(), rows=(), contact=Contact(), programme_label=()),
    "many columns": with_rows(
        row("population", "Population:", *(f"{number} Mio" for number in range(5))),
        shared("activities", "Activities:", EVERYTHING),
        columns=tuple(f"City {number}" for number in range(5)),
    ),
    "a draft": replace(seed_summary(), status="draft", status_text="Draft"),
    "right to left": replace(seed_summary(), language="ar"),
}
OF_OFFICES = {"contact-missing", "labels-unconfirmed", "wording-unconfirmed"}
"""Codes about settings that offices confirm."""


def both_packs(name: str) -> tuple[Pack, Pack]:
    """A shipped pack with only its page template, and with the Word template that is made from it."""
    pack = shipped_pack(name)
    of_page = replace(pack, files={path: file for path, file in pack.files.items() if path != WORD_TEMPLATE})
    template = PackFile("templates/own/summary.docx", word_template(of_page))
    return of_page, replace(pack, files={**of_page.files, WORD_TEMPLATE: template})


@pytest.mark.parametrize(("name", "summary"), crossed(SHIPPED_PACKS, SUMMARIES))
def test_a_template_prints_the_words_that_the_page_template_prints(name: str, summary: str) -> None:
    of_page, with_template = both_packs(name)
    filled = with_fields_of(of_page, SUMMARIES[summary])
    words = docx_words(render_word(filled, of_page).content)
    assert docx_words(render_word(filled, with_template).content) == words


@pytest.mark.parametrize("name", mostly_long(SHIPPED_PACKS, {"modern"}))
def test_a_template_has_no_problems(name: str) -> None:
    opened = assemble(read_layers(name, [PackFolder(shipped_packs().path, "templates")]))
    _, with_template = both_packs(name)
    problems = check_pack(replace(opened, pack=with_template))
    assert {problem.code for problem in problems} <= OF_OFFICES | {problem.code for problem in check_pack(opened)}


@pytest.mark.parametrize("name", mostly_long(sorted({*SHIPPED_PACKS} - {"modern"}), {"iuc-asia"}))
def test_all_that_a_template_draws_has_the_colours_of_the_pack_that_has_it(tmp_path: Path, name: str) -> None:
    theme = shipped_pack(name).theme
    colours = {colour: f"0A{number:02X}3{number:X}" for number, colour in enumerate(theme.colours)}
    settings = tmp_path / "own" / "pack.yaml"
    settings.parent.mkdir()
    written = ", ".join(f'{colour}: "#{value}"' for colour, value in colours.items())
    settings.write_text(f"extends: {name}\ntheme: {{page: {{size: Letter}}, colours: {{{written}}}}}\n")
    (settings.parent / WORD_TEMPLATE).write_bytes(word_template(shipped_pack(name)))
    pack = open_pack("own", [PackFolder(tmp_path, "templates"), PackFolder(shipped_packs().path, "templates")])

    contents = read_package(render_word(with_fields_of(pack, seed_summary()), pack).content)

    drawn = "".join(contents[part].decode() for part in contents if re.match("word/(document|header|footer|num)", part))
    old = {colour.hex for colour in theme.colours.values()} - {"FFFFFF"}
    assert set(re.findall('w:(?:val|color|fill)="([0-9A-F]{6})"', drawn)) & old == set()


def test_short_rule_of_a_template_is_as_long_on_other_paper(tmp_path: Path) -> None:
    settings = tmp_path / "own" / "pack.yaml"
    settings.parent.mkdir()
    settings.write_text("extends: iuc-asia\ntheme: {page: {size: Letter}}\n")
    pack = open_pack("own", [PackFolder(tmp_path, "templates"), PackFolder(shipped_packs().path, "templates")])
    document = part(render_word(seed_summary(), pack).content, "word/document.xml")
    (rule,) = document.iterfind(f"{W}body/{W}p/{W}pPr/{W}pBdr")
    indent = next(rule.itersiblings(f"{W}ind")).get(f"{W}right")
    assert indent == str(Length(pack.theme.text_width - Length.mm(22)).twips)


@pytest.mark.parametrize("name", mostly_long(SHIPPED_PACKS, {"iuc-americas"}))
def test_a_template_has_the_styles_of_the_theme_also_if_the_pack_keeps_those_of_word(name: str) -> None:
    opened = assemble(read_layers(name, [PackFolder(shipped_packs().path, "templates")]))
    _, with_template = both_packs(name)
    settings = with_template.settings.model_copy(update={"word_styles": "keep"})
    problems = check_pack(replace(opened, pack=replace(with_template, settings=settings)))
    assert [problem.message for problem in problems if problem.code == "styles-differ"] == []


def test_a_template_is_without_the_place_for_the_logo_of_the_pack() -> None:
    package = read_package(word_template(shipped_pack("glance")))
    assert [name for name, content in package.items() if b"summary.logo" in content or b"band-below" in content] == []


def test_a_text_in_columns_has_as_many_as_on_a_page_with_all_rows() -> None:
    for name, counts in (("glance", ["1", "3", "1"]), ("modern", ["1", "2", "1"])):
        _, with_template = both_packs(name)
        document = part(render_word(with_fields_of(with_template, seed_summary()), with_template).content)
        assert [columns.get(f"{W}num") for columns in document.iter(f"{W}cols")] == counts


def test_columns_of_labels_begin_at_the_same_place_in_all_rows_of_a_template_in_two_languages(tmp_path: Path) -> None:
    pack = tmp_path / "templates" / "bilingual"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: bilingual\n", encoding="utf-8")
    (pack / WORD_TEMPLATE).write_bytes(word_template(shipped_pack("bilingual")))
    document = render(project_of(tmp_path, "zh", 2, full=True), formats="docx").docx
    table = next(table for table in part(document.content).iter(f"{W}tbl") if len(list(table.iter(f"{W}tr"))) > 4)
    starts = set()
    for line in table.iter(f"{W}tr"):
        widths = [int(width.get(f"{W}w") or 0) for width in line.iter(f"{W}tcW")]
        starts.add(sum(widths[: len(widths) // 2]))
    assert len({start // 4 for start in starts}) == 1, "apart from rounding"


def test_labels_of_a_template_in_two_languages_are_as_wide_as_on_the_page_without_a_translation() -> None:
    widths = []
    for pack in both_packs("bilingual"):
        content = render_word(with_fields_of(pack, seed_summary()), pack).content
        table = next(table for table in part(content).iter(f"{W}tbl") if len(list(table.iter(f"{W}tr"))) > 4)
        widths.append(int(next(table.iter(f"{W}tcW")).get(f"{W}w") or 0))
    assert abs(widths[0] - widths[1]) < 20, "apart from rounding"


@pytest.mark.parametrize(
    ("statements", "printed"),
    [
        ("{% if summary.logo %}<p>A</p>{% endif %}", []),
        ("{% if not summary.logo %}<p>A</p>{% endif %}", ["A"]),
        ("{% if summary.logo and summary.period %}<p>A</p>{% else %}<p>B</p>{% endif %}", ["B"]),
        ("{% if not summary.logo or summary.period %}<p>A</p>{% else %}<p>B</p>{% endif %}", ["A"]),
        ("{% if summary.logo.file %}<p>A</p>{% elif names %}<p>B</p>{% else %}<p>C</p>{% endif %}", ["B", "C"]),
        ("{% if summary.logo or summary.period %}<p>A</p>{% else %}<p>B</p>{% endif %}", ["A", "B"]),
        ("<p>{% if summary.logo %}A<b>A</b>{% else %}B{% endif %}C</p>", ["B", "C"]),
        ("<p>{% if summary.logo %}A{% endif %}B</p>", ["B"]),
        ("<p>{% if summary.logo %}A{% elif names %}B{% endif %}</p>", ["B"]),
        ("<p class=\"{{ 'kicker' if summary.logo else 'names' }}\">A</p>", ["A"]),
    ],
)
def test_a_template_has_the_branch_without_a_logo(statements: str, printed: list[str]) -> None:
    pack = shipped_pack("plain")
    template = PackFile(pack.page_template.path, f"<document>{statements}</document>".encode())
    own = replace(pack, files={**pack.files, PAGE_TEMPLATE: template})
    document = read_package(word_template(own))["word/document.xml"].decode()
    texts = "".join(re.findall("<w:t(?: [^>]*)?>([^<]*)</w:t>", document))
    printed_texts = re.sub("{[^}]*}", "", texts)
    assert [letter for letter in "ABC" if letter in printed_texts] == printed
    assert "logo" not in document


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Word {{ summary.status_text }}</h1>",
        "<p>Word <b>{{ summary.contact.phone }}</b>, {{ summary.status_text }} word</p>",
        "<p>{{ summary.as_of }} <b>word</b> <u>{{ summary.contact.phone }}</u></p>",
        "<table><tr><td>Word {{ summary.status_text }}</td><td>{{ summary.status_text }}</td></tr></table>",
        "<ul><li>Word {{ summary.contact.phone }}</li><li>{{ summary.contact.phone }}</li></ul>",
        "<div>Word {{ summary.contact.phone }}</div>",
        "{% if summary.contact.phone %}<p>Word {{ summary.contact.phone }}</p>{% endif %}",
        "<p>Word {% if summary.contact.phone %}({{ summary.contact.phone }}){% endif %}</p>",
        "<p lang='de'>{{ summary.names }} <b lang='fr'>{{ summary.title }}</b> {{ summary.names }}</p>",
        "<p lang='de'>{{ summary.title|language('fr') }}</p>",
        "<goal number='3'/><div><goal number='4'/></div>",
        "<div class='note'>{% if summary.status_text %}<div class='side'><p>a</p></div>{% else %}c{% endif %}</div>",
        "<p>{{ summary.title }} word {{ summary.contact.phone }}</p>",
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_template_prints_words_beside_values_that_may_be_empty(body: str, is_known: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    contact = Contact(office="Office", phone="+49 1") if is_known else Contact()
    status = "Draft" if is_known else ""
    summary = replace(seed_summary(), contact=contact, status_text=status, as_of="")
    pack = pack_of(f"<document>{body}</document>", styles={"side": {"layout": "columns"}})
    template = PackFile("templates/small/summary.docx", word_template(pack))
    with_template = replace(pack, files={**pack.files, WORD_TEMPLATE: template})
    words = docx_words(render_word(summary, pack).content)
    assert docx_words(render_word(summary, with_template).content) == words


NAMES = "{% for city in summary.cities %}{{ city.name }}{% if not loop.last %}, {% endif %}{% endfor %}"


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{NAMES}</div>",
        f"<table><tr><th>{NAMES}</th><td>a {{% if summary.period %}}b{{% else %}}c{{% endif %}} d</td></tr></table>",
        "<p><a href='https://example.org' lang='fr'>our {{ summary.names }} <b>site</b></a></p>",
        "<p lang='de'><a href='https://example.org/{{ summary.id }}'>{{ summary.title }}</a></p>",
        "<p><a href='https://example.org/?a=1&amp;b=2'>our \"site\" &amp; more</a></p>",
        "<p><a href='{{ summary.contact.website }}'>our site</a> <a href='{{ summary.contact.email }}'>mail</a></p>",
    ],
)
def test_a_template_has_the_lines_and_the_links_of_the_page(body: str) -> None:
    pack = pack_of(f"<document>{body}</document>")
    template = PackFile("templates/small/summary.docx", word_template(pack))
    with_template = replace(pack, files={**pack.files, WORD_TEMPLATE: template})
    summary = replace(seed_summary(), contact=Contact(office="Office", website="", email="office@example.org"))
    documents = [render_word(summary, each).content for each in (pack, with_template)]
    paragraphs = [[text for text in docx_paragraphs(content) if text] for content in documents]
    assert paragraphs[0] == paragraphs[1]
    addresses = [re.findall('Target="((?:http|mailto)[^"]*)"', all_relationships(content)) for content in documents]
    assert addresses[0] == addresses[1]


def all_relationships(content: bytes) -> str:
    return read_package(content)["word/_rels/document.xml.rels"].decode()


@pytest.mark.parametrize(
    "place",
    [LOGO, f"{{% if summary.logo %}}{LOGO}{{% else %}}<p>Our City</p>{{% endif %}}"],
    ids=["always", "a choice"],
)
def test_a_template_of_a_pack_with_a_logo_has_it_as_a_picture(place: str, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    folder = tmp_path / "templates" / "ours"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "logo.svg").write_bytes(DRAWING)
    settings = "extends: plain\nlogo: {file: images/logo.svg, alt: Our City}\n"
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    page = shipped_pack("plain").page_template.content.decode()
    header = f"<page-header>{place}</page-header>"
    page = re.sub("<page-header.*</page-header>", header, page, flags=re.DOTALL)
    (folder / PAGE_TEMPLATE).write_text(page, encoding="utf-8")
    assert ucap(tmp_path, "template", "word", "ours", "-o", str(folder / WORD_TEMPLATE)).code == 0
    problems = ucap(tmp_path, "template", "check", "ours", "--json").report["problems"]
    assert [problem["message"] for problem in problems if problem["severity"] != "info"] == []
    package = read_package((folder / WORD_TEMPLATE).read_bytes())
    headers = [content for name, content in package.items() if name.startswith("word/header")]
    assert any(b'descr="Our City"' in header for header in headers)


def test_a_title_of_another_style_keeps_its_style_without_aliases() -> None:
    pack = pack_of("<document><h1 class='second'>{{ title }}</h1></document>", styles={"second": {"size": "30 pt"}})
    styles = part(word_template(pack), "word/styles.xml")
    for style in styles:
        for alias in style.findall(f"{W}aliases"):  # LibreOffice drops them
            style.remove(alias)
    assert "U-CAP second" in style_names(styles).values()
    assert "U-CAP title" not in style_names(styles).values()
    assert [level.get(f"{W}val") for level in styles.iter(f"{W}outlineLvl")] == ["0"]


def test_a_footer_has_the_rule_of_the_theme_only_if_it_has_one_in_the_template() -> None:
    page = "<document><page-footer><p>a</p></page-footer><p>b</p></document>"
    rule = {"padding": "1 mm, 0 mm, 0 mm", "rule_below": {"width": "1 pt", "colour": "#000000"}}
    pack = pack_of(page, styles={"footer-rule": rule, "footer": {"size": "8 pt"}})
    package = read_package(word_template(pack))
    for border, count in (("", 0), ('<w:pBdr><w:top w:val="single"/></w:pBdr>', 1)):
        styles = package["word/styles.xml"].decode()
        footer = '<w:name w:val="U-CAP footer"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>'
        changed = styles.replace(footer, footer + border)
        parts = package | {"word/styles.xml": changed.encode()}
        template = write_package(compressed(name, content) for name, content in parts.items())
        own = replace(pack, files={**pack.files, WORD_TEMPLATE: PackFile("templates/own/summary.docx", template)})
        filled = part(render_word(seed_summary(), own).content, "word/styles.xml")
        assert len(list(filled.iter(f"{W}pBdr"))) == count


def test_the_command_writes_a_template_and_keeps_an_existing_file(tmp_path: Path) -> None:
    run = ucap(tmp_path, "template", "word", "plain", "-o", str(tmp_path / "new" / "summary.docx"))
    written = tmp_path / "new" / "summary.docx"
    assert run.code == 0
    assert written.read_bytes() == word_template(shipped_pack("plain"))
    assert ucap(tmp_path, "template", "word", "plain", "-o", str(written)).code == 0
    written.write_bytes(b"edited")
    assert ucap(tmp_path, "template", "word", "plain", "-o", str(written)).code == 1
    assert written.read_bytes() == b"edited"


def test_the_command_refuses_a_file_that_is_no_word_file(tmp_path: Path) -> None:
    run = ucap(tmp_path, "template", "word", "plain", "--out", str(tmp_path / "summary.pdf"))
    assert run.code == Exit.USAGE_ERROR
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>{{ a }}</p>", "{{ a }}"),
        ('<p lang="{{ b }}">{{ a }}</p>', "{{ a|language(b) }}"),
        ('<p lang="{{ b }}">{{ row.label }}</p>', "{{ row.label }}"),
        ('<p><a href="{{ a.email }}">{{ a.email }}</a></p>', "{{ a.email|link }}"),
        ('<bar value="{{ a }}" max="{{ b }}" label="{{ c }}"/>', "{{ a|bar(b, c) }}"),
        ('<bar value="{{ a }}" max="300" label="beds"/>', '{{ a|bar(300, "beds") }}'),
        (
            """<bar value="2.5" max="{{ b }}" label='A "b" \\ {{ c }}'/>""",
            r"""{{ 2.5|bar(b, ("A \"b\" \\ ") ~ (c)) }}""",
        ),
        ('<goal number="{{ goal.number }}"/>', "{{ goal|tile }}"),
        ("{% if a %}<p>b</p>{% endif %}", "{%p if a %}|b|{%p endif %}"),
        ("<p>{% if a %}b{% endif %}</p>", "{% if a %}b{% endif %}"),
        ("{% macro m() %}<p>b</p>{% endmacro %}{{ m() }}", "b"),
        ("{% macro m(x) %}<p>{{ x }}</p>{% endmacro %}{{ m(y) }}", "{%p with x = y %}|{{ x }}|{%p endwith %}"),
        (
            """{% macro m(x, y) %}<p>{{ x }}</p>{% endmacro %}{{ m("a, b'", c(d, e)[0]) }}""",
            """{%p with x = "a, b'", y = c(d, e)[0] %}|{{ x }}|{%p endwith %}""",
        ),
        (
            "{% macro n(x) %}<b>{{ x }}</b>{% endmacro %}{% macro m(y) %}<p>{{ n(y) }}</p>{% endmacro %}{{ m(a) }}",
            "{%p with y = a %}|{% with x = y %}{{ x }}{% endwith %}|{%p endwith %}",
        ),
        (
            """{% macro m(x, y="b") %}<p>{{ x }}{{ y }}</p>{% endmacro %}{{ m(a) }}""",
            """{%p with x = a, y = "b" %}|{{ x }}{{ y }}|{%p endwith %}""",
        ),
        (
            "{% macro m(x, y='b') %}<p>{{ x }}{{ y }}</p>{% endmacro %}{{ m(x, y=c == d) }}",
            "{%p with y = c == d %}|{{ x }}{{ y }}|{%p endwith %}",
        ),
        ("{# note #}<!-- note --><p>b</p>", "b"),
        ("<ul>{% for a in b %}<li>{{ a }}</li>{% endfor %}</ul>", "{%p for a in b %}|{{ a }}|{%p endfor %}"),
        (
            """<p class="{{ 'note' if a < 3 else 'label' }}">b</p>""",
            "{%p if a < 3 %}|b|{%p else %}|b|{%p endif %}",
        ),
        (
            """<table><tr><td class="{{ 'a' if b else 'c' }}"><a href="{{ d }}">{{ d }}</a></td></tr></table>""",
            "{%p if b %}|{{ d|link }}|{%p else %}|{{ d|link }}|{%p endif %}",
        ),
        (
            """<div class="{{ 'a' if b else 'c' }}"><p lang="{{ d }}">{{ e }}</p></div>""",
            "{%p if b %}|{{ e|language(d) }}|{%p else %}|{{ e|language(d) }}|{%p endif %}",
        ),
        (
            (
                "<table>{% for row in a %}<tr>{% for b in c %}"
                '<td{% if d %} colspan="{{ n }}"{% endif %}>e</td>{% endfor %}</tr>{% endfor %}</table>'
            ),
            "{%tr for row in a %}|{%tc for b in c %}|{% colspan n if d else 1 %}e|{%tc endfor %}|{%tr endfor %}",
        ),
    ],
)
def test_tags_of_a_page_template_become_those_of_word_templates(page: str, text: str) -> None:
    from lxml import etree  # noqa: PLC0415 - reads what the page has

    root = etree.fromstring(unfilled_page(f"<document>{page}</document>", shipped_pack("plain").theme))
    lines = ["".join(map(str, each.itertext())) for each in root.iter("p", "td", "li") if not len(each.findall(".//p"))]
    assert "|".join(lines) == text


@pytest.mark.parametrize("name", every(3, SHIPPED_PACKS))
def test_the_foot_of_a_template_is_at_the_foot_of_the_page(name: str) -> None:
    _, pack = both_packs(name)
    for contact in (seed_summary().contact, Contact()):
        content = render_word(with_fields_of(pack, replace(seed_summary(), contact=contact)), pack).content
        *_, last = part(content).iter(f"{W}tbl")
        position = last.find(f"{W}tblPr/{W}tblpPr")
        assert position is not None
        assert position.get(f"{W}tblpYSpec") == "bottom"
        after = last.getnext()
        assert after is not None
        assert after.tag == f"{W}p"  # Word adds a paragraph in its own size after a table at the end


def captioned(number: int) -> PictureFacts:
    """A high picture with a caption and a credit."""
    image = prepare_picture(saved(photograph((800, 1200), seed=number)))
    return PictureFacts(
        "A lake", RichText.plain("The lake"), RichText.plain("Photo"), field=f"pictures.{number}", image=image
    )


def test_pictures_beside_each_other_stay_on_one_page_with_their_captions() -> None:
    summary = replace(seed_summary(), pictures=(captioned(1), captioned(2)))
    for pack in both_packs("plain"):
        content = render_word(with_fields_of(pack, summary), pack).content
        (caption, _) = [text for text in part(content).iter(f"{W}t") if text.text == "The lake"]
        row = next(caption.iterancestors(f"{W}tr"))
        assert row.find(f"{W}trPr/{W}cantSplit") is not None


def test_the_foot_of_a_document_with_pictures_is_below_the_text_with_a_space_between_them() -> None:
    summary = replace(seed_summary(), pictures=(captioned(1), captioned(2)))
    for pack in both_packs("iuc-asia"):
        content = render_word(with_fields_of(pack, summary), pack).content
        *_, foot = part(content).iter(f"{W}tbl")
        assert foot.find(f"{W}tblPr/{W}tblpPr") is None
        above = foot.getprevious()
        assert above is not None
        (spacing,) = above.iter(f"{W}spacing")
        assert int(spacing.get(f"{W}line") or 0) >= LEAST_ABOVE_FOOT_BELOW_TEXT.twips


def spaces_above(content: bytes, words: str) -> set[int]:
    """The top margins of the cells of the table with the words, in twips: their own, or those of its style."""
    paragraphs = part(content).iter(f"{W}p")
    paragraph = next(paragraph for paragraph in paragraphs if words in "".join(map(str, paragraph.itertext())))
    table = next(paragraph.iterancestors(f"{W}tbl"))
    name = table.find(f"{W}tblPr/{W}tblStyle")
    assert name is not None
    usual = 0
    for style in part(content, "word/styles.xml").iter(f"{W}style"):
        top = style.find(f"{W}tblPr/{W}tblCellMar/{W}top")
        if top is not None and style.get(f"{W}styleId") == name.get(f"{W}val"):
            usual = int(top.get(f"{W}w") or 0)
    spaces = set()
    for cell in table.iter(f"{W}tc"):
        own = cell.find(f"{W}tcPr/{W}tcMar/{W}top")
        spaces.add(usual if own is None else int(own.get(f"{W}w") or 0))
    return spaces


def test_pictures_and_contact_of_a_template_have_the_spaces_of_the_page() -> None:
    summary = replace(seed_summary(), pictures=(captioned(1),))
    of_page, with_template = both_packs("iuc-asia")
    written = render_word(with_fields_of(of_page, summary), of_page).content
    filled = render_word(with_fields_of(with_template, summary), with_template).content
    assert spaces_above(filled, "The lake") == {340}, "6 mm, as in the style `pictures`"
    assert spaces_above(filled, "IUC-ASIA") == spaces_above(written, "IUC-ASIA") == {340}


def test_a_panel_with_nothing_but_the_emblem_disappears() -> None:
    summary = replace(seed_summary(), contact=Contact(), programme_label=())
    of_page, with_template = both_packs("iuc-asia")
    for pack in (of_page, with_template):
        assert [*part(render_word(summary, pack).content).iter("{*}inline")] == []


def test_figures_of_a_template_have_the_width_of_their_style() -> None:
    theme = shipped_pack("modern").theme
    page = '<document><div class="topic"><goal number="{{ goal.number }}"/><p>a</p></div></document>'
    assert '<p class="goal">{{ goal|tile }}</p>' in unfilled_page(page, theme)


@pytest.mark.parametrize(("part_of_table", "style"), [("thead", "column"), ("tbody", "label")])
def test_header_cells_with_a_conditional_class_keep_their_natural_style(part_of_table: str, style: str) -> None:
    row = '<tr><th{% if a %} class="note"{% endif %}>b</th></tr>'
    page = f"<document><table><{part_of_table}>{row}</{part_of_table}></table></document>"
    assert f'<p class="{style}">b</p>' in unfilled_page(page, shipped_pack("plain").theme)


def test_a_template_keeps_the_page_template_of_its_pack(tmp_path: Path) -> None:
    pack = shipped_pack("plain")
    assert word_template(pack) == word_template(replace(pack, files={PAGE_TEMPLATE: pack.files[PAGE_TEMPLATE]}))


@pytest.mark.parametrize("office", ["Office", ""])
@pytest.mark.parametrize(
    "page",
    [
        '{% if summary.contact.office %}<p>{{ summary.contact.office ~ ", Brussels" }}</p>{% endif %}',
        '{% if summary.contact.office %}<p>{{ summary.contact.office|default("none", true) }}</p>{% endif %}',
        '{% if summary.contact.office %}<p>{{ summary.contact.office or "none" }}</p>{% endif %}',
        "<p>Published{% if summary.contact.office %} ({{ summary.contact.office }}){% endif %} for you</p>",
        "<p>For <b>you{% if summary.contact.office %} ({{ summary.contact.office }}){% endif %}</b></p>",
        "{% if summary.contact.office %}<p>{{ summary.contact.office|upper }}</p>{% endif %}",
    ],
)
def test_words_of_a_condition_are_printed_as_the_page_prints_them(page: str, office: str) -> None:
    content = f"<document><page-header/><h1>t</h1>{page}<p>end</p></document>".encode()
    of_page = replace(shipped_pack("plain"), files={PAGE_TEMPLATE: PackFile("templates/own/summary.page.xml", content)})
    template = PackFile("templates/own/summary.docx", word_template(of_page))
    with_template = replace(of_page, files={**of_page.files, WORD_TEMPLATE: template})
    summary = replace(seed_summary(), contact=replace(Contact(), office=office))
    words = docx_words(render_word(summary, of_page).content)
    assert docx_words(render_word(summary, with_template).content) == words
