"""Packs that extend the shipped ones and are broken in one place each, and what is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.word_packages import with_comments
from tests.word_templates import cell, docx, paragraph, run, table
from ucap_reports.check.pack_check import check_pack
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.template.pack_opening import PackFolder, open_with_places, shipped_packs

PAGE = (shipped_packs().path / "iuc-asia" / "summary.page.xml").read_text(encoding="utf-8")
SETTINGS = "extends: iuc-asia\n"
BODY = "".join(
    [
        paragraph("{{ summary.title }}"),
        table(
            ["{{ summary.column_label }}", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
            ["{%tr for row in summary.rows %}", "", "", ""],
            ["{{ row.label }}", "{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}"],
            ["{%tr endfor %}", "", "", ""],
            widths=(1000, 1000, 1000, 1000),
        ),
        paragraph("{{ summary.contact.lead }} {{ summary.contact.office }} {{ summary.contact.email }}"),
        paragraph("{{ summary.contact.phone }} {{ summary.contact.website }} {{ summary.contact.address }}"),
        paragraph("{% for label in summary.programme_label %}{{ label.text }} {% endfor %}"),
    ]
)
"""A Word template's body that shows everything."""


@dataclass(frozen=True)
class Broken:
    """A pack's files, and of the one problem that is planted in it the code, the place and some of the message."""

    code: str
    where: str
    says: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)


def word(code: str, where: str, says: str, body: str, *, settings: str = SETTINGS, **parts: str) -> Broken:
    """A pack with that Word template; `where` is the place inside it."""
    files: dict[str, str | bytes] = {"pack.yaml": settings, "summary.docx": docx(body, **parts)}
    return Broken(code, f"templates/broken/summary.docx: {where}", says, files)


def page(code: str, where: str, says: str, old: str, new: str) -> Broken:
    """A pack whose page template is the shipped one with one thing changed; `where` is what stands at the place."""
    assert old in PAGE
    text = PAGE.replace(old, new, 1)
    offset = text.index(where)
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    place = f"templates/broken/summary.page.xml:{line}:{column}"
    return Broken(code, place, says, {"pack.yaml": SETTINGS, "summary.page.xml": text})


def settings(code: str, line: int, says: str, text: str, **files: bytes) -> Broken:
    """A pack with those settings over the shipped ones; `line` is that of the problem."""
    return Broken(code, f"templates/broken/pack.yaml:{line}", says, {"pack.yaml": SETTINGS + text, **files})


def picture(described: str = "") -> str:
    """A run with a picture."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="a"{described}/><a:graphic><a:graphicData>'
        "<pic:pic><pic:blipFill><a:blip/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r>"
    )


def shown(problem: Problem) -> str:
    """Where a problem is, as the command line says it."""
    location = problem.location
    if location.place is not None:
        return f"{location.path}: {location.place}"
    numbers = [str(number) for number in (location.line, location.column) if number is not None]
    return ":".join([location.path or "", *numbers])


def problems_of(broken: Broken, templates: Path) -> tuple[Problem, ...]:
    """All that is told of the pack, written into a folder of packs."""
    folder = templates / "broken"
    for name, content in broken.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        return check_pack(open_with_places("broken", [PackFolder(templates, "templates"), shipped_packs()]))
    except ProblemsFound as found:
        return found.problems


ROW_1 = "body › table 1 › row 1"
BROKEN = {
    "an unknown name": word(
        "name-unknown",
        "body › paragraph 1",
        'no name "sumary" in "{{ sumary.title }}"',
        BODY.replace("summary.title", "sumary.title"),
    ),
    "an unknown name in a branch that is never taken": word(
        "name-unknown",
        "body › paragraph 5",
        'no name "titel" in "{{ summary.titel }}"',
        BODY + paragraph('{% if summary.language == "xx" %}{{ summary.titel }}{% endif %}'),
    ),
    "an unknown name of a loop's items": word(
        "name-unknown",
        "body › table 1 › row 3 › cell 1 › paragraph 1",
        'no name "labl"',
        BODY.replace("row.label", "row.labl"),
    ),
    "an unknown name in a header": word(
        "name-unknown",
        "header 1 › paragraph 2",
        'no name "fone"',
        BODY,
        header=paragraph("a") + paragraph("{{ summary.contact.fone }}"),
    ),
    "an unknown name in a footnote": word(
        "name-unknown",
        "footnotes › footnote 1 › paragraph 1",
        'no name "foo"',
        BODY,
        footnotes=f'<w:footnote w:id="1">{paragraph("{{ summary.foo }}")}</w:footnote>',
    ),
    "a tag that never ends": word(
        "tag-unclosed", "body › paragraph 5", '"{{ summary.id"', BODY + paragraph("{{ summary.id")
    ),
    "a tag in pieces that never ends": word(
        "tag-unclosed", "body › paragraph 5", '"{{ summary.id }"', BODY + paragraph("{", "{ summary", ".id }")
    ),
    "a condition that never ends": word(
        "tag-unclosed",
        "body › paragraph 5",
        '"{% if summary.updated %}"',
        BODY + paragraph("{% if summary.updated %}x"),
    ),
    "an end without a beginning": word(
        "tag-unmatched", "body › paragraph 5", '"{% endif %}"', BODY + paragraph("x{% endif %}")
    ),
    "a tag that there is not": word("tag-unknown", "body › paragraph 5", '"fro"', BODY + paragraph("{% fro a in b %}")),
    "a tag that cannot be read": word(
        "tag-syntax", "body › paragraph 5", "{{ summary. }}", BODY + paragraph("{{ summary. }}")
    ),
    "nothing in a tag": word("tag-syntax", "body › paragraph 5", '"{{ }}"', BODY + paragraph("{{ }}")),
    "a filter that there is not": word(
        "filter-unknown", "body › paragraph 5", '"uper"', BODY + paragraph("{{ summary.id|uper }}")
    ),
    "a loop over rows without its letter": word(
        "tag-misplaced",
        "body › table 1 › row 2 › cell 1 › paragraph 1",
        "{% endfor %}",
        table(["{% for row in summary.rows %}x"], ["{% endfor %}y"]) + BODY,
    ),
    "a row's tag outside of tables": word(
        "tag-misplaced", "body › paragraph 5", "{%tr if summary %}", BODY + paragraph("{%tr if summary %}")
    ),
    "text that a tag would take with it": word(
        "tag-swallows",
        "body › paragraph 5",
        '"lost"',
        BODY + paragraph("lost {%p if summary.id %}") + paragraph("{%p endif %}"),
    ),
    "a list where text is printed": word(
        "value-not-text", "body › paragraph 5", "this is a list", BODY + paragraph("{{ summary.columns }}")
    ),
    "a name that is not for templates": word(
        "tag-forbidden", "body › paragraph 5", '"__class__"', BODY + paragraph("{{ summary.title.__class__ }}")
    ),
    "a span that is none": word(
        "span-invalid", f"{ROW_1} › cell 1 › paragraph 1", '"0" is not a number', table(["{% colspan 0 %}x"]) + BODY
    ),
    "a tag in an alternative text": word(
        "tag-misplaced",
        "body › paragraph 5",
        "{{ summary.id }}",
        BODY + paragraph(picture(' descr="{{ summary.id }}"')),
    ),
    "a Word style that follows nothing": word(
        "style-unknown",
        "body › paragraph 5",
        '"tilte"',
        BODY + paragraph("x", style="T"),
        styles='<w:style w:type="paragraph" w:styleId="T"><w:name w:val="U-CAP tilte"/></w:style>',
    ),
    "a Word style that is gone": word(
        "style-missing", "body › paragraph 5", '"Gone"', BODY + paragraph("x", style="Gone")
    ),
    "a picture without alternative text": word(
        "alt-missing", "body › paragraph 5", "no alternative text", BODY + paragraph(picture())
    ),
    "a font of Word alone": word(
        "font-foreign",
        "body › paragraph 5",
        "Comic Sans MS",
        BODY + paragraph(run("Hello", '<w:rFonts w:ascii="Comic Sans MS"/>')),
    ),
    "a Word style that differs, kept": word(
        "styles-differ",
        "body › paragraph 5",
        "size 99 pt (theme: 17 pt)",
        BODY + paragraph("x", style="Title"),
        settings=SETTINGS + "word_styles: keep\n",
        styles='<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="U-CAP title"/><w:rPr><w:sz w:val="198"/>'
        "</w:rPr></w:style>",
    ),
    "grey text in Word": word(
        "contrast-low",
        "body › paragraph 5",
        "#BBBBBB on #FFFFFF",
        BODY + paragraph(run("x", '<w:color w:val="BBBBBB"/>')),
    ),
    "white text on a white cell": word(
        "contrast-low",
        f"{ROW_1} › cell 1 › paragraph 1",
        "#FFFFFF on #EEEEEE",
        table([cell(paragraph(run("x", '<w:color w:val="FFFFFF"/>')), properties='<w:shd w:fill="EEEEEE"/>')]) + BODY,
    ),
    "a telephone number that Word never shows": Broken(
        "content-not-shown",
        "templates/broken/summary.docx",
        "the Word template never shows summary.contact.phone",
        {"pack.yaml": SETTINGS, "summary.docx": docx(BODY.replace("{{ summary.contact.phone }}", ""))},
    ),
    "columns of which Word shows two": Broken(
        "content-not-shown",
        "templates/broken/summary.docx",
        "summary.columns only in part, without that of column 3",
        {"pack.yaml": SETTINGS, "summary.docx": docx(BODY.replace("in summary.columns", "in summary.columns[:2]"))},
    ),
    "a Word file that is none": Broken(
        "template-broken",
        "templates/broken/summary.docx",
        "cannot be read",
        {"pack.yaml": SETTINGS, "summary.docx": b"PK"},
    ),
    "review comments in Word": Broken(
        "content-left-out",
        "templates/broken/summary.docx",
        "review comments",
        {"pack.yaml": SETTINGS, "summary.docx": with_comments(BODY)},
    ),
    "an image from elsewhere in a field": word(
        "content-external",
        "body › paragraph 5",
        "INCLUDEPICTURE",
        BODY + paragraph('<w:r><w:instrText> INCLUDEPICTURE "https://a.eu/b.png" </w:instrText></w:r>'),
    ),
}
"""Faults of Word templates."""
