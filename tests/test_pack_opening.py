from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from msgspec.structs import replace

from tests.selected_cases import every, mostly_long
from tests.stages import EXAMPLE
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.safe_folder import Entry, OpenFolder
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import (
    PackFolder,
    _is_pack,
    assemble,
    open_pack,
    own_content,
    pack_names,
    read_layers,
    shipped_packs,
)
from ucap_reports.template.pack_settings_and_number_format import BookSettings, PackContact, PackLogo, PackSettings
from ucap_reports.template.theme_and_line_spacing import ThemeSettings
from ucap_reports.word.render_word import render_word


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


def test_a_pack_inherits_settings_and_files(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\ntheme:\n  styles:\n    title: {size: 20 pt}\n")

    pack, shipped = opened(templates, "blue"), open_pack("iuc-asia")

    assert pack.name == "blue"
    assert pack.theme.style("title") == replace(shipped.theme.style("title"), size=Length(20))
    assert pack.settings.rows == shipped.settings.rows
    assert pack.files["summary.docx"] == shipped.files["summary.docx"]


def test_a_style_keeps_the_keys_of_the_extended_pack_until_they_are_null(templates: Path) -> None:
    settings = "extends: iuc-asia\ntheme:\n  styles:\n    contact: {background: null}\n    own: {bold: true}\n"
    write_pack(templates, "blue", settings)

    theme, shipped = opened(templates, "blue").theme, open_pack("iuc-asia").theme

    assert shipped.style("contact").background is not None
    assert theme.style("contact") == replace(shipped.style("contact"), background=None)
    assert theme.style("own").size == theme.style("body").size
    assert theme.style("own").background is None


WRONG_KINDS = ("[[a]]", "{a: [[b]]}")
"""What no setting can be."""
OTHER_KINDS = ("[]", "{}", "1", "true", "null", "2020-01-01", "text", ".nan")
INNER_SETTINGS = tuple(
    (name, inner)
    for name, model in (("contact", PackContact), ("logo", PackLogo), ("book", BookSettings), ("theme", ThemeSettings))
    for inner in model.model_fields
)


LOCS = [
    *((name,) for name in PackSettings.model_fields if name != "extends"),
    *INNER_SETTINGS,
    ("labels", "en"),
    ("wording", "de"),
    ("rows", "region"),
    ("fields", "budget"),
]


@pytest.mark.no_cover
@pytest.mark.parametrize("loc", mostly_long(LOCS, LOCS[::2]), ids=".".join)
def test_settings_of_the_wrong_type_are_problems(loc: tuple[str, ...]) -> None:
    shipped = read_layers("iuc-asia")
    for kind in (*WRONG_KINDS, *OTHER_KINDS):
        text = "title: Ours\n" if loc != ("title",) else ""
        text += "".join(f"{'  ' * depth}{name}:\n" for depth, name in enumerate(loc))
        tree = parse(Source("pack.yaml", f"{text.rstrip()} {kind}\n"))
        has_problems = False
        try:
            assemble(replace(shipped, trees=(tree, *shipped.trees)))
        except ProblemsFound:
            has_problems = True
        assert has_problems or kind not in WRONG_KINDS, kind


@pytest.mark.parametrize(
    ("setting", "expected", "kinds"),
    [
        ("rows", "a list", ("1", "true", "0", "false", "2020-01-01", "text", '""')),
        ("fields", "fields", ("1", "true", "0", "false")),
        ("page_limit", "a whole number", ("true", "false")),
        ("max_columns", "a whole number", ("true", "false")),
    ],
)
def test_settings_of_the_wrong_type_are_never_ignored(
    templates: Path, setting: str, expected: str, kinds: tuple[str, ...]
) -> None:
    for number, kind in enumerate(kinds):
        write_pack(templates, f"blue{number}", f"extends: iuc-asia\n{setting}: {kind}\n")
        with pytest.raises(ProblemsFound) as found:
            opened(templates, f"blue{number}")
        problems = [
            (problem.code, problem.location.line, problem.details["expected"]) for problem in found.value.problems
        ]
        assert problems == [("type-invalid", 2, expected)], kind


def test_wrong_rows_of_a_pack_below_are_reported_in_its_file(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\nrows: 5\n")
    write_pack(templates, "navy", "extends: blue\nrows: {visits: hide}\n")
    with pytest.raises(ProblemsFound) as found:
        opened(templates, "navy")
    places = [(problem.location.path, problem.location.line) for problem in found.value.problems]
    assert places == [("templates/blue/pack.yaml", 2)]


def test_a_wrong_scale_is_a_problem_below_a_pack_with_styles_of_its_own() -> None:
    shipped = read_layers("iuc-asia")
    upper = parse(Source("upper.yaml", "theme: {styles: {title: {size: 20 pt}}}\n"))
    lower = parse(Source("lower.yaml", "theme: {scales: {tight: [a]}}\n"))
    with pytest.raises(ProblemsFound) as found:
        assemble(replace(shipped, trees=(upper, lower, *shipped.trees)))
    assert [problem.location.path for problem in found.value.problems] == ["lower.yaml"]


@pytest.mark.parametrize("kind", [*WRONG_KINDS, *OTHER_KINDS])
def test_extends_of_the_wrong_type_is_a_problem(templates: Path, kind: str) -> None:
    write_pack(templates, "blue", f"extends: {kind}\n")
    assert codes(templates, "blue")


def test_a_pack_renames_one_row_in_its_own_language(templates: Path) -> None:
    write_pack(templates, "iuc-asia", 'extends: iuc-asia\nlabels: {en: {population: "[Inhabitants](www.iuc.eu):"}}\n')

    pack, shipped = opened(templates, "iuc-asia"), open_pack("iuc-asia")

    assert pack.label("population").text == "Inhabitants:"
    assert pack.label("country") == shipped.label("country")
    assert [rule.field for rule in pack.settings.rows] == [rule.field for rule in shipped.settings.rows]


def test_a_pack_of_a_shipped_name_extends_the_shipped_one(templates: Path) -> None:
    write_pack(templates, "iuc-asia", "extends: iuc-asia\ntitle: Ours\n")

    assert opened(templates, "iuc-asia").settings.title == "Ours"


def test_problems_of_a_hidden_shipped_pack_have_no_path_of_the_installation(templates: Path) -> None:
    write_pack(templates, "iuc-asia", "extends: iuc-asia\n")
    layers = read_layers("iuc-asia", [PackFolder(templates, "templates"), shipped_packs()])

    assert [tree.source.path for tree in layers.trees] == [
        "templates/iuc-asia/pack.yaml",
        "shipped/templates/iuc-asia/pack.yaml",
    ]
    excerpts = SourceExcerpts((templates.parent,))
    assert excerpts.line(Location("shipped/templates/iuc-asia/pack.yaml", 1))


def test_a_pack_is_opened_by_its_folder_too(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\ntitle: Blue\n")

    assert open_pack(templates / "blue").settings.title == "Blue"


def test_a_pack_is_shipped_if_its_own_folder_is(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\n")
    packs = [open_pack("iuc-asia"), opened(templates, "iuc-asia"), opened(templates, "blue")]
    assert [(pack.shipped, bool(pack.shipped_contact)) for pack in packs] == [
        (True, False),
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("extends: iuc-asia\nname: blue", "extends: iuc-asia\n"),
        ("name: blue\r\nextends: iuc-asia\r\n", "extends: iuc-asia\r\n"),
        ("extends: iuc-asia\rname: blue\rtitle: Ours\r", "extends: iuc-asia\rtitle: Ours\r"),
        ("\ufeff'name' : blue  # as its folder\nextends: iuc-asia\n", "\ufeffextends: iuc-asia\n"),
        ("extends: iuc-asia\nlogo:\n  name: blue\n", "extends: iuc-asia\nlogo:\n  name: blue\n"),
    ],
)
def test_a_copy_of_a_pack_has_no_name(templates: Path, text: str, rest: str) -> None:
    folder = templates / "blue"
    folder.mkdir()
    (folder / "pack.yaml").write_bytes(text.encode())
    content = own_content("blue", [PackFolder(templates, "templates")])
    assert content["pack.yaml"].decode() == rest


def test_packs_that_extend_each_other_are_an_error(templates: Path) -> None:
    write_pack(templates, "one", "extends: two\n")
    write_pack(templates, "two", "extends: one\n")

    assert codes(templates, "one") == [("pack-circular", 1, "extends")]


def test_an_unknown_pack_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(ProblemsFound) as found:
        open_pack("iuc-asai")

    assert found.value.problems[0].hint == 'did you mean "iuc-asia"?'


@pytest.mark.parametrize("name", ["../iuc-asia", "iuc-asia/../iuc-asia", ".", ""])
def test_the_name_of_a_pack_is_not_a_path(name: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        open_pack(name)
    assert [(problem.code, problem.details["name"]) for problem in found.value.problems] == [("pack-unknown", name)]


def test_all_errors_of_the_settings_are_reported_at_once(templates: Path) -> None:
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
          page: {size: A55, margins: 1 cm}
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
        ("row-duplicate", 8, "rows[2].field"),
        ("paper-unknown", 10, "theme.page.size"),
        ("colour-unknown", 11, "theme.colours.blue"),
        ("style-unknown", 13, "theme.styles.title.like"),
        ("colour-unknown", 13, "theme.styles.title.colour"),
        ("font-unknown", 14, "theme.styles.cell.font"),
    ]


@pytest.mark.parametrize(
    ("colour", "hint"),
    [
        ('"004d40"', 'write "#004D40"'),
        ('"#1aB"', 'write "#11AABB"'),
        ("red", 'write two digits each of red, green and blue, as in "#003399"'),
        ("003399", "put straight quotes around it"),
        ("#004D40", "write it here, or remove the line; put straight quotes around a text that starts with #"),
    ],
)
def test_an_invalid_colour_has_a_hint_with_the_valid_form(templates: Path, colour: str, hint: str) -> None:
    write_pack(templates, "broken", f"extends: iuc-asia\ntheme:\n  colours:\n    blue: {colour}\n")
    with pytest.raises(ProblemsFound) as found:
        opened(templates, "broken")
    (problem,) = found.value.problems
    assert (problem.location.line, problem.hint) == (4, hint)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ('title: "Plan {{ summary.updated }}"', "title"),
        ('draft: "{% if summary %}Draft"', "draft"),
        ('contact: {lead: "summary.lead }}"}', "contact.lead"),
        ('labels: {en: {country: "Land {{"}}', "labels.en.country"),
        ('rows: [{field: cities, label: "{{ summary.title }}"}]', "rows[0].label"),
        ('programme_label: {en: {text: "a %}"}}', "programme_label.en.text"),
        ('wording: {en: {title: "{{ a }}"}}', "wording.en.title"),
    ],
)
def test_a_tag_in_a_text_of_the_settings_is_an_error(templates: Path, settings: str, field: str) -> None:
    write_pack(templates, "broken", f"extends: iuc-asia\n{settings}\n")
    assert codes(templates, "broken") == [("value-invalid", 2, field)]


def test_circular_styles_and_invalid_language_tags_are_errors(templates: Path) -> None:
    styles = "{label: {like: column}, column: {like: label}, cell: {like: cell}, list: {like: label}}"
    settings = f"extends: iuc-asia\nlanguage: english\nwording: {{e: {{}}}}\ntheme: {{styles: {styles}}}\n"
    write_pack(templates, "broken", settings)

    assert codes(templates, "broken") == [
        ("language-invalid", 2, "language"),
        ("language-invalid", 3, "wording.e"),
        ("style-circular", 4, "theme.styles.label.like"),
        ("style-circular", 4, "theme.styles.column.like"),
        ("style-circular", 4, "theme.styles.cell.like"),
    ]


def test_unknown_fonts_and_invalid_addresses_are_errors(templates: Path) -> None:
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


def test_an_unknown_key_is_an_error_with_the_nearest_name(templates: Path) -> None:
    write_pack(templates, "broken", "extends: iuc-asia\npage_limits: 3\n")

    with pytest.raises(ProblemsFound) as found:
        opened(templates, "broken")

    assert [(each.code, each.hint) for each in found.value.problems] == [
        ("field-unknown", 'did you mean "page_limit"?'),
    ]


def test_a_pack_without_templates_is_an_error(templates: Path) -> None:
    shipped = (shipped_packs().path / "iuc-asia" / "pack.yaml").read_text(encoding="utf-8")
    write_pack(templates, "bare", shipped.replace("name: iuc-asia", "name: bare"))

    assert [code for code, _, _ in codes(templates, "bare")] == ["file-missing"]


def test_a_link_out_of_the_pack_is_an_error(templates: Path, tmp_path: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\n")
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    (templates / "blue" / "images").mkdir()
    (templates / "blue" / "images" / "logo.png").symlink_to(secret)

    assert [code for code, _, _ in codes(templates, "blue")] == ["file-outside"]


def test_the_digest_depends_on_settings_and_files(templates: Path) -> None:
    write_pack(templates, "one", "extends: iuc-asia\n")
    write_pack(templates, "two", "extends: iuc-asia\ntitle: Two\n")
    write_pack(templates, "three", "extends: iuc-asia\n", **{"summary.page.xml": b"<document/>"})

    digests = {opened(templates, name).digest for name in ("one", "two", "three")}

    assert len(digests) == 3
    assert opened(templates, "one").digest in digests


def test_the_names_of_packs_are_those_of_folders_with_settings(templates: Path) -> None:
    write_pack(templates, "blue", "extends: iuc-asia\n")
    (templates / "notes").mkdir()

    assert pack_names([PackFolder(templates, "templates")]) == ("blue",)


def test_a_pack_is_opened_without_the_folders_of_others(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[str] = []

    def is_pack(parent: OpenFolder, entry: Entry) -> bool:
        examined.append(entry.name)
        return _is_pack(parent, entry)

    write_pack(templates, "blue", "extends: iuc-asia\n")
    write_pack(templates, "green", "extends: iuc-asia\n")
    monkeypatch.setattr("ucap_reports.template.pack_opening._is_pack", is_pack)

    assert opened(templates, "blue").name == "blue"
    assert examined == ["blue", "iuc-asia"]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("removed", "expected"),
    every(
        3,
        [
            ("title", [("style-required", "theme.styles")]),
            ("body", [("style-required", "theme.styles")]),
            ("contact", []),
            ("emblem", []),
        ],
    ),
)
def test_a_theme_has_a_body_and_a_title(templates: Path, removed: str, expected: list[tuple[str, str]]) -> None:
    shipped = shipped_packs().path / "iuc-asia"
    settings = yaml.safe_load((shipped / "pack.yaml").read_text(encoding="utf-8")) | {"name": "bare"}
    del settings["theme"]["styles"][removed]
    del settings["theme"]["scales"]
    content = {name: (shipped / name).read_bytes() for name in ("summary.docx", "summary.page.xml")}
    write_pack(templates, "bare", yaml.safe_dump(settings, allow_unicode=True), **content)

    if expected:
        assert [(code, field) for code, _, field in codes(templates, "bare")] == expected
    else:
        pack = opened(templates, "bare")
        assert render_word(compose_summary(load_plan(EXAMPLE), pack), pack).content
