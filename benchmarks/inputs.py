"""How processor time grows with the size of each input: plans, packs, files to import and review, and pictures.

    .venv/bin/python -m benchmarks.inputs [--only WORD] [--sizes 20 200 2000 20000]

Each run is in a process of its own, so that no cache has the results of the one before. The exponent is that of the
fastest growth between two sizes: 1 is linear, 2 quadratic. Above 1.2 it is an error. The largest sizes exceed the
limits of some readers.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from functools import cache, partial
from io import BytesIO, StringIO
from itertools import pairwise
from math import log
from pathlib import Path
from time import process_time
from typing import TypeVar

import pikepdf
from docx import Document
from lxml import etree

from benchmarks import importing
from benchmarks.records import add_option, write_record
from tests.hostile_inputs import black_png, jpeg_with_scans
from tests.hostile_packs import Files, like_chain, page, word
from tests.hostile_runs import write_project
from tests.mutations import of_review
from tests.stages import ROOT, shipped_pack, summary_of, word_file
from tests.word_templates import docx, paragraph, table
from ucap_reports.batch.render_plans_and_mappings import render
from ucap_reports.check.pack_check import check_named
from ucap_reports.cli import main as main_command
from ucap_reports.importers.import_file import import_content
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.translation_sheets import read_translation_sheet
from ucap_reports.importers.word_package import WORD
from ucap_reports.pictures.picture_preparation_and_quality import PictureError, prepare_picture
from ucap_reports.plan.passages_and_their_changes import merged_translation
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.plan.po_files import PoFile, read_po_file
from ucap_reports.plan.translation import translation_text
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.template.pack_opening import PackFolder, shipped_packs
from ucap_reports.word.file.word_xml import read_xml

Input = TypeVar("Input")
ProjectMaker = Callable[[Path], None]
EXAMPLE_PLAN = ROOT / "plans" / "tianjin-rome.yaml"
LIMIT = 1.2
REPEATED = 2
"""Runs of each size, of which the fastest counts: the first one may fill caches."""
NOTICEABLE = 0.1
"""Seconds; the growth of shorter times is that of the clock."""
CITY = "cities: [{name: Rome}]\n"


def text(field: str, repeated: str) -> Callable[[int], str]:
    """Return a plan with so many of these texts in a field."""
    return lambda size: f'{CITY}{field}: "{repeated * size}"\n'


def runs(character: str) -> Callable[[int], str]:
    """Return a plan with so many of a character in each field with short texts."""
    city, contact = ("name", "region", "country", "population", "area_km2"), ("office", "email", "website", "phone")
    others = ("title", "period", "signed", "updated", "language", "themes", "sdgs", "urban_agenda", "visits", "sources")

    def made(size: int) -> str:
        city_values, contact_values, values = (
            [f'{name}: "x{character * size * 10}x"' for name in names] for names in (city, contact, others)
        )
        return f"cities: [{{{', '.join(city_values)}}}]\ncontact: {{{', '.join(contact_values)}}}\n" + "\n".join(values)

    return made


def items(field: str, item: str) -> Callable[[int], str]:
    """Return a plan with so many items in a list; {} in them is their number."""
    return lambda size: f"{CITY}{field}:\n" + "".join(f"  - {item.format(number)}\n" for number in range(size))


RICH_TEXTS = ("focus", "challenges", "objectives", "activities", "results")


def characters(size: int) -> str:
    """Return a plan with so many different Chinese characters, in fields of 10,000."""
    found = "".join(chr(0x4E00 + number) for number in range(size * 10))
    parts = [found[start : start + 10_000] for start in range(0, len(found), 10_000)]
    return CITY + "".join(f"{name}: {part}\n" for name, part in zip(RICH_TEXTS, parts, strict=False))


def aliases(size: int) -> str:
    """Return a plan whose aliases expand to so many copies of a text of 10 kB."""
    return f"{CITY}period: &a {'x' * 9_000}\nsources: [{', '.join(['*a'] * size)}]\n"


PLANS: Mapping[str, Callable[[int], str]] = {
    "paragraphs": text("challenges", "Words of a paragraph.\\n\\n"),
    "words": text("challenges", "word "),
    "one word": text("challenges", "w" * 20),
    "lists in lists": text("challenges", "<ul><li>"),
    "items of a list": text("challenges", "- item\\n"),
    "unclosed elements": text("challenges", "<b>"),
    "unopened elements": text("challenges", "<b></i>"),
    "unclosed emphasis": text("challenges", "*a **b "),
    "unclosed links": text("challenges", "[a]("),
    "brackets": text("challenges", "[["),
    "backticks": text("challenges", "` `` "),
    "quotation marks": text("challenges", "&quot;"),
    "addresses": text("challenges", "see www.example.org, or a@example.org "),
    "brackets after an address": text("challenges", "www.example.org/))))"),
    "a long address": text("challenges", "www.a.org/a.b?c&"),
    "typed arrows": text("challenges", "→ a\\n"),
    "line breaks": text("challenges", "a<br>"),
    "right to left": text("challenges", "שלום (a) "),
    "isolates": text("challenges", "\u2067א\u2066a"),
    "languages": text("language", "en-x-"),
    "titles": text("title", "Title "),
    "periods": text("period", "2017 "),
    "populations": text("period", "13,600,000 "),
    "themes": items("themes", "Theme {}"),
    "goals": items("sdgs", "SDG {}"),
    "agenda": items("urban_agenda", "Urban Mobilty {}"),
    "activities": items("activities", "{{when: 2017, text: Activity {}}}"),
    "cities": items("cities", "{{name: City {}}}"),
    "unknown fields": lambda size: CITY + "".join(f"unknown{number}: a\n" for number in range(size)),
    "digits": lambda size: f"cities: [{{name: Rome, population: {'9' * size * 10}}}]\n",
    "nested lists": lambda size: f"{CITY}themes: {'[' * size}{']' * size}\n",
    "comments": lambda size: CITY + "# comment\n" * size,
    "aliases": aliases,
    "Chinese characters": characters,
    **{f"runs of {character!r}": runs(character) for character in importing.RUNS},
}
"""Texts of plans by size."""


def numbered(repeated: str, size: int) -> str:
    """So many copies of a text, each with its number."""
    return "".join(map(repeated.format, range(size)))


def settings(text: str) -> Files:
    """Return a pack with these settings."""
    return {"pack.yaml": f"extends: iuc-asia\n{text}".encode()}


def shown(body: bytes) -> Files:
    """Return a pack that shows an SVG drawing."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + body + b"</svg>"
    return {**page('<document><img src="images/a.svg" alt="a"/></document>'), "images/a.svg": drawing}


def css(content: str) -> Files:
    """Return a pack with a style sheet."""
    return {"pack.yaml": b"extends: iuc-asia\n", "summary.css": content.encode()}


PACKS: Mapping[str, Callable[[int], Files]] = {
    "page tags": lambda size: page(f"<document><p>{'{{ summary.title }} ' * size}</p></document>"),
    "page unclosed tags": lambda size: page(f"<document><p>{'{{ ' * size}</p></document>"),
    "page elements": lambda size: page(f"<document>{'<p>a</p>' * size}</document>"),
    "page spans": lambda size: page(f"<document><p>{'<b>a</b>' * size}</p></document>"),
    "page rows": lambda size: page(f"<document><table>{'<tr><td>a</td></tr>' * size}</table></document>"),
    "page depth": lambda size: page(f"<document>{'<div>' * size}{'</div>' * size}</document>"),
    "page attributes": lambda size: page("<document><p " + numbered(' a{}="1"', size) + "/></document>"),
    "Word tags": lambda size: word(docx(paragraph("{{ summary.title }} " * size))),
    "Word unclosed tags": lambda size: word(docx(paragraph("{{ " * size))),
    "Word paragraphs": lambda size: word(docx(paragraph("{{ summary.title }}") + paragraph("a") * size)),
    "Word runs": lambda size: word(docx(paragraph("{{ summary.title }}", *["a"] * size))),
    "Word rows": lambda size: word(docx(paragraph("{{ summary.title }}") + table(*[["a", "b"]] * size))),
    "Word depth": lambda size: word(docx(f"{'<w:sdt><w:sdtContent>' * size}{'</w:sdtContent></w:sdt>' * size}")),
    "styles like each other": like_chain,
    "styles of a theme": lambda size: settings("theme:\n  styles:\n" + numbered("    s{}: {{}}\n", size)),
    "drawing shapes": lambda size: shown(b'<rect width="1" height="1"/>' * size),
    "drawing groups": lambda size: shown(b"<g>" * size + b"</g>" * size),
    "drawing path": lambda size: shown(b'<path d="M0 0' + b"l1 1" * size + b'"/>'),
    "drawing uses": lambda size: shown(b'<g id="a"><rect width="1" height="1"/></g>' + b'<use href="#a"/>' * size),
    "drawing rules": lambda size: shown(
        b"<style>" + b"rect { fill: red }" * size + b"</style>" + b'<rect width="1" height="1"/>' * size
    ),
    "drawing uses in uses": lambda size: shown(
        b'<rect id="a0" width="1" height="1"/>'
        + b"".join(b'<g id="a%d"><use href="#a%d"/></g>' % (number + 1, number) for number in range(size))
    ),
    "style rules": lambda size: css("a { color: red }\n" * size),
    "style depth": lambda size: css("(" * size),
    "style addresses": lambda size: css("a { background: url(x) }\n" * size),
    "pack labels": lambda size: settings("labels:\n  de:\n" + numbered("    extra.k{}: L\n", size)),
}
"""Files of packs by size."""


COLUMNS = ["Rome"] * 39
FILES: Mapping[str, Callable[[int], tuple[str, bytes]]] = {
    "cells of text": lambda size: ("x.csv", b"City 1,City 2,Period\n" + (b"a," * 39 + b"a\n") * min(size, 4_900)),
    "cells of a workbook": lambda size: (
        "x.xlsx",
        importing.saved_rows([["City 1"] + ["Rome"] * 39] * min(size, 4_900)),
    ),
    "lines of a Word file": lambda size: ("x.docx", docx(paragraph("City: Rome") + paragraph("Words") * size)),
    "streams of a PDF": lambda size: ("x.pdf", pdf_with_streams(size)),
}
"""Files to import by size, near the limits of their readers."""
REVIEWS: Mapping[str, Callable[[int], bytes]] = {
    "new paragraphs": lambda size: edited_example([new_paragraph(number) for number in range(size)]),
    "same paragraphs": lambda size: edited_example([new_paragraph(0) for _ in range(size)]),
    "changed paragraphs": lambda size: edited_example([new_paragraph(number // 2) for number in range(size)]),
}
"""Edited Word files by size."""
PICTURES: Mapping[str, Callable[[int], bytes]] = {
    "rows of a PNG": lambda size: black_png(600, size * 5),
    "columns of a PNG": lambda size: black_png(size * 5, 600),
    "scans of a JPEG": lambda size: jpeg_with_scans((64, 64), size // 20),
    "chunks of a PNG": lambda size: black_png(9, 9, 8, *[(b"tEXt", b"a\0b")] * size),
}
"""Pictures by size."""


SHEET_HEADER = ["plan", "field", "source", "translation"]
SHEETS: Mapping[str, Callable[[int], bytes]] = {
    "rows": lambda size: importing.saved_rows([SHEET_HEADER] + [["rome", "title", "Rome", "Rom"]] * min(size, 4_900)),
    "fields": lambda size: importing.saved_rows(
        [SHEET_HEADER] + [["rome", f"themes[{number}]", "Water", "Wasser"] for number in range(min(size, 4_900))]
    ),
    "plans": lambda size: importing.saved_rows(
        [SHEET_HEADER] + [[f"p{number}", "title", "Rome", "Rom"] for number in range(min(size, 4_900))]
    ),
}
"""Translations in spreadsheets by size, near the limits of their reader."""
ANSWERS: Mapping[str, Callable[[int], str]] = {
    "answers": lambda size: "".join(control(f"themes[{number}]", "Water") for number in range(min(size, 1_900))),
    "the same answer": lambda size: control("title", "Rome") * min(size, 1_900),
    "unknown answers": lambda size: "".join(control(f"x{number}", "Water") for number in range(min(size, 1_900))),
    "answers in others": lambda size: "".join(
        control(f"x{number}", control("title", "Rome")) for number in range(min(size, 900))
    ),
}
"""Content controls that are added to a form, near the limits of its reader."""


def control(tag: str, content: str) -> str:
    """Return a content control with a text or another control in it."""
    inner = content if content.startswith("<") else f"<w:p><w:r><w:t>{content}</w:t></w:r></w:p>"
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'


HEADER = 'msgid ""\nmsgstr "Language: fr\\n"\n\n'
TRANSLATIONS: Mapping[str, Callable[[int], str]] = {
    "entries": lambda size: HEADER + "".join(f'msgctxt "{n}"\nmsgid "a"\nmsgstr "b"\n\n' for n in range(size)),
    "comments": lambda size: HEADER + "#\n" * size * 10 + 'msgid "a"\nmsgstr "b"\n',
    "comments without an entry": lambda size: HEADER + "#\n" * size * 10,
    "lines of a text": lambda size: HEADER + 'msgid ""\n' + '"word "\n' * size * 10 + 'msgstr "b"\n',
    "escapes": lambda size: HEADER + 'msgid "' + "\\n" * size * 10 + '"\nmsgstr "b"\n',
    "unclosed texts": lambda size: HEADER + 'msgid "a\n' * size,
}
"""PO files by size."""
PROJECTS: Mapping[str, Callable[[int], ProjectMaker]] = {
    "replies": lambda size: partial(write_replies, max(1, size // 100)),
    "links": lambda size: partial(write_links, size),
    "settings of a repository": lambda size: partial(write_repository, size),
}
"""What makes a project with a plan and so many things that a stranger may put there."""


def write_replies(count: int, root: Path) -> None:
    """Write edited Word files of the plan, each with other words."""
    with chdir(root), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        main_command(["build", "--format", "docx", "--no-index"])
    built = Document(str(root / "out" / "a.docx"))
    for number in range(count):
        *_, section = built.element.body
        section.addprevious(new_paragraph(number))
        built.save(str(root / f"reply-{number}.docx"))


def write_links(count: int, root: Path) -> None:
    """Write links beside the plan."""
    for number in range(count):
        (root / "plans" / f"link-{number}.yaml").symlink_to("../../secret")


def write_repository(count: int, root: Path) -> None:
    """Make the project a repository with many settings."""
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    with (root / ".git" / "config").open("a", encoding="utf-8") as settings:
        settings.write(numbered('[remote "r{0}"]\n\turl = ext::program {0}\n\tpromisor = true\n', count))


def new_paragraph(number: int) -> etree._Element:
    """Return a paragraph with words that no other has."""
    return read_xml(f'<w:p xmlns:w="{WORD[1:-1]}"><w:r><w:t>New words {number}</w:t></w:r></w:p>'.encode())


def edited_example(added: Sequence[etree._Element]) -> bytes:
    """Return the Word file of the example with more paragraphs at its end."""
    document = Document(BytesIO(word_file(summary_of(EXAMPLE_PLAN.read_text(encoding="utf-8"), "tianjin-rome"))))
    *_, section = document.element.body
    for paragraph_element in added:
        section.addprevious(paragraph_element)
    return importing.saved(document)


def pdf_with_streams(count: int) -> bytes:
    """Return a PDF with so many packed streams."""
    file = pikepdf.new()
    file.Root.Streams = pikepdf.Array([file.make_stream(b"words " * 50) for _ in range(count)])
    return importing.saved(file)


def of_plan(text: str) -> None:
    """Render a plan in both formats, format its file, and write and read its translation."""
    source = Source("plans/plan.yaml", text)
    with suppress(ProblemsFound):
        render(text=source.text)
    with suppress(ProblemsFound):
        format_plan(source)
    with suppress(ProblemsFound):
        plan, tree = parse_plan(source), parse(source)
        merged = merged_translation(plan, tree, PoFile("x.po"))
        read_po_file(Source("translations/fr/plan.po", translation_text(plan, tree, merged, "fr")))


def of_pack(files: Files) -> None:
    """Check a pack."""
    with tempfile.TemporaryDirectory() as project:
        folder = write_project(Path(project), files)
        check_named(folder.name, [PackFolder(folder.parent, "templates"), shipped_packs()])


def of_import(file: tuple[str, bytes]) -> None:
    """Import a file."""
    name, content = file
    with suppress(ProblemsFound):
        import_content(content, name, Labels((shipped_pack(),)))


def of_translation(text: str) -> None:
    """Read a PO file."""
    with suppress(ProblemsFound):
        read_po_file(Source("translations/fr/plan.po", text))


def of_project(make: ProjectMaker) -> None:
    """Check a project and compare it with an edition."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "plans").mkdir()
        (root / "plans" / "a.yaml").write_text(CITY, encoding="utf-8")
        make(root)
        replies = sorted(path.name for path in root.glob("reply-*.docx"))
        for words in (["check"], ["diff", "HEAD"], *([["review", *replies]] if replies else [])):
            with chdir(root), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                main_command(words)


def of_edited(content: bytes) -> None:
    """Review an edited Word file."""
    with suppress(ProblemsFound):
        of_review(content)


def of_sheet(content: bytes) -> None:
    """Read a translation in a spreadsheet."""
    with suppress(ProblemsFound):
        read_translation_sheet(content, "x.xlsx")


@cache
def empty_form() -> bytes:
    """Return the Word form for a new plan."""
    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),
        redirect_stdout(StringIO()),
        redirect_stderr(StringIO()),
    ):
        Path("plans").mkdir()
        main_command(["form", "--out", "form.docx"])
        return Path("form.docx").read_bytes()


def of_answers(controls: str) -> None:
    """Import a form with more controls at its end."""
    document = Document(BytesIO(empty_form()))
    *_, section = document.element.body
    for added in read_xml(f'<w:body xmlns:w="{WORD[1:-1]}">{controls}</w:body>'.encode()):
        section.addprevious(added)
    with suppress(ProblemsFound):
        import_content(importing.saved(document), "form.docx", Labels((shipped_pack(),)))


def of_picture(content: bytes) -> None:
    """Prepare a picture for a document."""
    with suppress(PictureError):
        prepare_picture(content)


def main() -> None:
    """Measure and print; exit with 1 where an input grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only inputs whose name contains this")
    sizes = [20, 200, 2_000, 20_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="how often the input is repeated")
    add_option(parser)
    options = parser.parse_args()
    runs = {
        **inputs_of("plan", PLANS, of_plan),
        **inputs_of("pack", PACKS, of_pack),
        **inputs_of("import", {**importing.INPUTS, **FILES}, of_import),
        **inputs_of("review", REVIEWS, of_edited),
        **inputs_of("translation", TRANSLATIONS, of_translation),
        **inputs_of("sheet", SHEETS, of_sheet),
        **inputs_of("form", ANSWERS, of_answers),
        **inputs_of("project", PROJECTS, of_project),
        **inputs_of("picture", PICTURES, of_picture),
    }
    highest = 0.0
    count = 0
    for name, run in runs.items():
        if options.only in name:
            count += 1
            run(1)()  # imports what later runs need
            highest = max(highest, measured(name, run, options.sizes))
    print(f"the highest exponent: {highest:.2f} (at most {LIMIT})")
    if options.record:
        repetitions = ", ".join(f"{size:,}" for size in options.sizes)
        write_record(
            "inputs",
            options.record,
            {"inputs": f"{count} inputs", "sizes": repetitions, "exponent": f"n^{highest:.2f}"},
        )
    sys.exit(highest > LIMIT)


Run = Callable[[int], Callable[[], None]]
"""Makes an input of a size, and returns the work on it."""


def inputs_of(kind: str, made: Mapping[str, Callable[[int], Input]], use: Callable[[Input], None]) -> dict[str, Run]:
    """Return the runs of all inputs of a kind."""

    def run_of(make: Callable[[int], Input]) -> Run:
        return lambda size: partial(use, make(size))

    return {f"{kind}: {name}": run_of(make) for name, make in made.items()}


def measured(name: str, run: Run, sizes: list[int]) -> float:
    """Print the processor times of an input and the exponent of their growth, which is returned."""
    times = [min(seconds(work) for _ in range(REPEATED)) for work in map(run, sizes)]
    exponent = 0.0
    for (time, size), (longer, larger) in pairwise(zip(times, sizes, strict=True)):
        if longer > NOTICEABLE:
            exponent = max(exponent, log(longer / time) / log(larger / size))
    print(f"{name:36}" + "".join(f"{time:9.3f} s" for time in times) + f"   n^{exponent:.2f}", flush=True)
    return exponent


def seconds(work: Callable[[], None]) -> float:
    """Return the processor time of work in a fork of this process, without the files that were cached before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with tempfile.TemporaryDirectory() as cache:
            os.environ["UCAP_CACHE_DIR"] = cache
            begin = process_time()
            work()
            os.write(writing, f"{process_time() - begin}".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as result:
        return float(result.read())


if __name__ == "__main__":
    main()
