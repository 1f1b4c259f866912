"""Real files with random changes, and the stages that read them: each returns, or raises ProblemsFound."""

import atexit
import os
import random
import shutil
import subprocess
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from benchmarks import importing
from tests.command import ucap, write_plan
from tests.drawings import LOGO
from tests.hostile_fonts import static_arimo
from tests.hostile_packs import jpeg, png
from tests.pages import noise
from tests.stages import EXAMPLE, ROOT, example_summary, shipped_pack
from ucap_reports.batch.manifest import FORMAT, MANIFEST, decode_manifest, decode_record
from ucap_reports.batch.render_plans_and_mappings import render
from ucap_reports.batch.settings_fields_and_schema import read_settings
from ucap_reports.batch.undo_history import UndoHistory
from ucap_reports.check.word_template_check import try_word
from ucap_reports.fonts.font_faces import load_face
from ucap_reports.fonts.font_sources import FontSource
from ucap_reports.fonts.font_subset import font_program
from ucap_reports.html.render_html import render_html
from ucap_reports.importers.column_map_file import read_columns
from ucap_reports.importers.fields_of_paragraphs import PrintedDocument
from ucap_reports.importers.import_file import import_content
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.sent_edition import PROPERTY, SummaryRecorder, read_edition
from ucap_reports.importers.translation_sheets import read_translation_sheet, translation_sheet
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.importers.word_review import EditedDocument, review_document
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.passages_and_their_changes import merged_translation
from ucap_reports.plan.plan_model import Plan, parse_plan
from ucap_reports.plan.po_files import PoFile, read_po_file
from ucap_reports.plan.translation import passage_contexts, translate_plan, translation_text
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.decoding import decode_source, read_source
from ucap_reports.storage.git_revisions import NoRevisionError, files_at
from ucap_reports.storage.project_folder import project_at
from ucap_reports.storage.user_cache import NOWHERE, UserCache
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.pack_inheritance import PackLayers
from ucap_reports.template.pack_opening import PackFolder, assemble
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.render_word import render_word

WRITTEN = (
    "{{ {% }} %} {# #} {{summary}} {%tr {%p {%endfor%} < > & &amp; <a> </w:p> <w:p/> <w:t> <w:r> <?x?> <!-- --> "
    "<![CDATA[ ]]> \" ' : - # | > ! * ? @ ` [ ] { } , % ~ null true .nan .inf 1e999 0x 0o9 -0 1_000 \\ / ../ \0 \x01 "
    "\x85 \u2028 \ufeff \u202e \u200b \U0001f600 欧 שלום"
)
TOKENS = WRITTEN.split(" ")
"""Texts that mean something to one of the readers."""
LONG = ("9" * 100_000, "a" * 70_000, "[" * 2_000, "{{ " * 500, "<b>" * 500)
HISTORY = b'{"command": "fmt", "visit": "a b", "files": ["plans/a.yaml", "plans/b.yaml"]}'
MAP = b"""\
columns:
  City 1: cities[0].name
  City 2: {field: cities[1].name, find: "(.+)"}
  Period: [{field: period}, {field: themes, values: {"2017": Water}}]
without: {Period: ["2016"]}
separator: ";"
"""
PROJECT = b"""\
template: iuc-japan
contact: {office: "City of Rome: International Office", email: office@rome.example, website: www.rome.example}
label_languages: [en, zh]
languages: [en, fr]
formats: [pdf, docx, html]
pdf_standard: ua-2+a-4f
rows:
  region: {when_unknown: omit}
  visits: hide
index: {title: "Our plans", drafts: true}
"""
LINKS = b"""\
plans/rome.yaml > ../outside/secret
plans/pictures/a.png > /dev/zero
plans/siena.yaml > rome.yaml
templates/own > ../outside
templates/own/pack.yaml > ../../../outside/secret
translations/fr > ../../outside
ucap.yaml > ../outside/secret
out > ../outside
"""
"""Links of a project: their paths and what they lead to."""
GIT_SETTINGS = b"""\
[core]
\trepositoryFormatVersion = 1
\tfsmonitor = PROGRAM
\tsshCommand = PROGRAM
\tgitProxy = PROGRAM
\tpager = PROGRAM
\thooksPath = hooks
[extensions]
\tpartialClone = origin
[protocol]
\tallow = always
[protocol "ext"]
\tallow = always
[remote "origin"]
\turl = ext::PROGRAM x
\tpromisor = true
\tuploadpack = PROGRAM;
[filter "evil"]
\tsmudge = PROGRAM
\tprocess = PROGRAM
[diff "evil"]
\ttextconv = PROGRAM
\tcommand = PROGRAM
[alias]
\tls-tree = !PROGRAM
\tcat-file = !PROGRAM
[include]
\tpath = ../settings
"""
"""Settings of a repository that name a program in each place where git may run it."""
SECRET = "secret of the user"  # noqa: S105 - it is no password
PARTS = ("document.xml", "styles.xml", ".rels", "settings.xml", "[Content_Types].xml", "numbering.xml", "sheet1.xml")


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with one to three changes: bytes removed, repeated, replaced, moved, or inserted."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((1, 2, 8, 100, 5_000)))
        if content.startswith(b"<") and chance.randrange(2):  # elements, so that more of the changes are well-formed
            start, end = max(0, content.find(b"<", start)), max(0, content.find(b">", end)) + 1
        kind = chance.randrange(20)
        piece = content[start:end]
        if kind < 5:
            piece = b""
        elif kind < 9:
            piece *= 2
        elif kind < 12:
            piece = bytes(chance.randrange(256) for _ in piece[:8]) + piece[8:]
        elif kind == 12:
            piece = chance.choice(LONG).encode()
        else:
            piece = chance.choice(TOKENS).encode("utf-8", "replace")
        content = content[:start] + piece + content[end:]
    return content


def changed_archive(content: bytes, chance: random.Random) -> bytes:
    """The archive with a change in one part, or in the archive itself."""
    if not chance.randrange(8):
        return changed(content, chance)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in parts if name.endswith(PARTS)])
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for each, old in parts.items():
            if each != name or chance.randrange(16):
                archive.writestr(each, changed(old, chance) if each == name else old)
    return buffer.getvalue()


def _with(name: str, content: bytes) -> Pack:
    pack = shipped_pack()
    return replace(pack, files={**pack.files, name: PackFile(f"templates/evil/{name}", content)})


def of_plan(content: bytes) -> None:
    """Render the plan in both formats, and format its file."""
    source = decode_source(content, "plans/plan.yaml")
    with suppress(ProblemsFound):
        format_plan(source)
    render(text=source.text)


def of_settings(content: bytes) -> None:
    """Open the pack, and render the example with it."""
    tree = parse(decode_source(content, "templates/evil/pack.yaml"))
    pack = assemble(PackLayers("iuc-asia", (tree,), shipped_pack().files)).pack
    render_pdf(example_summary(), pack)
    render_word(example_summary(), pack)


def of_word(content: bytes) -> None:
    """Render the example with the Word template, and try it."""
    pack = _with("summary.docx", content)
    render_word(example_summary(), pack)
    try_word(open_template(pack.files["summary.docx"]), pack.theme, [example_summary()])


def of_page(content: bytes) -> None:
    """Render the example with the page template."""
    render_pdf(example_summary(), _with("summary.page.xml", content))


def of_web(content: bytes) -> None:
    """Render the example as a web page with the style sheet of a pack."""
    render_html(example_summary(), _with("summary.css", content))


def of_picture(name: str) -> Callable[[bytes], None]:
    """Render a page with a picture of that name."""

    def run(content: bytes) -> None:
        pack = _with(name, content)
        page = f'<document><h1>{{{{ summary.title }}}}</h1><img src="{name}" alt="a"/></document>'
        files = {**pack.files, "summary.page.xml": PackFile("p", page.encode())}
        render_pdf(example_summary(), replace(pack, files=files))

    return run


def of_font(content: bytes) -> None:
    """Prepare the font, and draw some letters."""
    for thickened in (False, True):
        face = load_face(FontSource("Evil-Regular", content=content, thickened=thickened), UserCache(NOWHERE))
        codes = sorted({face.index.code(ord(character)) for character in "abcé"} - {0})
        font_program(face, codes)


def of_import(name: str) -> Callable[[bytes], None]:
    """Import a file with that name."""

    def run(content: bytes) -> None:
        import_content(content, name, Labels((shipped_pack(),)))

    return run


def of_project(content: bytes) -> None:
    """Read the settings of a project."""
    read_settings(decode_source(content, "ucap.yaml"), [PackFolder(ROOT / "templates", "templates")])


def of_history(content: bytes) -> None:
    """Undo the change with this record, in a project in which nothing else is left."""
    with TemporaryDirectory() as folder:
        plans = Path(folder) / "plans"
        change = plans / ".history" / "000001"
        for side, name in (("before", "0-a.yaml"), ("after", "0-a.yaml"), ("after", "1-b.yaml")):
            (change / side).mkdir(parents=True, exist_ok=True)
            (change / side / name).write_bytes(b"cities: []\n")
        (plans / "a.yaml").write_bytes(b"cities: []\n")
        (change / "change.json").write_bytes(content)
        history = UndoHistory(project_at(Path(folder)))
        entry = history.last()
        if entry is None:
            raise ProblemsFound([problem("undo-nothing")])
        history.undo(entry)


def of_links(content: bytes) -> None:
    """Check a project with these links, which lead to a file of the user. No text of that file is printed."""
    with TemporaryDirectory() as folder:
        root, outside = Path(folder) / "project", Path(folder) / "outside"
        for path, text in ((outside / "secret", SECRET), (root / "plans" / "a.yaml", "cities: [{name: Rome}]\n")):
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        for line in content.decode("utf-8", "replace").splitlines():
            name, _, target = line.partition(" > ")
            path = Path(os.path.normpath(root / name))
            with suppress(OSError, ValueError):
                if path.is_relative_to(root) and path.parent.resolve().is_relative_to(root.resolve()):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.symlink_to(target)
        run = ucap(root, "check", "--json")
        assert SECRET not in run.out + run.err
        assert [path.name for path in outside.iterdir()] == ["secret"]
        if run.code:
            raise ProblemsFound([problem("file-outside", form="link", name="x")])


def of_repository(content: bytes) -> None:
    """Read the plans of an edition in a repository with these settings, which run no program."""
    with TemporaryDirectory() as folder:
        root, marker, program = Path(folder) / "project", Path(folder) / "ran", Path(folder) / "program"
        shutil.copytree(_repository(), root)
        program.write_text(f"#!/bin/sh\n: > '{marker}'\n", encoding="utf-8")
        program.chmod(0o755)
        settings = content.replace(b"PROGRAM", os.fsencode(program))
        (root / "settings").write_bytes(settings)
        (root / ".git" / "config").write_bytes(settings)
        try:
            files_at(root, "HEAD", "plans")
        except NoRevisionError:
            raise ProblemsFound([problem("diff-unknown", name="HEAD")]) from None
        finally:
            assert not marker.exists()


@cache
def _repository() -> Path:
    """A repository with one edition of a plan, whose content is missing: git gets it from the remote if it can."""
    root = Path(mkdtemp())
    atexit.register(shutil.rmtree, root)
    (root / "plans").mkdir()
    (root / "plans" / "a.yaml").write_text("cities: [{name: Rome}]\n", encoding="utf-8")
    (root / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n", encoding="utf-8")
    user = ("-c", "user.email=a@example.org", "-c", "user.name=a")
    for words in (("init", "-q"), ("add", "-A"), (*user, "commit", "-q", "-m", "edition")):
        subprocess.run(["git", *words], cwd=root, check=True)
    name = subprocess.run(["git", "rev-parse", "HEAD:plans/a.yaml"], cwd=root, check=True, capture_output=True).stdout
    blob = name.decode().strip()
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    return root


def of_manifest(content: bytes) -> None:
    """Read the records of a build, in a manifest that says that nothing has changed."""
    body = content.partition(b"\n")[2]
    records = decode_manifest(f'{{"format": {FORMAT}, "sha256": "{sha256(body).hexdigest()}",\n'.encode() + body)
    if not records or any(decode_record(record) is None for record in records.values()):
        raise ProblemsFound([problem("manifest-unknown")])


@cache
def _manifest() -> bytes:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        write_plan(root, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
        ucap(root, "build", "--no-index", "--jobs", "1")
        return (root / "out" / MANIFEST).read_bytes()


def of_map(content: bytes) -> None:
    """Import a table with this map of its columns."""
    columns = read_columns(decode_source(content, "map.yaml"))
    import_content(b"City 1,City 2,Period\nTianjin,Rome,2017\n", "x.csv", Labels((shipped_pack(),)), columns)


def of_translation(content: bytes) -> None:
    """Translate the example, and update the translation."""
    po_file = read_po_file(decode_source(content, "translations/fr/tianjin-rome.po"))
    plan, tree = _example_plan()
    merged = merged_translation(plan, tree, po_file)
    translation_text(plan, tree, merged, "fr")
    translate_plan(plan, tree, po_file, "fr")


def of_sheet(content: bytes) -> None:
    """Read the translations of a spreadsheet."""
    read_translation_sheet(content, "translations.xlsx")


def of_review(content: bytes) -> None:
    """Review the Word file as an edited one of the example."""
    edited = EditedDocument(WordPackage(content, "x.docx"))
    printed = _example_printed()
    sent = None if edited.sent is None else PrintedDocument(edited.sent, shipped_pack(), "x.docx")
    review_document(edited, printed, sent, "tianjin-rome", (), is_current=True)
    list(edited.comments())


def of_record(content: bytes) -> None:
    """Read what a Word file recorded, and the fields in it."""
    packed = b64encode(zlib.compress(content)).decode()
    edition = read_edition({f"{PROPERTY}0": packed})
    if edition is None:
        raise ProblemsFound([problem("import-damaged", form="document")])
    PrintedDocument(edition, shipped_pack(), "x.docx")


class Stage(Struct, frozen=True):
    """A stage: what it does with a content, the files that are changed, and how."""

    run: Callable[[bytes], None]
    files: Callable[[], list[bytes]]
    change: Callable[[bytes, random.Random], bytes] = changed


@cache
def _example_plan() -> tuple[Plan, Tree]:
    source = read_source(EXAMPLE)
    return parse_plan(source), parse(source)


@cache
def _example_sheet() -> bytes:
    plan, tree = _example_plan()
    return translation_sheet(
        plan.id, merged_translation(plan, tree, PoFile("x.po")).entries, passage_contexts(plan, tree)
    )


@cache
def _example_pdf() -> bytes:
    return render(EXAMPLE, pdf_standard="ua-2+a-4f").documents[0].content


@cache
def _example_word_file() -> bytes:
    summary = example_summary()
    return render_word(summary, shipped_pack(), SummaryRecorder(summary)).content


@cache
def _example_records() -> list[bytes]:
    """What the Word file of the example recorded, and what older versions recorded of it."""
    properties = WordPackage(_example_word_file(), "x.docx").custom_properties
    edition = read_edition(properties)
    pieces = [text for name, text in properties.items() if name.startswith(PROPERTY)]
    return [zlib.decompress(b64decode("".join(pieces))), msgspec.json.encode(edition)]


@cache
def _example_printed() -> PrintedDocument:
    sent = EditedDocument(WordPackage(_example_word_file(), "x.docx")).sent
    assert sent is not None
    return PrintedDocument(sent, shipped_pack(), "x.docx")


def _read(pattern: str) -> Callable[[], list[bytes]]:
    return cache(lambda: [path.read_bytes() for path in sorted(ROOT.glob(pattern))])


STAGES: Mapping[str, Stage] = {
    "plan": Stage(of_plan, _read("plans/*.yaml")),
    "pack settings": Stage(of_settings, _read("templates/iuc-asia/pack.yaml")),
    "Word template": Stage(of_word, _read("templates/*/summary.docx"), changed_archive),
    "page template": Stage(of_page, _read("templates/*/summary.page.xml")),
    "style sheet": Stage(of_web, _read("ucap_reports/html/page.css")),
    "picture": Stage(
        of_picture("images/a.png"), lambda: [png(40, 30), noise((20, 20)), jpeg(40, 30), jpeg(40, 30, scans=2)]
    ),
    "drawing": Stage(of_picture("images/a.svg"), lambda: [LOGO]),
    "font": Stage(of_font, lambda: [static_arimo()]),
    "table": Stage(of_import("x.csv"), lambda: [importing.rows(5)[1], importing.headers(2)[1]]),
    "text dump": Stage(of_import("x.txt"), lambda: [importing.lines(5)[1], EXAMPLE.read_bytes()]),
    "Word summary": Stage(of_import("x.docx"), lambda: [_example_word_file()], changed_archive),
    "record of a Word file": Stage(of_record, _example_records),
    "edited Word file": Stage(of_review, lambda: [_example_word_file()], changed_archive),
    "PDF with a plan": Stage(of_import("x.pdf"), lambda: [_example_pdf()]),
    "project settings": Stage(of_project, lambda: [PROJECT]),
    "history": Stage(of_history, lambda: [HISTORY]),
    "links": Stage(of_links, lambda: [LINKS]),
    "repository": Stage(of_repository, lambda: [GIT_SETTINGS]),
    "manifest": Stage(of_manifest, lambda: [_manifest()]),
    "map of columns": Stage(of_map, lambda: [MAP]),
    "translation": Stage(of_translation, _read("tests/data/translations/*.po")),
    "translations": Stage(of_sheet, lambda: [_example_sheet()], changed_archive),
    "workbook": Stage(of_import("x.xlsx"), lambda: [importing.sheet(5)[1]], changed_archive),
}


def run_case(name: str, number: int) -> bool:
    """Run case `number` of a stage. Returns whether the stage accepted the file; raises what is not ProblemsFound."""
    stage, chance = STAGES[name], random.Random(f"{name} {number}")  # noqa: S311 - variety, not secrecy
    content = stage.change(chance.choice(stage.files()), chance)
    try:
        stage.run(content)
    except ProblemsFound:
        return False
    return True
