"""Templates of strangers: whatever they try ends in a problem, with limited processor time and memory."""

import json
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.broken_packs import BODY, PAGE
from tests.hostile_fonts import DOWN_THE_ALPHABET, font_of
from tests.word_packages import with_settings
from tests.word_templates import docx, paragraph

SECONDS = 30
"""A test must hold on a busy machine, with coverage measured: `benchmarks/hostile.py` measures against 5 seconds."""
MEGABYTES = 500
RUN = """
import io, json
from contextlib import redirect_stdout
from pathlib import Path
from ucap_reports.cli import main
told = []
for words in (["template", "check", "evil"], ["build", "--no-index"]):
    with redirect_stdout(io.StringIO()) as out:
        assert main([*words, "--json"]) == 1, words
    told.append(json.loads(out.getvalue())["problems"])
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
megabytes = int(status["VmHWM"].split()[0]) // 1024
print(json.dumps({"told": told, "megabytes": megabytes}))
"""
"""Checks a pack, and builds a plan with it: both are to fail.

The peak of its memory is its own (Linux): that of `getrusage` begins with what the process had that started it.
"""
DOUBLED = "{% set a = [1] %}{% set b = [1] %}" + "{% set a = [a, a] %}{% set b = [b, b] %}" * 40
"""Lists that are small to hold, and to compare or to print of a size that nobody has time for."""
JINJA = {
    "classes": "{{ summary.title.__class__.__mro__[1].__subclasses__() }}",
    "classes by item": "{{ summary['__class__']['__mro__'] }}",
    "classes by filter": "{{ summary|attr('__class__') }}",
    "classes by map": "{{ summary.columns|map(attribute='__class__')|list }}",
    "globals of a function": "{{ range.__globals__ }}",
    "globals of the loop": "{% for x in summary.rows %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "lipsum": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "self": "{{ self._TemplateReference__context }}",
    "format string": "{{ '{0.__class__}'.format(summary) }}",
    "format map": "{{ '%(a)s'|format(a=summary.__class__) }}",
    "huge range": "{% for x in range(1000000000) %}x{% endfor %}",
    "ranges in ranges": "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}x{% endfor %}"
    "{% endfor %}{% endfor %}",
    "multiplied text": "{{ 'a' * 1000000000 }}",
    "multiplied list": "{{ [1] * 1000000000 }}",
    "power": "{{ 9 ** 999999999 }}",
    "doubled text": "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "replaced text": "{{ 'a'|replace('a', 'a' * 9)|center(1000000000) }}",
    "endless loop": "{% for a in summary.rows recursive %}{{ loop(summary.rows) }}{% endfor %}",
    "another file": "{% include '/etc/passwd' %}",
    "deep nesting": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "lists compared": DOUBLED + "{% if a == b %}x{% endif %}",
    "lists looked for": DOUBLED + "{% if a in [b] %}x{% endif %}",
    "lists tested": DOUBLED + "{{ [a]|select('equalto', b)|list|length }}",
    "lists that change": DOUBLED + "{% for x in [a, b] %}{{ x if loop.changed(x) }}{% endfor %}",
    "a list as an item's number": DOUBLED + "{{ summary.columns[a] }}",
    "a list as a text": DOUBLED + "{{ 'x'|replace('x', a) }}",
    "a key that holds itself": "{% set a = (1, 2) %}" + "{% set a = (a, a) %}" * 40 + "{{ {a: 1}|length }}",
}
"""What is public about attacks on Jinja."""
XML = {
    "entities that explode": '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><document>&j;</document>",
    "an entity from a file": '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><document>&a;</document>',
    "an entity from the network": '<!DOCTYPE d SYSTEM "https://evil.example/a.dtd"><document/>',
    "a picture from outside": '<document><img src="../../../../etc/passwd" alt="a"/></document>',
    "a picture from the network": '<document><img src="https://evil.example/a.png" alt="a"/></document>',
    "deep nesting": "<document>" + "<div>" * 5000 + "</div>" * 5000 + "</document>",
    "arguments that hold themselves": "<document>{% macro a(n) %}{% if n == 0 %}{{ 'x' if varargs == [varargs] }}"
    "{% else %}{{ a(n - 1, varargs, varargs) }}{% endif %}{% endmacro %}{{ a(40, 1) }}</document>",
    "a macro that calls itself": "<document>{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}</document>",
    "a huge span": '<document><table><tr><td colspan="999999999">a</td></tr></table></document>',
}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_document(change: Callable[[bytes], bytes]) -> bytes:
    parts = unzipped(docx(BODY))
    return zipped(parts | {"word/document.xml": change(parts["word/document.xml"])})


def with_part(name: str, content: bytes) -> bytes:
    return zipped(unzipped(docx(BODY)) | {name: content})


def relationships(kind: str, target: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


EXPLODING = XML["entities that explode"].removesuffix("<document>&j;</document>").encode()
WORD: dict[str, Callable[[], bytes]] = {
    "a zip bomb": lambda: with_part("word/media/a.bin", bytes(80 * 1024 * 1024)),
    "a part that expands": lambda: with_document(lambda _: b"<w:document>" + b"<w:p/>" * 2_000_000),
    "many parts": lambda: zipped(unzipped(docx(BODY)) | {f"word/{number}.xml": b"" for number in range(3_000)}),
    "entities that explode": lambda: with_document(
        lambda old: EXPLODING + old.replace(b"</w:body>", b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body>")
    ),
    "entities in an attribute": lambda: with_document(
        lambda old: EXPLODING + old.replace(b"</w:body>", b'<w:p w:rsidR="&j;"/></w:body>')
    ),
    "an entity from a file": lambda: with_document(
        lambda old: b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + old.replace(b"<w:sectPr/>", b"&a;")
    ),
    "an injected template": lambda: with_settings("", relationships("attachedTemplate", "https://evil.example/a.dotm")),
    "an image from the network": lambda: zipped(
        unzipped(docx(BODY, header=paragraph("a")))
        | {"word/_rels/header1.xml.rels": relationships("image", "https://evil.example/a.png")}
    ),
    "deep nesting": lambda: with_document(
        lambda old: old.replace(b"<w:sectPr/>", b"<w:sdt><w:sdtContent>" * 3000 + b"</w:sdtContent></w:sdt>" * 3000)
    ),
    "thousands of tags": lambda: docx(paragraph("{{ summary.title }}") * 20_000),
    "tags that never end": lambda: docx(paragraph("{{ '" * 100_000)),
    "a million columns": lambda: docx(
        f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr/>{paragraph('{% colspan 999999 %}a')}</w:tc></w:tr></w:tbl>"
    ),
}


def png(width: int, height: int) -> bytes:
    """A black picture of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width * 4 + 1)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The folder of a pack, in a project."""
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.yaml").write_text(
        "template: evil\ncities: [{name: Rome, country: IT}]\n", encoding="utf-8"
    )
    folder = tmp_path / "templates" / "evil"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    return folder


def errors(pack: Path) -> list[str]:
    """The codes of the errors that `template check` tells of the pack, within the bounds; a build fails with it too."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=pack.parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),
    )
    used = json.loads(done.stdout)
    assert used["megabytes"] < MEGABYTES, used
    assert "root:" not in done.stdout
    checked, built = (
        [problem["code"] for problem in problems if problem["severity"] == "error"] for problems in used["told"]
    )
    assert built
    assert "internal-fault" not in [*checked, *built]
    return checked


@pytest.mark.parametrize("name", JINJA)
def test_no_tag_gets_out_of_its_template(name: str, pack: Path) -> None:
    (pack / "summary.docx").write_bytes(docx(paragraph(JINJA[name])))
    (pack / "summary.page.xml").write_text(PAGE.replace("<h1>", f"<p>{JINJA[name]}</p><h1>"), encoding="utf-8")
    assert len(errors(pack)) >= 2


@pytest.mark.parametrize("name", XML)
def test_no_page_template_reads_what_is_not_its_own_or_grows(name: str, pack: Path) -> None:
    (pack / "summary.page.xml").write_text(XML[name], encoding="utf-8")
    assert errors(pack)


@pytest.mark.parametrize("name", WORD)
def test_no_word_template_reads_what_is_not_its_own_or_grows(name: str, pack: Path) -> None:
    (pack / "summary.docx").write_bytes(WORD[name]())
    assert errors(pack)


@pytest.mark.parametrize("link", ["summary.docx", "summary.page.xml", "images/a.png", "fonts/a.ttf", "pack.yaml"])
def test_no_link_leads_out_of_the_pack(link: str, pack: Path) -> None:
    path = pack / link
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/etc/passwd")
    assert errors(pack) == ["file-outside"]


@pytest.mark.parametrize("size", [(30_000, 30_000), (4_000, 4_000)], ids=["a bomb", "as large as can be"])
def test_pictures_are_bounded(size: tuple[int, int], pack: Path) -> None:
    (pack / "images").mkdir()
    (pack / "images" / "a.png").write_bytes(png(*size))
    (pack / "summary.page.xml").write_text('<document><img src="images/a.png" alt="a"/></document>', encoding="utf-8")
    found = [code for code in errors(pack) if code != "content-required"]
    assert found in (["image-invalid"], ["block-too-high"], ["width-exceeded"])


def test_a_font_that_is_none_is_a_problem(pack: Path) -> None:
    (pack / "fonts").mkdir()
    (pack / "fonts" / "a.ttf").write_bytes(b"\0\1\0\0" + b"\xff" * 4096)
    settings = "extends: iuc-asia\ntheme: {fonts: {text: {word: A, pdf: null, files: {regular: fonts/a.ttf}}}}\n"
    (pack / "pack.yaml").write_text(settings, encoding="utf-8")
    assert "font-unusable" in errors(pack)


@pytest.mark.parametrize(
    "composites", [[("a", "a")], DOWN_THE_ALPHABET], ids=["a glyph of itself", "glyphs of two glyphs each"]
)
def test_a_font_whose_glyphs_never_end_is_a_problem(composites: list[tuple[str, str]], pack: Path) -> None:
    (pack / "fonts").mkdir()
    (pack / "fonts" / "a.ttf").write_bytes(font_of(*composites))
    settings = "extends: iuc-asia\ntheme: {fonts: {text: {word: A, pdf: null, files: {regular: fonts/a.ttf}}}}\n"
    (pack / "pack.yaml").write_text(settings, encoding="utf-8")
    assert errors(pack) == ["font-unusable"]
