"""`template check` finds each fault at its place, all of them at once, and reports nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.broken_packs import BODY, BROKEN, PAGE, SETTINGS, Broken, problems_of, shown
from tests.broken_pages import BROKEN_PAGES, BROKEN_SETTINGS
from tests.pdf_pages import page_tree, text
from tests.samples import seed_summary
from tests.selected_cases import every
from tests.stages import shipped_pack
from tests.word_packages import THEME, THEME_TYPE, WORD, related, typed, with_part, with_settings
from tests.word_templates import docx, pack_of, paragraph, run
from ucap_reports.check.pack_check import PackTrials, check_named, check_pack, try_page
from ucap_reports.check.pack_style_warnings import emblem_warnings
from ucap_reports.check.word_template_check import template_warnings, try_word
from ucap_reports.page.fill_and_read_page import attempt_fill
from ucap_reports.page.page_checks import contrast_warnings
from ucap_reports.page.page_elements import PageXml
from ucap_reports.page.read_book import try_book
from ucap_reports.problems import Problem, Severity
from ucap_reports.summary.compose_book import BookContent
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import PackFolder, assemble, open_pack, pack_names, read_layers, shipped_packs
from ucap_reports.text.rich_text import Run
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

ALL = {
    **{f"word: {name}": broken for name, broken in BROKEN.items()},
    **{f"page: {name}": broken for name, broken in BROKEN_PAGES.items()},
    **{f"settings: {name}": broken for name, broken in BROKEN_SETTINGS.items()},
}


@pytest.mark.long
@pytest.mark.parametrize("name", ALL)
def test_each_fault_is_found_at_its_place(name: str, tmp_path: Path) -> None:
    broken = ALL[name]
    found = [(each.code, shown(each), each.message) for each in problems_of(broken, tmp_path)]
    assert [
        message
        for code, where, message in found
        if code == broken.code and is_at(broken, where) and broken.names in message
    ], found


def is_at(broken: Broken, where: str) -> bool:
    """Whether this is the place. Settings have a line only, which is 0 for a problem at the font file."""
    if broken.where.endswith(":0"):
        return where == "templates/broken/fonts/a.ttf"
    return where == broken.where or where.startswith(f"{broken.where}:")


@pytest.mark.parametrize("name", every(2, ["a character that no font has", "an unknown style"]))
def test_faults_in_files_with_line_ends_of_the_classic_mac_are_found_at_their_places(name: str, tmp_path: Path) -> None:
    broken = BROKEN_PAGES[name]
    files = {path: str(content).replace("\n", "\r") for path, content in broken.files.items()}
    problems = problems_of(replace(broken, files=files), tmp_path)
    assert [shown(problem) for problem in problems if problem.code == broken.code] == [broken.where]


@pytest.mark.no_cover
@pytest.mark.parametrize("page", ["summary.page.xml", "book.page.xml"])
def test_links_of_page_templates_that_do_not_say_where_they_lead_are_warnings(page: str, tmp_path: Path) -> None:
    shipped = (shipped_packs().path / "iuc-asia" / page).read_text(encoding="utf-8")
    links = '<p>See <a href="https://a.eu"><b>read</b> more</a> or <a href="https://a.eu">our report</a>.</p>'
    files: dict[str, str | bytes] = {"pack.yaml": SETTINGS, page: shipped.replace("<h1", f"{links}<h1", 1)}
    problems = problems_of(Broken("", "", "", files), tmp_path)
    (warning,) = [problem for problem in problems if problem.code == "link-text-vague"]
    line = shipped[: shipped.index("<h1")].count("\n") + 1
    assert shown(warning) == f"templates/broken/{page}:{line}"
    assert '"read more"' in warning.message


def test_template_of_books_is_tried_again_only_if_what_it_prints_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = (shipped_packs().path / "iuc-asia" / "book.page.xml").read_text(encoding="utf-8")
    tried: list[BookContent] = []

    def tried_book(content: BookContent, pack: Pack) -> tuple[Sequence[Problem], Sequence[Problem]]:
        tried.append(content)
        return try_book(content, pack)

    def errors(settings: str, **files: str) -> list[str]:
        changed = {path.replace("_", ".") + ".xml": text for path, text in files.items()}
        broken = Broken("", "", "", {"pack.yaml": settings, "summary.page.xml": PAGE, "book.page.xml": book} | changed)
        return [problem.code for problem in problems_of(broken, tmp_path) if problem.severity is Severity.ERROR]

    monkeypatch.setattr("ucap_reports.check.pack_check.try_book", tried_book)
    title = f"{SETTINGS}title: {tmp_path.name}\n"  # no other test has tried it

    assert errors(title) == []
    assert len(tried) == 1
    assert errors(title, summary_page=PAGE.replace("<h1>", "<paragraf/><h1>")) == ["element-unknown"]
    assert len(tried) == 1
    assert errors(title, book_page=book.replace("<h1", "<paragraf/><h1", 1)) == ["element-unknown"]
    assert len(tried) == 2
    assert errors(f"{title}wording: {{de: {{title: Plan}}}}\n") == []
    assert len(tried) == 3


def test_at_least_thirty_faults_are_tested() -> None:
    assert len(ALL) >= 30


@pytest.mark.no_cover
@pytest.mark.parametrize("name", every(3, pack_names([shipped_packs()])))
def test_shipped_packs_have_only_warnings_about_settings_of_the_office(name: str) -> None:
    problems = check_pack(assemble(read_layers(name)))
    assert {problem.severity for problem in problems} <= {Severity.WARNING, Severity.INFO}
    assert {problem.code for problem in problems} <= {"contact-missing", "label-unconfirmed"}


def test_a_template_that_prints_everything_has_no_problems(tmp_path: Path) -> None:
    fine = Broken("", "", "", {"pack.yaml": SETTINGS, "summary.docx": docx(BODY), "summary.page.xml": PAGE})
    assert problems_of(fine, tmp_path) == ()


def test_all_faults_of_both_templates_are_reported_at_once(tmp_path: Path) -> None:
    body = BODY.replace("{{ summary.contact.phone }}", "").replace("summary.title", "sumary.title")
    body += paragraph("{{ summary.id", style="Gone") + paragraph("{{ summary.contact.fone }} {{ a b }}")
    page = PAGE.replace("{{ row.label }}", "{{ row.labl }}").replace("<h1>", "<paragraf/><h1>")
    settings = SETTINGS + 'theme:\n  styles:\n    cell: {colour: "#999999"}\n'
    files: dict[str, str | bytes] = {"pack.yaml": settings, "summary.docx": docx(body), "summary.page.xml": page}
    found = [
        (each.code, shown(each).removeprefix("templates/broken/"))
        for each in problems_of(Broken("", "", "", files), tmp_path)
    ]
    assert sorted(found) == sorted(
        [
            ("contrast-low", "pack.yaml:4:20"),
            ("name-unknown", "summary.docx: body › paragraph 1"),
            ("tag-unclosed", "summary.docx: body › paragraph 5"),
            ("style-missing", "summary.docx: body › paragraph 5"),
            ("name-unknown", "summary.docx: body › paragraph 6"),
            ("tag-syntax", "summary.docx: body › paragraph 6"),
            ("element-unknown", place_in(page, "<paragraf/>")),
            ("name-unknown", place_in(page, "{{ row.labl }}")),
        ]
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    every(
        2,
        [
            ("{{ row.label }}", "{{ row.lable }}", "name-unknown"),
            ("in summary.rows", "in summary.rowz", "name-unknown"),
            ("thead>", "thed>", "element-unknown"),
            ("page-footer>", "page-fotter>", "element-unknown"),
            ("colspan=", "colspn=", "attribute-unknown"),
        ],
    ),
)
def test_one_mistake_in_a_page_template_is_one_problem(old: str, new: str, found: str, tmp_path: Path) -> None:
    assert old in PAGE
    files: dict[str, str | bytes] = {"pack.yaml": SETTINGS, "summary.page.xml": PAGE.replace(old, new)}
    assert [each.code for each in problems_of(Broken("", "", "", files), tmp_path)] == [found]


def test_facts_of_cities_that_are_printed_without_the_table_are_not_reported(tmp_path: Path) -> None:
    card = "<p>{{ city.name }} {{ city.region }} {{ city.country }} {{ city.population_text }}</p>"
    rows = "{% for row in summary.rows if row.shared %}<h2>{{ row.label }}</h2>{{ row.cells[0] }}{% endfor %}"
    table = PAGE[PAGE.index("<table") : PAGE.index("</table>") + len("</table>")]
    page = PAGE.replace(table, f"{{% for city in summary.cities %}}{card}{{% endfor %}}{rows}")
    settings = SETTINGS + "rows: {visits: hide}\n"
    files: dict[str, str | bytes] = {"pack.yaml": settings, "summary.page.xml": page}
    found = [
        (each.details["name"], each.details.get("items")) for each in problems_of(Broken("", "", "", files), tmp_path)
    ]
    assert found == [("row.label", "area_km2"), ("row.cells", "area_km2")]


def place_in(page: str, text: str) -> str:
    """The place of a text in the page template."""
    offset = page.index(text)
    return f"summary.page.xml:{page.count(chr(10), 0, offset) + 1}:{offset - page.rfind(chr(10), 0, offset)}"


def test_a_low_contrast_is_reported_once_at_the_designers_own_setting(tmp_path: Path) -> None:
    settings = SETTINGS + 'theme:\n  colours:\n    blue: "#88AAFF"\n'
    found = problems_of(Broken("", "", "", {"pack.yaml": settings}), tmp_path)
    assert {(problem.code, shown(problem)) for problem in found} == {
        ("contrast-low", "templates/broken/pack.yaml:4:11")
    }
    assert [(problem.details["colour"], problem.details["background"]) for problem in found] == [
        ("88AAFF", "FFFFFF"), ("FFFFFF", "88AAFF"), ("88AAFF", "EEF2FA"),
    ]  # fmt: skip
    assert found[1].details["source"] == '"column", "city"'
    assert found[0].details["source"].startswith('"title", "link", "brand", ')


@pytest.mark.parametrize(
    ("style", "files", "formats"),
    [
        ("cell", {}, {"Word, PDF and web page"}),
        ("ours", {"summary.page.xml": PAGE.replace("<h1>", '<p class="ours">x</p><h1>')}, {"all formats"}),
        ("unused", {"summary.docx": docx(BODY + paragraph(run("x", '<w:color w:val="BBBBBB"/>')))}, {"Word"}),
    ],
)
def test_a_low_contrast_is_reported_with_its_formats(
    style: str, files: dict[str, str | bytes], formats: set[str], tmp_path: Path
) -> None:
    settings = f'{SETTINGS}theme:\n  styles:\n    {style}: {{colour: "#999999"}}\n'
    found = problems_of(Broken("", "", "", {"pack.yaml": settings} | files), tmp_path)
    assert {each.details["formats"] for each in found if each.code == "contrast-low"} == formats


def test_an_altered_programme_label_is_reported_where_it_is_altered(tmp_path: Path) -> None:
    styles = (
        "theme:\n  styles:\n    emblem-label: {like: brand, align: start, colour: ink}\n    brand: {italic: true}\n"
    )
    files: dict[str, str | bytes] = {
        "pack.yaml": SETTINGS + styles,
        "summary.page.xml": PAGE.replace("{{ label.text }}", "<u>{{ label.text }}</u>"),
    }
    found = problems_of(Broken("", "", "", files), tmp_path)
    assert {problem.code for problem in found} == {"programme-label-altered"}
    assert [(shown(problem).removeprefix("templates/broken/"), problem.details["look"]) for problem in found] == [
        ("pack.yaml:4:55", "in #1A1A1A"),
        ("pack.yaml:5:21", "italic"),
        ("summary.page.xml:11", "underlined"),
        ("summary.page.xml:97", "underlined"),
    ]


_LABEL = "{% for label in summary.programme_label %}<p>{{ label.text }}</p>{% endfor %}"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("", {"emblem-missing"}),
        ('<page-header first="true"/><page-header><emblem/></page-header>', {"emblem-missing"}),
        ("<p>Words</p><page-break/><emblem/>", {"emblem-missing"}),
        ("<page-header><emblem/></page-header>", set()),
        ('<page-footer first="true"><div><emblem/></div></page-footer>', set()),
        ("<table><tr><td><emblem/></td></tr></table><page-break/><p>Words</p>", set()),
        ('<img src="images/eu.svg" alt="Co-funded by the European Union"/>', set()),
        ('<img src="images/eu.svg" alt="Kofinanziert von der Europäischen Union"/>', set()),
        ('<img src="images/eu.svg" alt="欧盟旗帜"/>', set()),
        ('<img src="images/eu.svg" alt="Stadt Köln"/>', {"emblem-missing"}),
    ],
)
def test_a_first_page_without_the_emblem_is_reported(body: str, codes: set[str]) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"><path d="M0 0h3v2H0z"/></svg>'
    page = f"<document>{body}<h1>{{{{ summary.title }}}}</h1>{_LABEL}</document>"
    files = {PAGE_TEMPLATE: PackFile("summary.page.xml", page.encode()), "images/eu.svg": PackFile("eu.svg", drawing)}
    pack = structs.replace(shipped_pack(), files=files)

    tree = try_page(pack, PackTrials(pack).samples.full).tree

    assert tree is not None
    assert {warning.code for warning in emblem_warnings(tree, pack)} == codes


def test_a_check_reports_a_first_page_without_the_emblem(tmp_path: Path) -> None:
    page = f"<document><h1>{{{{ summary.title }}}}</h1>{_LABEL}</document>"
    files: dict[str, str | bytes] = {"pack.yaml": SETTINGS, "summary.page.xml": page}
    assert "emblem-missing" in {problem.code for problem in problems_of(Broken("", "", "", files), tmp_path)}


def test_a_pack_without_the_programme_label_needs_no_emblem(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pack.yaml": f"{SETTINGS}leaves_out: [programme_label]\n",
        "summary.page.xml": "<document><h1>{{ summary.title }}</h1></document>",
    }
    assert "emblem-missing" not in {problem.code for problem in problems_of(Broken("", "", "", files), tmp_path)}


def test_the_programme_label_has_the_official_colour_in_every_shipped_pack() -> None:
    for name in pack_names([shipped_packs()]):
        assert open_pack(name).theme.styles["emblem-label"].colour == Colour("003399")


def test_inherited_settings_have_their_place_in_the_shipped_pack_of_the_same_name(tmp_path: Path) -> None:
    folder = tmp_path / "iuc-asia"
    folder.mkdir()
    (folder / "pack.yaml").write_text(SETTINGS, encoding="utf-8")
    opened = assemble(read_layers("iuc-asia", [PackFolder(tmp_path, "templates"), shipped_packs()]))
    assert check_pack(opened) == ()
    inherited = opened.tree.location(("title",))
    assert inherited.path == "shipped/templates/iuc-asia/pack.yaml"


def test_content_that_is_not_printed_in_a_turned_table_is_reported(tmp_path: Path) -> None:
    facts = "for row in summary.rows if not row.key.startswith('cities')"
    heads = "for head in summary.heads"
    assert all(old in BODY + PAGE for old in ("for row in summary.rows", heads))
    files: dict[str, str | bytes] = {
        "pack.yaml": SETTINGS,
        "summary.docx": docx(BODY.replace("for row in summary.rows", facts)),
        "summary.page.xml": PAGE.replace(heads, f"{heads}[:4]"),
    }
    found = problems_of(Broken("", "", "", files), tmp_path)
    assert [problem.code for problem in found] == [*["content-not-shown"] * 2, "row-uneven", "content-not-shown"]
    assert [problem.details for problem in found if problem.code == "content-not-shown"] == [
        {"name": "row.label"}, {"name": "row.cells"}, {"name": "summary.columns", "items": "column 5"},
    ]  # fmt: skip


def test_a_picture_whose_name_is_a_value_of_the_sample_is_not_reported(tmp_path: Path) -> None:
    image = '<img src="images/{}.png" alt="a"/>'
    page = PAGE.replace("<h1>", f"{image.format('{{ summary.id }}')}{image.format('gone')}<h1>")
    found = problems_of(Broken("", "", "", {"pack.yaml": SETTINGS, "summary.page.xml": page}), tmp_path)
    assert [(each.code, each.details["name"]) for each in found] == [("image-missing", "images/gone.png")]


def contrasts(tmp_path: Path, styles: str) -> set[tuple[str, str, str, str]]:
    """The sources, colours, backgrounds and formats of the warnings about contrast in the contact panel."""
    folder = tmp_path / "dark"
    folder.mkdir()
    (folder / "pack.yaml").write_text(f"extends: iuc-asia\ntheme:\n  styles:\n{styles}", encoding="utf-8")
    opened = assemble(read_layers("dark", [PackFolder(tmp_path, "templates"), shipped_packs()]))
    found = (problem.details for problem in check_pack(opened) if problem.code == "contrast-low")
    return {(each["source"], each["colour"], each["background"], each["formats"]) for each in found}


def test_links_are_checked_on_the_background_of_their_panel(tmp_path: Path) -> None:
    styles = "    contact: {background: '#6699CC'}\n    contact-lead: {colour: ink}\n"
    assert ('"link", "emblem-label"', "003399", "6699CC", "Word, PDF and web page") in contrasts(tmp_path, styles)


def test_links_are_checked_on_the_background_of_the_text_of_plans(tmp_path: Path) -> None:
    styles = "    link: {colour: '#FFFFFF'}\n"
    assert ('"link"', "FFFFFF", "FFFFFF", "Word, PDF and web page") in contrasts(tmp_path, styles)


def test_a_document_has_a_warning_about_light_links_only_if_it_has_links(tmp_path: Path) -> None:
    folder = tmp_path / "light"
    folder.mkdir()
    settings = "extends: iuc-asia\ntheme:\n  styles:\n    link: {colour: '#DDDDDD'}\n"
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    pack = assemble(read_layers("light", [PackFolder(tmp_path, "templates"), shipped_packs()])).pack
    plain, linked = page_tree(text("words")), page_tree(text((Run("words", link="https://example.org/"),)))
    assert contrast_warnings(plain, pack) == ()
    (warning,) = contrast_warnings(linked, pack)
    assert (warning.code, warning.details["source"], warning.details["colour"]) == ("contrast-low", '"link"', "DDDDDD")
    assert contrast_warnings(plain, pack) == ()


def test_light_text_on_a_dark_panel_has_enough_contrast_with_its_links(tmp_path: Path) -> None:
    styles = "    contact: {background: blue}\n    contact-lead: {colour: white}\n    contact-text: {colour: white}\n"
    assert {source for source, *_ in contrasts(tmp_path, styles)} == {'"emblem-label"'}


@pytest.mark.parametrize("instruction", ["PAGE", "Page", r" page\* MERGEFORMAT ", "numpages"])
def test_numbers_of_pages_are_no_text_of_a_template(instruction: str) -> None:
    number = "<w:r><w:t>7</w:t></w:r>"
    simple = f'<w:fldSimple w:instr="{instruction}">{number}</w:fldSimple>'
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    field = f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{number}{end}"
    pack = pack_of(docx(f"<w:p>{simple}</w:p><w:p>{field}</w:p>"))

    (trial,) = try_word(open_template(pack.files["summary.docx"]), pack.theme, [seed_summary()])

    assert trial.paragraphs == ("", "")


@pytest.mark.parametrize("name", every(2, ["iuc-asia", "plain"]))
def test_page_template_is_filled_once_for_each_sample(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = []

    def counted(template: PackFile, summary: Summary) -> tuple[PageXml, tuple[Problem, ...]]:
        filled.append(summary)
        return attempt_fill(template, summary)

    monkeypatch.setattr("ucap_reports.check.pack_check.attempt_fill", counted)
    check_named(name, [shipped_packs()])
    assert len(filled) == 3


@pytest.mark.parametrize(
    ("kind", "section", "settings", "pages"),
    [
        ("default", "", "", (True, True)),
        ("default", "<w:titlePg/>", "", (False, True)),
        ("default", '<w:titlePg w:val="0"/>', "", (True, True)),
        ("first", "", "", (False, False)),
        ("first", "<w:titlePg/>", "", (True, False)),
        ("even", "", "", (False, False)),
        ("even", "", "<w:evenAndOddHeaders/>", (False, True)),
        ("even", "", '<w:evenAndOddHeaders w:val="off"/>', (False, False)),
    ],
)
def test_headers_are_on_the_pages_on_which_word_prints_them(
    kind: str, section: str, settings: str, pages: tuple[bool, bool]
) -> None:
    parts = read_package(with_settings(settings)) | {
        name: content.replace(b"default", kind.encode()).replace(b"</w:sectPr>", f"{section}</w:sectPr>".encode())
        for name, content in read_package(docx(paragraph("a"), header=paragraph("head"))).items()
        if name in ("word/document.xml", "word/header1.xml")
    }
    parts["[Content_Types].xml"] = typed(f'Override PartName="/word/header1.xml" ContentType="{WORD}header+xml"')(
        parts["[Content_Types].xml"]
    )
    rels = "word/_rels/document.xml.rels"
    parts[rels] = related("header", "header1.xml", "", 2)(parts[rels])
    template = write_package(compressed(name, content) for name, content in parts.items())
    pack = pack_of(template)
    (trial,) = try_word(open_template(pack.files["summary.docx"]), pack.theme, [seed_summary()])
    assert ("head" in trial.first_page.texts, "head" in trial.later_pages.texts) == pages


@pytest.mark.parametrize(
    ("font", "expected"), [("minorHAnsi", ["Papyrus"]), ("majorHAnsi", []), ("minorBidi", ["Papyrus"]), ("other", [])]
)
def test_fonts_of_the_office_theme_are_compared_with_those_of_the_pack(font: str, expected: list[str]) -> None:
    own = shipped_pack("iuc-asia").theme.fonts["text"].word
    latin = '<a:latin typeface="{}"/>'
    fonts = f"<a:majorFont>{latin.format(own)}</a:majorFont><a:minorFont>{latin.format('Papyrus')}</a:minorFont>"
    theme = THEME % f"<a:themeElements><a:fontScheme>{fonts}</a:fontScheme></a:themeElements>".encode()
    body = paragraph(run("a", f'<w:rFonts w:ascii="{own}" w:asciiTheme="{font}"/>'))
    pack = pack_of(with_part("word/theme1.xml", theme, THEME_TYPE, "theme", body=body))
    warnings = template_warnings(open_template(pack.files["summary.docx"]), pack)
    assert [warning.details["font"] for warning in warnings if warning.code == "font-foreign"] == expected
