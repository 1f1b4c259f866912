from pathlib import Path
from textwrap import dedent

import pytest
from msgspec.structs import replace

from ucap_reports.problems import ProblemsFound
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack, pack_names, shipped_packs


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """An empty folder of packs."""
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def write_pack(templates: Path, name: str, settings: str, **files: bytes) -> None:
    folder = templates / name
    folder.mkdir()
    (folder / "pack.yaml").write_text(dedent(settings), encoding="utf-8")
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)


def opened(templates: Path, name: str) -> Pack:
    return open_pack(name, [PackFolder(templates, "templates"), shipped_packs()])


def codes(templates: Path, name: str) -> list[tuple[str, int | None, str | None]]:
    """What is wrong with a pack: code, line and field of each problem."""
    with pytest.raises(ProblemsFound) as found:
        opened(templates, name)
    return [(each.code, each.location.line, each.location.field) for each in found.value.problems]


def test_a_pack_inherits_every_setting_and_file_that_it_does_not_have(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\ntheme:\n  styles:\n    title: {size: 20 pt}\n")

    pack, shipped = opened(templates, "blue"), open_pack("iuc-asia")

    assert pack.name == "blue"
    assert pack.theme.style("title") == replace(shipped.theme.style("title"), size=Length(20))
    assert pack.settings.rows == shipped.settings.rows
    assert pack.word_template == shipped.word_template


def test_a_pack_renames_one_row_in_the_language_of_the_pack(templates: Path) -> None:
    write_pack(templates, "iuc-asia", 'extends: iuc-asia\nlabels: {en: {population: "[Inhabitants](www.iuc.eu):"}}\n')

    pack, shipped = opened(templates, "iuc-asia"), open_pack("iuc-asia")

    assert pack.label("population").text == "Inhabitants:"
    assert pack.label("country") == shipped.label("country")
    assert [rule.field for rule in pack.settings.rows] == [rule.field for rule in shipped.settings.rows]


def test_a_pack_of_a_shipped_name_extends_the_shipped_one(templates: Path) -> None:
    write_pack(templates, "iuc-asia", "extends: iuc-asia\ntitle: Ours\n")

    assert opened(templates, "iuc-asia").settings.title == "Ours"


def test_a_pack_is_opened_by_its_folder_too(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\ntitle: Blue\n")

    assert open_pack(templates / "blue").settings.title == "Blue"


def test_packs_that_extend_each_other_are_told(templates: Path) -> None:
    write_pack(templates, "one", "extends: two\n")
    write_pack(templates, "two", "extends: one\n")

    assert codes(templates, "one") == [("pack-circular", 1, "extends")]


def test_an_unknown_pack_is_told_with_the_nearest() -> None:
    with pytest.raises(ProblemsFound) as found:
        open_pack("iuc-asai")

    assert found.value.problems[0].hint == 'did you mean "iuc-asia"?'


@pytest.mark.parametrize("name", ["../iuc-asia", "iuc-asia/../iuc-asia", ".", ""])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(ProblemsFound, match="no pack is called"):
        open_pack(name)


def test_everything_wrong_in_the_settings_is_told_at_once_at_its_line(templates: Path) -> None:
    write_pack(
        templates,
        "broken",
        """\
        extends: iuc-asia
        name: other
        number_format: lots
        label_languages: [en, xx]
        rows:
          - {field: cities, label: "City:"}
          - {field: citys, label: "`code`"}
          - {field: cities, label: Again}
        theme:
          page: {size: A5, margins: 1 cm}
          colours: {blue: bleu}
          styles:
            title: {like: titel, colour: azure}
            cell: {font: serif}
        """,
    )

    assert codes(templates, "broken") == [
        ("pack-misnamed", 2, "name"),
        ("number-format-unknown", 3, "number_format"),
        ("label-language-unknown", 4, "label_languages[1]"),
        ("row-field-unknown", 7, "rows[1].field"),
        ("markup-forbidden", 7, "rows[1].label"),
        ("row-twice", 8, "rows[2].field"),
        ("paper-unknown", 10, "theme.page.size"),
        ("colour-unknown", 11, "theme.colours.blue"),
        ("style-unknown", 13, "theme.styles.title.like"),
        ("colour-unknown", 13, "theme.styles.title.colour"),
        ("font-unknown", 14, "theme.styles.cell.font"),
    ]


@pytest.mark.parametrize(
    ("colour", "hint"),
    [
        ('"004d40"', 'write it as "#004D40"'),
        ('"#1aB"', 'write it as "#11AABB"'),
        ("red", 'write two digits each of red, green and blue, as in "#003399"'),
        ("003399", "put straight quotes around it"),
        ("#004D40", "write it here, or remove the line; what begins with # needs straight quotes around it"),
    ],
)
def test_a_colour_in_another_form_is_told_in_the_one_that_is_read(templates: Path, colour: str, hint: str) -> None:
    write_pack(templates, "broken", f"extends: iuc-asia\ntheme:\n  colours:\n    blue: {colour}\n")
    with pytest.raises(ProblemsFound) as found:
        opened(templates, "broken")
    (problem,) = found.value.problems
    assert (problem.location.line, problem.hint) == (4, hint)


def test_styles_that_are_like_each_other_and_languages_that_are_none_are_told(templates: Path) -> None:
    styles = "{label: {like: column}, column: {like: label}, cell: {like: cell}, list: {like: label}}"
    settings = f"extends: iuc-asia\nlanguage: english\nwording: {{e: {{}}}}\ntheme: {{styles: {styles}}}\n"
    write_pack(templates, "broken", settings)

    assert codes(templates, "broken") == [
        ("language-invalid", 2, "language"),
        ("language-invalid", 3, "wording.e"),
        ("style-circular", 4, "theme.styles.column.like"),
        ("style-circular", 4, "theme.styles.label.like"),
        ("style-circular", 4, "theme.styles.cell.like"),
    ]


def test_fonts_and_addresses_that_lead_nowhere_are_told_at_their_line(templates: Path) -> None:
    write_pack(
        templates,
        "broken",
        """\
        extends: iuc-asia
        contact:
          email: not-an-address
          website: nor this
        theme:
          fallback: [Noto Sans SC, Noto Sans CS]
          fonts:
            text: {word: Calibri, pdf: Calibri}
            brand:
              word: Brand
              files:
                regular: fonts/Brand.ttf
        """,
    )

    assert codes(templates, "broken") == [
        ("email-invalid", 3, "contact.email"),
        ("website-invalid", 4, "contact.website"),
        ("font-unknown", 6, "theme.fallback[1]"),
        ("font-unknown", 8, "theme.fonts.text.pdf"),
        ("font-file-missing", 12, "theme.fonts.brand.files.regular"),
    ]


def test_a_misspelt_key_is_told_with_the_nearest(templates: Path) -> None:
    write_pack(templates, "broken", "extends: iuc-asia\npage_limits: 3\n")

    with pytest.raises(ProblemsFound) as found:
        opened(templates, "broken")

    assert [(each.code, each.hint) for each in found.value.problems] == [
        ("field-unknown", 'did you mean "page_limit"?'),
    ]


def test_a_pack_without_templates_says_how_to_get_them(templates: Path) -> None:
    shipped = (shipped_packs().path / "iuc-asia" / "pack.yaml").read_text(encoding="utf-8")
    write_pack(templates, "bare", shipped.replace("name: iuc-asia", "name: bare"))

    assert [code for code, _, _ in codes(templates, "bare")] == ["file-missing", "file-missing"]


def test_a_file_that_leads_out_of_the_pack_is_refused(templates: Path, tmp_path: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\n")
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    (templates / "blue" / "images").mkdir()
    (templates / "blue" / "images" / "logo.png").symlink_to(secret)

    assert [code for code, _, _ in codes(templates, "blue")] == ["file-outside"]


def test_the_digest_changes_with_settings_and_files(templates: Path) -> None:
    write_pack(templates, "one", "extends: iuc-asia\n")
    write_pack(templates, "two", "extends: iuc-asia\ntitle: Two\n")
    write_pack(templates, "three", "extends: iuc-asia\n", **{"summary.page.xml": b"<document/>"})

    digests = {opened(templates, name).digest for name in ("one", "two", "three")}

    assert len(digests) == 3
    assert opened(templates, "one").digest in digests


def test_names_are_those_of_folders_with_settings(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\n")
    (templates / "notes").mkdir()

    assert pack_names([PackFolder(templates, "templates")]) == ("blue",)
