"""Packs that extend the shipped ones and have one fault each, with the problem that is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.pages import noise
from tests.word_packages import PICTURE, with_comments, with_part
from tests.word_templates import cell, docx, paragraph, run, table
from ucap_reports.check.pack_check import check_pack
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.template.pack_opening import PackFolder, assemble, read_layers, shipped_packs

PAGE = (shipped_packs().path / "iuc-asia" / "summary.page.xml").read_text(encoding="utf-8")
SETTINGS = "extends: iuc-asia\n"
PAGE_NUMBER = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
BODY = "".join(
    [
        paragraph("{{ summary.title }}"),
        table(
            ["{{ summary.column_label }}", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
            ["{%tr for row in summary.rows %}", "", "", ""],
            ["{{ row.label }}", "{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}"],
            ["{%tr endfor %}", "", "", ""],
            widths=(1000, 1000, 1000, 1000),
        ).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1),
        paragraph("{{ summary.contact.lead }} {{ summary.contact.office }} {{ summary.contact.email }}"),
        paragraph("{{ summary.contact.phone }} {{ summary.contact.website }} {{ summary.contact.address }}"),
        paragraph("{% for label in summary.programme_label %}{{ label.text }} {% endfor %}", PAGE_NUMBER),
    ]
)
"""The body of a Word template that prints everything."""


@dataclass(frozen=True)
class Broken:
    """The files of a pack with one fault; the problem has this code and place, and names a value."""

    code: str
    where: str
    names: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)


def word(code: str, where: str, names: str, body: str, *, settings: str = SETTINGS, **parts: str) -> Broken:
    """A pack with that Word template; `where` is the place inside it."""
    files: dict[str, str | bytes] = {"pack.yaml": settings, "summary.docx": docx(body, **parts)}
    return Broken(code, f"templates/broken/summary.docx: {where}", names, files)


def page(code: str, where: str, names: str, old: str, new: str) -> Broken:
    """A pack whose page template is the shipped one with one change; `where` is the text at the problem's place."""
    assert old in PAGE
    text = PAGE.replace(old, new, 1)
    offset = text.index(where)
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    place = f"templates/broken/summary.page.xml:{line}:{column}"
    return Broken(code, place, names, {"pack.yaml": SETTINGS, "summary.page.xml": text})


def settings(code: str, line: int, names: str, text: str, **files: bytes) -> Broken:
    """A pack with those settings over the shipped ones; `line` is the line of the problem."""
    return Broken(code, f"templates/broken/pack.yaml:{line}", names, {"pack.yaml": SETTINGS + text, **files})


def picture(described: str = "") -> str:
    """A run with a picture."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="a"{described}/><a:graphic><a:graphicData>'
        "<pic:pic><pic:blipFill><a:blip/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r>"
    )


def word_picture(code: str, names: str, content: bytes, millimetres: int) -> Broken:
    """A pack whose Word template shows a picture in that width."""
    shown = f'<wp:extent cx="{millimetres * 36_000}" cy="36000"/><a:blip r:embed="rId99"/>'
    template = with_part(
        "word/media/a.png", content, "image/png", "image", body=f"<w:p>{PICTURE.format(shown)}</w:p>{BODY}"
    )
    files: dict[str, str | bytes] = {"pack.yaml": SETTINGS, "summary.docx": template}
    return Broken(code, "templates/broken/summary.docx: body › paragraph 1", names, files)


def shown(problem: Problem) -> str:
    """The place of a problem, as the command line prints it."""
    location = problem.location
    if location.place is not None:
        return f"{location.path}: {location.place}"
    numbers = [str(number) for number in (location.line, location.column) if number is not None]
    return ":".join([location.path or "", *numbers])


def problems_of(broken: Broken, templates: Path) -> tuple[Problem, ...]:
    """The problems of the pack, after it is written into a folder of packs."""
    folder = templates / "broken"
    for name, content in broken.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        return check_pack(assemble(read_layers("broken", [PackFolder(templates, "templates"), shipped_packs()])))
    except ProblemsFound as found:
        return found.problems


ROW_1 = "body › table 1 › row 1"
BROKEN = {
    "an unknown name": word(
        "name-unknown",
        "body › paragraph 1",
        '"sumary"',
        BODY.replace("summary.title", "sumary.title"),
    ),
    "an unknown name in a branch that is never taken": word(
        "name-unknown",
        "body › paragraph 5",
        '"titel"',
        BODY + paragraph('{% if summary.language == "xx" %}{{ summary.titel }}{% endif %}'),
    ),
    "an unknown name of a loop's items": word(
        "name-unknown",
        "body › table 1 › row 3 › cell 1 › paragraph 1",
        '"labl"',
        BODY.replace("row.label", "row.labl"),
    ),
    "an unknown name in a header": word(
        "name-unknown",
        "header 1 › paragraph 2",
        '"fone"',
        BODY,
        header=paragraph("a") + paragraph("{{ summary.contact.fone }}"),
    ),
    "an unknown name in a footnote": word(
        "name-unknown",
        "footnotes › footnote 1 › paragraph 1",
        '"foo"',
        BODY,
        footnotes=f'<w:footnote w:id="1">{paragraph("{{ summary.foo }}")}</w:footnote>',
    ),
    "an unclosed tag": word("tag-unclosed", "body › paragraph 5", '"{{ summary.id"', BODY + paragraph("{{ summary.id")),
    "an unclosed tag in several runs": word(
        "tag-unclosed", "body › paragraph 5", '"{{ summary.id }"', BODY + paragraph("{", "{ summary", ".id }")
    ),
    "an unclosed condition": word(
        "tag-unclosed",
        "body › paragraph 5",
        '"{% if summary.updated %}"',
        BODY + paragraph("{% if summary.updated %}x"),
    ),
    "an end without an opening tag": word(
        "tag-unmatched", "body › paragraph 5", '"{% endif %}"', BODY + paragraph("x{% endif %}")
    ),
    "an unknown tag": word("tag-unknown", "body › paragraph 5", '"fro"', BODY + paragraph("{% fro a in b %}")),
    "an invalid tag": word("tag-syntax", "body › paragraph 5", "{{ summary. }}", BODY + paragraph("{{ summary. }}")),
    "an empty tag": word("tag-syntax", "body › paragraph 5", '"{{ }}"', BODY + paragraph("{{ }}")),
    "an unknown filter": word(
        "filter-unknown", "body › paragraph 5", '"uper"', BODY + paragraph("{{ summary.id|uper }}")
    ),
    "a loop over rows without `tr`": word(
        "tag-misplaced",
        "body › table 1 › row 2 › cell 1 › paragraph 1",
        "{% endfor %}",
        table(["{% for row in summary.rows %}x"], ["{% endfor %}y"]) + BODY,
    ),
    "a row tag outside a table": word(
        "tag-misplaced", "body › paragraph 5", "{%tr if summary %}", BODY + paragraph("{%tr if summary %}")
    ),
    "text that a paragraph tag removes": word(
        "tag-swallows",
        "body › paragraph 5",
        '"lost"',
        BODY + paragraph("lost {%p if summary.id %}") + paragraph("{%p endif %}"),
    ),
    "a list as text": word("value-not-text", "body › paragraph 5", "a list", BODY + paragraph("{{ summary.columns }}")),
    "a forbidden name": word(
        "tag-forbidden", "body › paragraph 5", '"__class__"', BODY + paragraph("{{ summary.title.__class__ }}")
    ),
    "an invalid span": word(
        "span-invalid", f"{ROW_1} › cell 1 › paragraph 1", '"0"', table(["{% colspan 0 %}x"]) + BODY
    ),
    "an invalid background": word(
        "background-invalid", f"{ROW_1} › cell 1 › paragraph 1", '"blue"', table(["{% cellbg 'blue' %}x"]) + BODY
    ),
    "a tag in an alternative text": word(
        "tag-misplaced",
        "body › paragraph 5",
        "{{ summary.id }}",
        BODY + paragraph(picture(' descr="{{ summary.id }}"')),
    ),
    "an unknown U-CAP style": word(
        "style-unknown",
        "body › paragraph 5",
        '"tilte"',
        BODY + paragraph("x", style="T"),
        styles='<w:style w:type="paragraph" w:styleId="T"><w:name w:val="U-CAP tilte"/></w:style>',
    ),
    "a missing Word style": word("style-missing", "body › paragraph 5", '"Gone"', BODY + paragraph("x", style="Gone")),
    "a picture without alternative text": word("alt-missing", "body › paragraph 5", "", BODY + paragraph(picture())),
    "a coarse picture in Word": word_picture("image-resolution-low", "10 pixels", noise((60, 20)), 150),
    "a heavy picture in Word": word_picture("image-heavy", "MB", noise((2000, 400)), 150),
    "a picture wider than the paper": word_picture("image-too-wide", "211 mm", noise((900, 20)), 211),
    "a font that is not in the theme": word(
        "font-foreign",
        "body › paragraph 5",
        "Comic Sans MS",
        BODY + paragraph(run("Hello", '<w:rFonts w:ascii="Comic Sans MS"/>')),
    ),
    "a kept Word style that differs": word(
        "styles-differ",
        "body › paragraph 5",
        "99 pt",
        BODY + paragraph("x", style="Title"),
        settings=SETTINGS + "word_styles: keep\n",
        styles='<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="U-CAP title"/><w:rPr><w:sz w:val="198"/>'
        "</w:rPr></w:style>",
    ),
    "grey text in Word": word(
        "contrast-low",
        "body › paragraph 5",
        "#BBBBBB",
        BODY + paragraph(run("x", '<w:color w:val="BBBBBB"/>')),
    ),
    "white text in a light cell": word(
        "contrast-low",
        f"{ROW_1} › cell 1 › paragraph 1",
        "#EEEEEE",
        table([cell(paragraph(run("x", '<w:color w:val="FFFFFF"/>')), properties='<w:shd w:fill="EEEEEE"/>')]) + BODY,
    ),
    "a phone number that Word does not print": Broken(
        "content-not-shown",
        "templates/broken/summary.docx",
        "summary.contact.phone",
        {"pack.yaml": SETTINGS, "summary.docx": docx(BODY.replace("{{ summary.contact.phone }}", ""))},
    ),
    "columns that Word prints in part": Broken(
        "content-not-shown",
        "templates/broken/summary.docx",
        "column 3",
        {"pack.yaml": SETTINGS, "summary.docx": docx(BODY.replace("in summary.columns", "in summary.columns[:2]"))},
    ),
    "a file that is not a Word file": Broken(
        "template-broken",
        "templates/broken/summary.docx",
        "",
        {"pack.yaml": SETTINGS, "summary.docx": b"PK"},
    ),
    "review comments in Word": Broken(
        "content-left-out",
        "templates/broken/summary.docx",
        "review comments",
        {"pack.yaml": SETTINGS, "summary.docx": with_comments(BODY)},
    ),
    "an external picture in a field": word(
        "content-external",
        "body › paragraph 5",
        "INCLUDEPICTURE",
        BODY + paragraph('<w:r><w:instrText> INCLUDEPICTURE "https://a.eu/b.png" </w:instrText></w:r>'),
    ),
}
"""Word templates."""
