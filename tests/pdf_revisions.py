"""Revisions that other programs append to a signed PDF. They are made by pyHanko, or byte by byte where it refuses."""

from asyncio import run
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from struct import pack
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfTimeStamper, SimpleSigner, sign_pdf
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext

from tests.signing import key_file, new_certificate, new_key

name = NameObject


def box(*numbers: int) -> ArrayObject:
    """Return an array of numbers."""
    return ArrayObject([NumberObject(number) for number in numbers])


def update(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return the PDF with a revision in which a function has changed something."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def raw_update(
    content: bytes,
    objects: Mapping[int, bytes],
    *,
    trailer: str = "",
    freed: tuple[int, ...] = (),
    offsets: Mapping[int, int] | None = None,
    compressed: Mapping[int, int] | None = None,
) -> bytes:
    """Return the PDF with a revision of these objects, and a cross-reference stream.

    `trailer` has entries that replace those of the trailer before. `freed` are the numbers of objects that the revision
    deletes, `offsets` the places of objects that are already in the file, and `compressed` the numbers of the object
    streams of others, each the first one in its stream.
    """
    reader = PdfFileReader(BytesIO(content))
    size = max([reader.trailer["/Size"], *objects, *(compressed or {})]) + 1
    output = bytearray(content)
    entries = dict.fromkeys(freed, pack(">BIH", 0, 0, 1))
    for number, offset in (offsets or {}).items():
        entries[number] = pack(">BIH", 1, offset, 0)
    for number, stream in (compressed or {}).items():
        entries[number] = pack(">BIH", 2, stream, 0)
    for number, body in objects.items():
        entries[number] = pack(">BIH", 1, len(output), 0)
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(output)
    entries[size] = pack(">BIH", 1, start, 0)
    index = " ".join(f"{number} 1" for number in sorted(entries))
    table = b"".join(entries[number] for number in sorted(entries))
    before = reader.trailer
    parts = {"Root": before.raw_get("/Root"), "Info": before.raw_get("/Info")}
    for key, reference in parts.items():
        if f"/{key} " not in trailer:
            trailer += f"/{key} {reference.idnum} 0 R"
    output += (
        f"{size} 0 obj\n<</Type/XRef/Size {size + 1}/W[1 4 2]/Index[{index}]/Prev {reader.last_startxref}"
        f"/ID[<00><01>]{trailer}/Length {len(table)}>>\nstream\n"
    ).encode()
    output += table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(output)


@cache
def stranger() -> SimpleSigner:
    """Return a signer with a key of their own."""
    return _signer(new_key(), "Stranger")


def _signer(key: Any, owner: str, *, timestamps: bool = False) -> SimpleSigner:
    """Return the signer with a key."""
    content = key_file(key, new_certificate(key, owner, timestamps=timestamps))
    signer: SimpleSigner = SimpleSigner.load_pkcs12_data(content, other_certs=[])
    return signer


def approved(content: bytes, algorithm: str = "sha256") -> bytes:
    """Return the PDF with a signature that says nothing about later changes, of a digest with that algorithm."""
    metadata = PdfSignatureMetadata(field_name="Office", md_algorithm=algorithm)
    return bytes(sign_pdf(IncrementalPdfFileWriter(BytesIO(content)), metadata, signer=stranger()).getvalue())


def sign_again(
    content: bytes,
    field: SigFieldSpec,
    *,
    text: str = "",
    docmdp: SigMDPSetup | None = None,
    change: Callable[[DictionaryObject, IncrementalPdfFileWriter], None] | None = None,
) -> bytes:
    """Return the PDF with a signature of the stranger, also if the file permits none.

    `text` is shown in the field, and `change` changes the field before that.
    """
    writer = IncrementalPdfFileWriter(BytesIO(content))
    steps = PdfCMSEmbedder(new_field_spec=field).write_cms(field.sig_field_name, writer)
    reference = next(steps)
    if change:
        change(reference.get_object(), writer)
    now = datetime.now(UTC)
    appearance = SigAppearanceSetup(TextStampStyle(stamp_text=text), now, "Stranger") if text else None
    steps.send(SigObjSetup(SignatureObject(timestamp=now, bytes_reserved=8192), docmdp, appearance))
    digest, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(run(stranger().async_sign(digest.document_digest, digest_algorithm="sha256")))
    return bytes(output.getvalue())


def timestamped(content: bytes) -> bytes:
    """Return the PDF with a document timestamp of an authority that belongs to the test."""
    signer = timestamp_authority()
    context = ValidationContext(trust_roots=[signer.signing_cert], allow_fetching=False)
    authority = DummyTimeStamper(signer.signing_cert, signer.signing_key)
    writer = IncrementalPdfFileWriter(BytesIO(content))
    return bytes(PdfTimeStamper(authority).timestamp_pdf(writer, "sha256", context).getvalue())


@cache
def timestamp_authority() -> SimpleSigner:
    """Return the signer of timestamps, whose key is of RSA: the authority that pyHanko has for tests uses no other."""
    return _signer(new_key("rsa", 2048), "Time Office", timestamps=True)


def with_security_store(content: bytes) -> bytes:
    """Return the PDF with a document security store (DSS), which has the stranger's certificate."""
    output = BytesIO(content)
    DocumentSecurityStore.add_dss(output, None, certs=[stranger().signing_cert], force_write=True)
    return output.getvalue()


def page(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    """Return the first page, which the revision replaces."""
    reference, _ = writer.find_page_for_modification(0)
    writer.mark_update(reference)
    first: DictionaryObject = reference.get_object()
    return first


def visible_signature(content: bytes) -> bytes:
    return sign_again(content, SigFieldSpec("Stranger", box=(40, 600, 500, 800)), text="Budget: 40 million")


def invisible_signature(content: bytes) -> bytes:
    return sign_again(content, SigFieldSpec("Stranger"))


def certification(content: bytes) -> bytes:
    docmdp = SigMDPSetup("sha256", certify=True, docmdp_perms=MDPPerm.ANNOTATE)
    return sign_again(content, SigFieldSpec("Stranger"), docmdp=docmdp)


def visible_empty_field(content: bytes) -> bytes:
    return update(content, lambda writer: append_signature_field(writer, SigFieldSpec("X", box=(40, 600, 500, 800))))


def invisible_empty_field(content: bytes) -> bytes:
    return update(content, lambda writer: append_signature_field(writer, SigFieldSpec("X")))


def field_with_script(content: bytes) -> bytes:
    """An invisible signature field with a script that runs when the page is opened."""

    def change(field: DictionaryObject, _: IncrementalPdfFileWriter) -> None:
        script = {name("/S"): name("/JavaScript"), name("/JS"): generic.TextStringObject("app.alert(1)")}
        field[name("/AA")] = DictionaryObject({name("/PO"): DictionaryObject(script)})

    return sign_again(content, SigFieldSpec("Stranger"), change=change)


def text_field(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        field = DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/Widget"),
                name("/FT"): name("/Tx"),
                name("/T"): generic.TextStringObject("Budget"),
                name("/V"): generic.TextStringObject("40 million"),
                name("/Rect"): box(40, 600, 500, 800),
            }
        )
        reference = writer.add_object(field)
        writer.root["/AcroForm"]["/Fields"].append(reference)
        writer.update_container(writer.root["/AcroForm"]["/Fields"])
        page(writer).setdefault("/Annots", ArrayObject()).append(reference)

    return update(content, change)


def annotation(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        note = DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/FreeText"),
                name("/Contents"): generic.TextStringObject("40 million"),
                name("/DA"): generic.TextStringObject("/Helv 12 Tf"),
                name("/Rect"): box(40, 600, 500, 800),
            }
        )
        page(writer).setdefault("/Annots", ArrayObject()).append(writer.add_object(note))

    return update(content, change)


def other_contents(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page(writer)[name("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT ET"))

    return update(content, change)


def overwritten_contents(content: bytes) -> bytes:
    """The object of the page's content is replaced; the page is not."""
    return raw_update(content, {contents_number(content): DRAWING})


def freed_contents(content: bytes) -> bytes:
    """The object of the page's content is deleted."""
    return raw_update(content, {}, freed=(contents_number(content),))


def other_font(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fonts = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
        font = fonts[next(iter(fonts))]
        font[name("/BaseFont")] = name("/Other")
        writer.update_container(font)

    return update(content, change)


DRAWING = b"<</Length 21>>\nstream\nq 0 0 500 800 re f Q\n\nendstream"
"""A content stream that covers the text."""
MISSING = 950


def contents_number(content: bytes) -> int:
    """Return the object number of the contents of the first page."""
    return int(PdfFileReader(BytesIO(content)).root["/Pages"]["/Kids"][0].raw_get("/Contents").idnum)


def with_two_contents(unsigned: bytes) -> bytes:
    """Return the PDF with a revision in which the contents of the page are replaced."""
    return raw_update(unsigned, {contents_number(unsigned): DRAWING})


def redirected_contents(signed: bytes) -> bytes:
    """The number of the contents is given to the bytes of the first revision, which were signed as well."""
    number = contents_number(signed)
    return raw_update(signed, {}, offsets={number: signed.index(b"%d 0 obj" % number)})


def with_missing_contents(unsigned: bytes) -> bytes:
    """Return the PDF with a page that also refers to a content stream that the file does not contain."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        first = page(writer)
        missing = generic.IndirectObject(MISSING, 0, writer)
        first[name("/Contents")] = ArrayObject([first.raw_get("/Contents"), missing])

    return update(unsigned, change)


def defined_contents(signed: bytes) -> bytes:
    """The missing content stream is added."""
    return raw_update(signed, {MISSING: DRAWING})


def object_stream_as_contents(signed: bytes) -> bytes:
    """The missing content stream is added as a stream of objects, whose text readers would draw as well."""
    stream = b"951 0 q 0 0 500 800 re f Q null"
    header = b"<</Type/ObjStm/N 1/First %d/Length %d>>" % (stream.index(b"null"), len(stream))
    body = b"%s\nstream\n%s\nendstream" % (header, stream)
    return raw_update(signed, {MISSING: body}, compressed={MISSING + 1: MISSING})


def certificate_as_contents(signed: bytes) -> bytes:
    """The missing content stream is added as a certificate of a security store."""
    return catalog_entry("/DSS", f"<</Certs[{MISSING} 0 R]>>")(signed, {MISSING: DRAWING})


PREPARED: Mapping[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "redirected contents": (with_two_contents, redirected_contents),
    "missing contents": (with_missing_contents, defined_contents),
    "missing contents as an object stream": (with_missing_contents, object_stream_as_contents),
    "missing contents as a certificate": (with_missing_contents, certificate_as_contents),
}
"""Shadow attacks: what is done to a PDF before somebody signs it, and the revision that uses it afterwards.

See "Shadow Attacks: Hiding and Replacing Content in Signed PDFs" (Mainka, Mladenov, Rohlmann, NDSS 2021).
"""


def rotated_page(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page(writer)[name("/Rotate")] = NumberObject(180)

    return update(content, change)


def added_page(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        new = DictionaryObject({name("/Type"): name("/Page"), name("/Parent"): writer.root.raw_get("/Pages")})
        pages["/Kids"].append(writer.add_object(new))
        pages[name("/Count")] = NumberObject(pages["/Count"] + 1)
        writer.update_container(pages)

    return update(content, change)


def other_title(content: bytes) -> bytes:
    number = PdfFileReader(BytesIO(content)).trailer.raw_get("/Info").idnum
    return raw_update(content, {number: b"<</Title(Budget: 40 million)>>"})


def other_info(content: bytes) -> bytes:
    """The trailer refers to another dictionary for the document information."""
    return raw_update(content, {900: b"<</Title(Budget: 40 million)>>"}, trailer="/Info 900 0 R")


def existing_info(content: bytes) -> bytes:
    """The trailer refers to an object that is already in the file, so that nothing is added."""
    root = PdfFileReader(BytesIO(content)).trailer.raw_get("/Root").idnum
    return raw_update(content, {}, trailer=f"/Info {root} 0 R")


def other_xmp(content: bytes) -> bytes:
    reader = PdfFileReader(BytesIO(content))
    xmp = reader.root["/Metadata"].data.replace(b"Rome", b"Roma")
    return raw_update(content, {reader.root.raw_get("/Metadata").idnum: metadata(xmp)})


def metadata(xmp: bytes) -> bytes:
    """Return the object of XMP metadata."""
    return b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(xmp), xmp)


def moved_xmp(content: bytes) -> bytes:
    """The catalog refers to other XMP metadata."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        xmp = writer.root["/Metadata"].data.replace(b"Rome", b"Roma")
        entries = {name("/Type"): name("/Metadata"), name("/Subtype"): name("/XML")}
        writer.root[name("/Metadata")] = writer.add_object(StreamObject(entries, stream_data=xmp))
        writer.update_root()

    return update(content, change)


def without(key: str) -> Callable[[bytes], bytes]:
    """Return a function that removes an entry of the catalog."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root[key]
        writer.update_root()

    return lambda content: update(content, change)


def catalog_entry(key: str, value: str) -> Callable[..., bytes]:
    """Return a function that gives the catalog an entry, and adds objects."""

    def changed(content: bytes, objects: Mapping[int, bytes] | None = None) -> bytes:
        reader = PdfFileReader(BytesIO(content))
        catalog = DictionaryObject(reader.root)
        catalog[name(key)] = generic.NullObject()
        output = BytesIO()
        catalog.write_to_stream(output, None)
        body = output.getvalue().replace(b"%s null" % key.encode(), f"{key} {value}".encode())
        return raw_update(content, {reader.trailer.raw_get("/Root").idnum: body, **(objects or {})})

    return changed


def other_catalog(content: bytes) -> bytes:
    """The trailer refers to another catalog, with a page of its own."""
    objects = {
        900: b"<</Type/Catalog/Pages 901 0 R>>",
        901: b"<</Type/Pages/Kids[902 0 R]/Count 1>>",
        902: b"<</Type/Page/Parent 901 0 R/MediaBox[0 0 9 9]>>",
    }
    return raw_update(content, objects, trailer="/Root 900 0 R")


def same_catalog_without_form(content: bytes) -> bytes:
    """The catalog has no form, so readers of the last revision see no signature."""
    return without("/AcroForm")(content)


def no_fields(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[name("/Fields")] = ArrayObject()
        writer.update_container(form)

    return update(content, change)


def unknown_signature(content: bytes) -> bytes:
    """The signature is said to be of a kind that readers do not know."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        signature = writer.root["/AcroForm"]["/Fields"][0]["/V"]
        signature[name("/SubFilter")] = name("/Unknown")
        writer.update_container(signature)

    return update(content, change)


def needs_appearances(content: bytes) -> bytes:
    """Readers are told to draw the fields again."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[name("/NeedAppearances")] = generic.BooleanObject(True)
        writer.update_container(form)

    return update(content, change)


def change_and_undo(content: bytes) -> bytes:
    """A revision rotates the page, the next one does not, and a timestamp covers both."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        del page(writer)["/Rotate"]

    return timestamped(update(rotated_page(content), change))


def timestamp_with_change(content: bytes) -> bytes:
    return timestamped(rotated_page(content))


def timestamp_and_script(content: bytes) -> bytes:
    """A timestamp in a field that runs a script."""
    script = b"<</PO<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    stamped = timestamped(content)
    number = PdfFileReader(BytesIO(stamped)).root["/AcroForm"]["/Fields"].raw_get(1).idnum
    start = stamped.rindex(b"%d 0 obj\n<<" % number) + len(b"%d 0 obj\n<<" % number)
    field = stamped[start : stamped.index(b"endobj", start)]
    return raw_update(stamped, {number: b"<</AA" + script + field})


def visible_timestamp(content: bytes) -> bytes:
    """A field for a timestamp that covers the text."""
    stamped = timestamped(content)
    number = PdfFileReader(BytesIO(stamped)).root["/AcroForm"]["/Fields"].raw_get(1).idnum
    start = stamped.rindex(b"%d 0 obj\n" % number) + len(b"%d 0 obj\n" % number)
    field = stamped[start : stamped.index(b"endobj", start)]
    return raw_update(stamped, {number: field.replace(b"/Rect [ 0 0 0 0 ]", b"/Rect [ 0 0 500 800 ]")})


def security_store_with_page(content: bytes) -> bytes:
    """A revision with a security store in which a page is replaced as well."""
    return rotated_page(with_security_store(content))


def unnamed_objects(content: bytes) -> bytes:
    """Return the PDF with a catalog and pages that its last cross-reference table does not name.

    Programs that do not accept a table, such as one in an unusual form, make one of all objects and show them.
    """
    reader = PdfFileReader(BytesIO(content))
    root = reader.trailer.raw_get("/Root").idnum
    output = bytearray(content)
    for number, body in {
        root: b"<</Type/Catalog/Pages 9001 0 R>>",
        9001: b"<</Type/Pages/Count 1/Kids[9002 0 R]>>",
        9002: b"<</Type/Page/Parent 9001 0 R/MediaBox[0 0 595 842]>>",
    }.items():
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return bytes(output) + _empty_table(content, len(output), b"xref\n")


def unusual_table(content: bytes) -> bytes:
    """Return the PDF with an empty revision, whose table pyHanko accepts and other programs do not."""
    return content + _empty_table(content, len(content), b"xref\v\n")


def _empty_table(content: bytes, start: int, keyword: bytes) -> bytes:
    """Return a cross-reference table at `start` for a revision of a PDF without objects."""
    reader = PdfFileReader(BytesIO(content))
    assert reader.last_startxref is not None
    values = (reader.trailer["/Size"], reader.last_startxref, reader.trailer.raw_get("/Root").idnum, start)
    trailer = b"trailer\n<</Size %d/Prev %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % values
    return keyword + b"0 1\n0000000000 65535 f \n" + trailer


REFUSED: Mapping[str, Callable[[bytes], bytes]] = {
    "objects that no table names": unnamed_objects,
    "table in an unusual form": unusual_table,
    "visible signature": visible_signature,
    "invisible signature": invisible_signature,
    "second certification": certification,
    "visible empty signature field": visible_empty_field,
    "invisible empty signature field": invisible_empty_field,
    "signature field with a script": field_with_script,
    "text field": text_field,
    "annotation": annotation,
    "other page contents": other_contents,
    "overwritten page contents": overwritten_contents,
    "deleted page contents": freed_contents,
    "other font": other_font,
    "rotated page": rotated_page,
    "added page": added_page,
    "other title": other_title,
    "other document information": other_info,
    "existing dictionary as document information": existing_info,
    "other XMP": other_xmp,
    "moved XMP": moved_xmp,
    "no XMP": without("/Metadata"),
    "no tags": without("/StructTreeRoot"),
    "no language": without("/Lang"),
    "no mark information": without("/MarkInfo"),
    "mark information": catalog_entry("/MarkInfo", "<</Marked false>>"),
    "script in the catalog": catalog_entry("/OpenAction", "<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    "named scripts": catalog_entry("/Names", "<</JavaScript<</Names[(x)<</S/JavaScript/JS(1)>>]>>>>"),
    "optional content": catalog_entry("/OCProperties", "<</OCGs[]/D<</BaseState/OFF>>>>"),
    "viewer preferences": catalog_entry("/ViewerPreferences", "<</HideToolbar true>>"),
    "outlines": catalog_entry("/Outlines", "<</Type/Outlines>>"),
    "permissions": catalog_entry("/Perms", "<<>>"),
    "security store with other keys": catalog_entry("/DSS", "<</Script(x)>>"),
    "other catalog": other_catalog,
    "no form": without("/AcroForm"),
    "no fields": no_fields,
    "unknown kind of signature": unknown_signature,
    "fields to be drawn again": needs_appearances,
    "change that was undone": change_and_undo,
    "change before a timestamp": timestamp_with_change,
    "timestamp with a script": timestamp_and_script,
    "visible timestamp": visible_timestamp,
    "security store and other page": security_store_with_page,
    "added line": lambda content: content + b"\n",
    "added bytes and the same end": lambda content: content + b"% x\n" + content[content.rindex(b"startxref") :],
}
"""Revisions that change something, each with a function that appends it."""

ACCEPTED: Mapping[str, Callable[[bytes], bytes]] = {
    "nothing": lambda content: content,
    "timestamp": timestamped,
    "two timestamps": lambda content: timestamped(timestamped(content)),
    "security store": with_security_store,
    "empty revisions": lambda content: raw_update(raw_update(content, {}), {}),
    "security store and timestamp": lambda content: timestamped(with_security_store(content)),
}
"""Revisions that change nothing that is shown."""
