"""Templates print the contact, the programme label and page numbers, unless their pack leaves them out."""

from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.stages import EXAMPLE, shipped_pack
from tests.word_templates import cell, docx, paragraph, table
from ucap_reports.check.pack_check import _book_problems, check_pack
from ucap_reports.check.printed_content import required_content_problems
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import Problem
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import DEFAULT_FORMATS, Format
from ucap_reports.summary.summary_model import Contact
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, assemble, open_pack, pack_names, read_layers, shipped_packs
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

pytestmark = pytest.mark.no_cover

CONTACT = "{{ summary.contact.office }}"
LEAD = "{{ summary.contact.lead }}"
LABEL = "{% for label in summary.programme_label %}{{ label.text }}{% endfor %}"
NUMBER = "<page-number/>"
FIELD = "".join(
    f"<w:r>{content}</w:r>"
    for content in (
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText> PAGE </w:instrText>",
        '<w:fldChar w:fldCharType="end"/>',
    )
)
SIMPLE_FIELD = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
PARTS = ("contact", "programme_label", "page_number")


def page(*parts: str) -> bytes:
    footer = "".join(f"<p>{part}</p>" for part in parts)
    return f"<document><page-footer>{footer}</page-footer><h1>{{{{ summary.title }}}}</h1></document>".encode()


def word(*parts: str) -> bytes:
    return docx(paragraph("{{ summary.title }}"), footer="".join(paragraph(part) for part in parts))


def pack_with(folder: Path, settings: str = "", **templates: bytes) -> Pack:
    own = folder / "templates" / "own"
    own.mkdir(parents=True)
    (own / "pack.yaml").write_text(f"extends: iuc-asia\n{settings}", encoding="utf-8")
    for name, content in templates.items():
        (own / f"summary.{'docx' if name == 'docx' else 'page.xml'}").write_bytes(content)
    return open_pack("own", [PackFolder(folder / "templates", "templates"), shipped_packs()])


def forms(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.details["name"])) for problem in problems]


@pytest.mark.parametrize("name", pack_names([shipped_packs()]))
@pytest.mark.parametrize("format_", Format)
def test_shipped_templates_print_all(name: str, format_: Format) -> None:
    assert required_content_problems(shipped_pack(name), format_) == ()


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ((CONTACT, LABEL, NUMBER), ()),
        ((LABEL, NUMBER), PARTS[:1]),
        ((CONTACT, NUMBER), PARTS[1:2]),
        ((CONTACT, LABEL), PARTS[2:]),
        (("{% if summary.contact %}Contact{% endif %}", LABEL, '<page-number total="true"/>'), PARTS[:1]),
        ((LEAD, LABEL, NUMBER), PARTS[:1]),
        (("{{ summary.contact.address|upper }}", LABEL, NUMBER), ()),
        (('<a href="{{ summary.contact.email }}">Write to us</a>', LABEL, NUMBER), PARTS[:1]),
        ((), PARTS),
    ],
)
def test_a_page_template_without_one_of_them_is_an_error(
    tmp_path: Path, parts: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = required_content_problems(pack_with(tmp_path, xml=page(*parts)), Format.PDF)
    assert forms(found) == [("content-required", part) for part in missing]
    assert {problem.location.path for problem in found} <= {"templates/own/summary.page.xml"}


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ((CONTACT, LABEL, FIELD), ()),
        ((CONTACT, LABEL, SIMPLE_FIELD), ()),
        ((CONTACT, LABEL, FIELD.replace("PAGE", "Page")), ()),
        ((CONTACT, LABEL, FIELD.replace("PAGE", "PA</w:instrText><w:instrText>GE")), ()),
        ((CONTACT, LABEL, SIMPLE_FIELD.replace("PAGE", "page")), ()),
        ((LABEL, FIELD.replace("PAGE", "NUMPAGES")), ("contact", "page_number")),
        ((LEAD, LABEL, FIELD), PARTS[:1]),
        (("{{ summary.contact.address|upper }}", LABEL, FIELD), ()),
        ((), PARTS),
    ],
)
def test_a_word_template_without_one_of_them_is_an_error(
    tmp_path: Path, parts: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = required_content_problems(pack_with(tmp_path, docx=word(*parts)), Format.DOCX)
    assert forms(found) == [("content-required", part) for part in missing]


def test_a_footer_that_no_page_prints_has_none_of_them(tmp_path: Path) -> None:
    printed = paragraph(CONTACT) + paragraph(LABEL) + paragraph(FIELD)
    template = docx(paragraph("{{ summary.title }}"), footer=printed)
    parts = read_package(template)
    body = "word/document.xml"
    parts[body] = parts[body].replace(b'w:type="default"', b'w:type="first"')  # but no other first page is wanted
    of_first_page = write_package(compressed(name, content) for name, content in parts.items())
    pack_with(tmp_path, docx=of_first_page)
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))

    for command in (("template", "check", "own"), ("build", "--template", "own", "--format", "docx")):
        report = ucap(tmp_path, *command, "--json").report
        missing = [each for each in report["problems"] if each["code"] == "content-required"]
        assert [each["path"] for each in missing] == ["templates/own/summary.docx"] * len(PARTS), command


def test_a_pack_that_leaves_all_out_has_none_of_them_in_either_format(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, f"leaves_out: [{', '.join(PARTS)}]\n", xml=page(), docx=word())
    assert [problem for format_ in Format for problem in required_content_problems(pack, format_)] == []


def test_shipped_templates_leave_out_contact_and_label_where_the_pack_says_so(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, "leaves_out: [contact, programme_label]\n")
    summary = compose_summary(load_plan(EXAMPLE), pack)
    assert (summary.contact, summary.programme_label) == (Contact(), ())
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))
    assert ucap(tmp_path, "build", "--template", "own").code == 0
    found = check_pack(assemble(read_layers("own", [PackFolder(tmp_path / "templates", "templates"), shipped_packs()])))
    assert found == ()


@pytest.mark.parametrize("format_", DEFAULT_FORMATS)
def test_page_numbers_in_spite_of_leaves_out_are_an_error(tmp_path: Path, format_: Format) -> None:
    pack = pack_with(tmp_path, "leaves_out: [page_number]\n")
    assert forms(required_content_problems(pack, format_)) == [("left-out-printed", "page_number")]


def test_a_template_with_errors_has_no_further_ones(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, xml=b"<document>{{ sumary.title }}</document>")
    assert required_content_problems(pack, Format.PDF) == ()


def test_a_template_is_checked_if_it_has_a_background_in_the_colour_of_a_field(tmp_path: Path) -> None:
    shaded = table([cell("{% cellbg custom.colour %}{{ title }}")])
    settings = "fields: {colour: {type: text, label: Colour}}\n"
    pack_with(tmp_path, settings, docx=docx(shaded, footer=paragraph(LABEL) + paragraph(FIELD)))
    build = ("build", "--format", "docx", "--json")
    for colour in ("FFEEAA", "blue"):
        write_plan(
            tmp_path,
            f"{colour.lower()}.yaml",
            f"cities: [{{name: Rome, country: Italy}}]\ntemplate: own\ncolour: {colour}\n",
        )

    checked = ucap(tmp_path, "template", "check", "own", "--json")
    assert ("background-invalid" in checked.codes, checked.codes.count("content-required")) == (False, 1)
    assert ucap(tmp_path, *build).codes.count("content-required") == 1
    with (tmp_path / "templates" / "own" / "pack.yaml").open("a", encoding="utf-8") as settings_file:
        settings_file.write("leaves_out: [contact]\n")
    statuses = {document["plan"]: document["status"] for document in ucap(tmp_path, *build).report["documents"]}
    assert statuses == {"blue": "failed", "ffeeaa": "written"}


def test_a_build_and_a_check_report_them_once_for_each_template(tmp_path: Path) -> None:
    pack_with(tmp_path, xml=page(LABEL, NUMBER))
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))
    built = ucap(tmp_path, "build", "--template", "own", "--json")
    assert (built.code, built.codes.count("content-required")) == (1, 1)
    assert not list((tmp_path / "out").glob("*.pdf"))
    checked = ucap(tmp_path, "template", "check", "own", "--json")
    about_contact = [each for each in checked.report["problems"] if "contact" in each["message"]]
    assert [each["code"] for each in about_contact] == ["content-required"]
    assert (
        ucap(tmp_path, "build", "--template", "own", "--format", "docx", "--json").codes.count("content-required") == 1
    )


def test_a_build_of_web_pages_alone_has_the_checks_of_content_and_look(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "template: house\ncities: [{name: Rome}]\n")
    pack = tmp_path / "templates" / "house"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: plain\ntheme: {styles: {title: {colour: '#BBBBBB'}}}\n", encoding="utf-8")
    template = "<document><h1>{{ summary.title }}</h1>\n<p class='wide'>x</p></document>"
    (pack / "summary.page.xml").write_text(template, encoding="utf-8")
    for format_ in ("html", "pdf", "docx"):
        report = ucap(tmp_path, "build", "--format", format_, "--json").report
        assert "style-unknown" in {each["code"] for each in report["problems"]}, format_
    (pack / "summary.page.xml").write_text(template.replace(" class='wide'", ""), encoding="utf-8")
    for format_ in ("html", "pdf", "docx"):
        found = ucap(tmp_path, "build", "--format", format_, "--json").codes
        assert found.count("content-required") == 3, format_
    leaves_out = "leaves_out: [contact, programme_label, page_number]\n"
    with (pack / "pack.yaml").open("a", encoding="utf-8") as file:
        file.write(leaves_out)
    for formats in ("html", "pdf", "docx", "html,pdf,docx"):
        report = ucap(tmp_path, "build", "--format", formats, "--json").report
        low = [each["path"] for each in report["problems"] if each["code"] == "contrast-low"]
        assert low == ["templates/house/pack.yaml"], formats


SUMMARIES = (
    "{% for group in groups %}{% for summary in group.summaries %}{% for row in summary.rows %}"
    "<p>{{ row.cells[0] }}</p>{% endfor %}{% endfor %}{% endfor %}"
)


def cards(kind: str) -> str:
    facts = "<p>{{ summary.card.themes }}</p>{% for fact in summary.card.facts %}<p>{{ fact.content }}</p>{% endfor %}"
    return f"{{% for group in groups %}}{{% for summary in group.{kind} %}}{facts}{{% endfor %}}{{% endfor %}}"


NAMES_ALONE = "{% for summary in summaries %}<p>{{ summary.heading }}</p>{% endfor %}"
TITLE = "<h1>{{ book.title }}</h1>"
BOOK_PARTS = {
    "title": TITLE,
    "contents": "<contents/>",
    "summaries": SUMMARIES,
    "cards": cards("cards"),
    "wide_cards": cards("wide_cards"),
}


def book(*parts: str, body: str = "".join(BOOK_PARTS.values())) -> bytes:
    footer = "".join(f"<p>{part}</p>" for part in parts)
    return f"<document><page-footer>{footer}</page-footer>{body}</document>".encode()


@pytest.mark.parametrize(
    ("parts", "settings", "missing"),
    [
        ((), "", PARTS),
        ((CONTACT, LABEL, NUMBER), "", ()),
        ((CONTACT, '<page-label number="1"/>', NUMBER), "", ()),
        ((LEAD, LABEL, "<page-chapters/>"), "", ("contact", "page_number")),
        ((NUMBER,), "leaves_out: [contact, programme_label]\n", ()),
    ],
)
def test_template_of_books_without_one_of_them_has_a_warning(
    tmp_path: Path, parts: tuple[str, ...], settings: str, missing: tuple[str, ...]
) -> None:
    problems = problems_of_book(tmp_path, book(*parts), settings)

    found = [problem for problem in problems if problem.code == "book-part-missing"]
    assert forms(tuple(found)) == [("book-part-missing", part) for part in missing]
    assert {problem.location.path for problem in found} <= {"templates/own/book.page.xml"}
    assert [problem.code for problem in problems if problem.severity == "error"] == []
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))
    run = ucap(tmp_path, "book", "--template", "own", "--format", "html", "--json")
    assert (run.code, run.codes.count("book-part-missing")) == (0, len(missing))
    assert [document["status"] for document in run.report["documents"]] == ["written"]


@pytest.mark.parametrize("missing", BOOK_PARTS)
def test_template_of_books_without_a_part_of_books_has_a_warning(tmp_path: Path, missing: str) -> None:
    body = "".join(part for name, part in BOOK_PARTS.items() if name != missing)

    problems = problems_of_book(tmp_path, book(CONTACT, LABEL, NUMBER, body=body + NAMES_ALONE))

    assert forms(problems) == [("book-part-missing", missing)]


def test_template_of_books_prints_cards_as_summaries_in_a_list_of_all(tmp_path: Path) -> None:
    rows = (
        "{% for summary in summaries %}{% for row in summary.rows %}<p>{{ row.cells[0] }}</p>{% endfor %}{% endfor %}"
    )

    assert problems_of_book(tmp_path, book(CONTACT, LABEL, NUMBER, body=f"{TITLE}<contents/>{rows}")) == ()


def test_book_of_plans_without_facts_has_no_warning_about_cards(tmp_path: Path) -> None:
    pack_with(tmp_path)
    (tmp_path / "templates" / "own" / "book.page.xml").write_bytes(book(CONTACT, LABEL, NUMBER))
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")

    assert "book-part-missing" not in ucap(tmp_path, "book", "--template", "own", "--format", "html", "--json").codes


def problems_of_book(folder: Path, template: bytes, settings: str = "") -> tuple[Problem, ...]:
    pack_with(folder, settings)
    (folder / "templates" / "own" / "book.page.xml").write_bytes(template)
    return _book_problems(open_pack("own", [PackFolder(folder / "templates", "templates"), shipped_packs()]))


@pytest.mark.parametrize("name", pack_names([shipped_packs()]))
def test_shipped_templates_of_books_print_all(name: str) -> None:
    assert "book-part-missing" not in {problem.code for problem in _book_problems(shipped_pack(name))}
