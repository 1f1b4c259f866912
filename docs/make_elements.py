"""Generate docs/reference/elements.md and its pictures from elements.md.in and the code: python docs/make_elements.py

Each section has an example, which is rendered with the plan at the start of the page. A test fails if the page or a
picture is out of date.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args, get_origin

import pypdfium2 as pdfium
from msgspec import Struct
from PIL import Image, ImageDraw, ImageOps

from ucap_reports import render
from ucap_reports.batch.render_plans_and_mappings import Rendered
from ucap_reports.page.page_elements import ATTRIBUTES
from ucap_reports.template.theme_and_line_spacing import Bleeding, Border, Box, Measure, Rule, Size, StyleSettings

PAGE = Path(__file__).with_name("reference") / "elements.md"
TEXT = PAGE.with_suffix(".md.in")
PICTURES = Path(__file__).with_name("images") / "elements"
SECTION = re.compile(r"^### (?P<heading>.+)\n(?P<body>(?:(?!#{2,3} ).*\n?)*)", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")
NONE = "none"
"""The fact about an element without attributes."""
LANGUAGE = "lang"
"""The attribute that nearly all elements have, which the page explains once."""
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```\n", re.MULTILINE | re.DOTALL)
ALT = re.compile(r"^!\[(?P<alt>.+)\]$", re.MULTILINE)
DOTS_PER_INCH = 92
MARGIN = 4
"""The space below the content of a page in a picture, in millimetres."""
EDGE = "#C5CFE6"
GAP = 8
SETTINGS = """\
extends: plain
scale: compact
leaves_out: [contact, programme_label{page_number}]
theme:
  page: {{size: "100 mm, 60 mm", margins: "10 mm, 6 mm"}}
  styles:
"""
RIVER = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 64" fill="none" stroke-linecap="round">
  <circle cx="120" cy="34" r="20" fill="#F7C873"/>
  <path d="M120 8V2m23 16 5-5m-51 5-5-5" stroke="#F7C873" stroke-width="3"/>
  <g stroke="#2A6F97" stroke-width="5">
    <path d="M6 40q19-16 38 0t38 0 38 0 38 0 38 0 38 0"/>
    <path d="M6 54q19-16 38 0t38 0 38 0 38 0 38 0 38 0" stroke="#61A5C2"/>
  </g>
</svg>
"""
KINDS: dict[Any, str] = {
    str: "text",
    bool: "`true` or `false`",
    Measure: "a length",
    Size: "a length of at least 1 pt",
    Box: "one to four lengths",
    Bleeding: "`true`, `false` or a list of sides",
    Rule: "a line: `width`, `colour` and, optionally, `length`",
    Border: "a line for all sides, or lines by side",
}
"""The values that a key of a style accepts, by its type."""


class Example(Struct, frozen=True):
    """The example of a section: the elements or keys that it shows, its page template, and its styles."""

    names: tuple[str, ...]
    page: str
    styles: str

    @property
    def picture(self) -> Path:
        """The file of its picture."""
        return PICTURES / f"{self.names[0]}.png"


def main() -> None:
    """Write the page and its pictures."""
    PAGE.write_text(page(), encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    for example in examples():
        picture_of(rendered(example)).save(example.picture, optimize=True)


def page() -> str:
    """Return the text of the page: each section with the facts from the code and the file of its picture."""
    return SECTION.sub(_section, TEXT.read_text(encoding="utf-8"))


def examples() -> Iterator[Example]:
    """Return the example of each section."""
    for section in SECTION.finditer(TEXT.read_text(encoding="utf-8")):
        blocks = {block["language"]: block["text"] for block in BLOCK.finditer(section["body"])}
        yield Example(tuple(NAME.findall(section["heading"])), blocks["html"], blocks.get("yml", ""))


def _section(section: re.Match[str]) -> str:
    names = NAME.findall(section["heading"])
    picture = f"../images/elements/{names[0]}.png"
    body = ALT.sub(lambda alt: f"![{alt['alt']}]({picture})", section["body"])
    before, fence, after = body.partition("```")
    listed = facts(names)
    if listed:
        before += f"\n{listed}\n"
    return f"### {section['heading']}\n{before}{fence}{after}"


def facts(names: list[str]) -> str:
    """Return the attributes of each element, or the values of each key; equal facts share a line."""
    together: dict[str, list[str]] = {}
    for name in names:
        together.setdefault(_element(name) if name in ATTRIBUTES else _key(name), []).append(f"`{name}`")
    if len(together) == 1:
        return "" if NONE in together else f"- {next(iter(together))}"
    return "\n".join(f"- {', '.join(each)}: {fact}" for fact, each in together.items())


def _element(name: str) -> str:
    return ", ".join(f"`{attribute}`" for attribute in sorted(ATTRIBUTES[name] - {LANGUAGE})) or NONE


def _key(name: str) -> str:
    kind = next(each for each in get_args(StyleSettings.model_fields[name.replace("-", "_")].annotation) if each)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(kind))
    return KINDS[kind]


def rendered(example: Example) -> Rendered:
    """Return the document of an example, and the problems found."""
    with TemporaryDirectory() as name:
        pack = Path(name, "examples")
        pack.joinpath("images").mkdir(parents=True)
        town().crop((40, 0, 240, 200)).save(pack / "images" / "logo.png")
        pack.joinpath("images", "river.svg").write_text(RIVER, encoding="utf-8")
        town().save(pack.parent / "rome.jpg", quality=90)
        settings = SETTINGS.format(page_number="" if "<page-number" in example.page else ", page_number")
        styles = "".join(f"    {line}\n" for line in example.styles.splitlines()) or "    line: {}\n"
        pack.joinpath("pack.yaml").write_text(settings + styles, encoding="utf-8")
        content = example.page if "<document" in example.page else f"<document>\n{example.page}</document>\n"
        pack.joinpath("summary.page.xml").write_text(content, encoding="utf-8")
        plan = BLOCK.search(TEXT.read_text(encoding="utf-8"))
        return render(text=plan["text"] if plan else "", template=pack, formats="pdf", pictures=name)


@cache
def town() -> Image.Image:
    """Return a drawing of roofs, in place of a photograph."""
    picture = Image.linear_gradient("L").resize((600, 400))
    picture = ImageOps.colorize(picture, "#F7C873", "#C4553B")
    drawing = ImageDraw.Draw(picture)
    for left, height in ((0, 150), (90, 230), (170, 180), (290, 260), (360, 140), (470, 210)):
        drawing.rectangle((left, 400 - height, left + 130, 400), fill="#4A3B52")
        drawing.polygon([(left, 400 - height), (left + 65, 340 - height), (left + 130, 400 - height)], fill="#6B3A3A")
        drawing.rectangle((left + 50, 420 - height, left + 70, 450 - height), fill="#F7D98B")
    return picture


def picture_of(result: Rendered) -> Image.Image:
    """Return the pages side by side, without the empty paper at their bottom."""
    with pdfium.PdfDocument(result.pdf.content) as document:
        pages = [each.render(scale=DOTS_PER_INCH / 72).to_pil().convert("RGB") for each in document]
    ends = [ImageOps.invert(each).getbbox() or (0, 0, 0, 0) for each in pages]
    height = min(pages[0].height, max(end[3] for end in ends) + MARGIN * DOTS_PER_INCH // 25)
    framed = [ImageOps.expand(each.crop((0, 0, each.width, height)), border=1, fill=EDGE) for each in pages]
    step = framed[0].width + GAP
    picture = Image.new("RGB", (step * len(framed) - GAP, framed[0].height), "white")
    for number, each in enumerate(framed):
        picture.paste(each, (number * step, 0))
    return picture.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
