"""Signatures of PDF files: PAdES baseline B-B (ETSI EN 319 142-1). pyHanko is installed by the extra `sign`.

A signature certifies the file with DocMDP level 1 (ISO 32000-2 §12.8.2.2): no changes are permitted, so a file is
signed once.

A PDF is changed by appending revisions (incremental updates, ISO 32000-2 §7.5.6), which leave the signed bytes as they
are and may nevertheless replace every page. A signature is valid only if the pages and the metadata are exactly what
was signed, whichever changes its own DocMDP level permits: a later signature of another person may have an appearance
that covers the text. Document timestamps and data with which signatures are checked later may be appended; the rules
for that (`ONLY_ARCHIVING`) are those of pyHanko for long-term archiving, without the ones that allow more.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO

from msgspec import Struct
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata import model
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FieldComparisonContext,
    FieldMDPRule,
    FormUpdate,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import extract_contents
from pyhanko.sign.validation.status import DocumentTimestampStatus, PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.pdf_safety_check import check_pdf_limits

for _library in ("pyhanko", "pyhanko_certvalidator"):  # whether a certificate is trusted is not checked, nor reported
    logging.getLogger(_library).addHandler(logging.NullHandler())

_PKCS12 = re.compile(
    rb"""\x30 (?: [\x00-\x80] | \x81. | \x82.. | \x83... | \x84.... ) \x02\x01\x03 \x30""", re.DOTALL | re.VERBOSE
)
"""The beginning of a PKCS#12 file (RFC 7292 §4): a sequence of any length, its version 3, and another sequence."""

_ENOUGH_BITS = {"rsa": 2048, "dsa": 2048, "ec": 224}
"""The size in bits from which a key is strong enough, by its algorithm (NIST SP 800-131A)."""
_WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
"""Digests for which two files with the same one can be made (NIST SP 800-131A, RFC 6151)."""

_END_OF_REVISION = re.compile(rb"startxref[\t\n\f\r ]{1,4}\d{1,20}[\t\n\f\r ]{1,4}%%EOF(?:\r\n|\r|\n)?\Z")
"""The end of a file that ends with a revision: the place of its cross-reference table, and a mark."""
_OBJECT_KEYWORD = re.compile(rb"(?<=[\0-\x20\d\x7f-\xa0])obj")
"""The keyword of an object, behind white space or a digit, also of a kind that only some programs read as such."""
_OBJECT = re.compile(rb"\d{1,10}[\t\n\f\r ]{1,4}\d{1,5}[\t\n\f\r ]{1,4}(?=obj)")
"""The numbers of an object before its keyword."""
_TABLE = re.compile(
    rb"""
    xref [ ]* (?: \r\n|\r|\n )
    (?: \d{1,10} [ ] \d{1,10} [ ]* (?: \r\n|\r|\n )
        (?: \d{10} [ ] \d{5} [ ] [nf] (?: [ ]\r|[ ]\n|\r\n ) )*
    )*
    trailer
    """,
    re.VERBOSE,
)
"""A cross-reference table in the form of ISO 32000-1, 7.5.4: programs read others in different ways."""
_END_LENGTH = 64
"""The bytes of such an end, at most."""
_MOST_REVISIONS = 100
"""Each revision is compared with each signature. Real files have a handful of both."""

_Status = PdfSignatureStatus | DocumentTimestampStatus

_PROGRAM_KEYS = {"/Producer", "/ModDate"}
"""What a program that appends a revision writes about itself: which one it is, and when it did so."""

_PROGRAM_PROPERTIES = {
    model.PDF_PRODUCER,
    model.XMP_MODDATE,
    model.ExpandedName(ns=model.NS["xmp"], local_name="MetadataDate"),
}
"""The same in XMP."""

_CATALOG_KEYS = frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})
"""The entries of the catalog that may differ; other rules compare the form, the metadata and the security store."""

_TIMESTAMP_KEYS = {"/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P"}
"""The entries of an invisible field: no appearance, and no actions, which would run a script in a PDF reader."""

_ARCHIVING = ModificationLevel.LTA_UPDATES
"""The level of changes that add timestamps and data for checks (long-term archiving)."""

UNCHANGED = (ModificationLevel.NONE, _ARCHIVING)
"""The levels of changes after which a file is still as it was signed."""


class SignatureError(Exception):
    """A file that cannot be signed, or whose signatures cannot be read."""


class OtherSignatureError(Exception):
    """A file that has another signature than a valid one with the certificate of the key. The message is the signer."""


class KeyFileError(Exception):
    """A file from which no key can be read. The message is a form of the problem `key-invalid`."""


class Certificate(Struct, frozen=True):
    """Who owns a certificate, from when to when it is valid, and the algorithm and size of its key in bits.

    `sha256` is the digest of the certificate in hexadecimal digits. The size is None for algorithms with keys of one
    size.
    """

    sha256: str
    owner: str
    starts: datetime
    ends: datetime
    algorithm: str
    bits: int | None

    @classmethod
    def of(cls, certificate: Any) -> "Certificate":
        """Return what a certificate says, which is an object of asn1crypto."""
        owner = certificate.subject.native.get("common_name")
        if not isinstance(owner, str):  # none, or a list of several
            owner = certificate.subject.human_friendly
        key = certificate.public_key
        digest = certificate.sha256.hex()
        starts = certificate.not_valid_before
        ends = certificate.not_valid_after
        bits = key.bit_size if key.algorithm in _ENOUGH_BITS else None
        return cls(digest, owner, starts, ends, key.algorithm, bits)

    @property
    def is_weak(self) -> bool:
        """Whether the key can be broken."""
        return self.bits is not None and self.bits < _ENOUGH_BITS[self.algorithm]


class Signature(Struct, frozen=True):
    """A signature or a document timestamp.

    `time` is when it was made, as the signer says. `digest` is the algorithm that was applied to the file. `valid` says
    whether the file is as it was signed. Whether the certificate can be trusted is not checked.
    """

    certificate: Certificate
    time: datetime | None
    digest: str
    valid: bool
    is_timestamp: bool

    @property
    def signer(self) -> str:
        """The name in the certificate."""
        return self.certificate.owner

    @property
    def date(self) -> str:
        """The time in ISO 8601, empty if it is unknown."""
        return self.time.isoformat(timespec="seconds") if self.time else ""

    @property
    def has_weak_digest(self) -> bool:
        """Whether another file with the same signature can be made."""
        return self.digest in _WEAK_DIGESTS


def open_key(content: bytes, passphrase: bytes | None) -> SimpleSigner | None:
    """Return the key and the certificates of a PKCS#12 file; None if the passphrase is wrong.

    Raises:
        KeyFileError: The file is not a PKCS#12 file, or contains no private key with its certificate.
    """
    if not _PKCS12.match(content):
        raise KeyFileError("format")
    try:
        key: SimpleSigner = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase)
    except ValueError:
        return None
    except AttributeError as error:  # raised by pyHanko for a file without a key or its certificate
        raise KeyFileError("incomplete") from error
    return key


def key_certificate(key: SimpleSigner) -> Certificate:
    """Return the certificate of a key."""
    return Certificate.of(key.signing_cert)


def signed_once(pdf: bytes, key: SimpleSigner, present: Sequence[Signature]) -> bytes:
    """Return the signed file; the same object if it has a valid signature with the certificate of the key already.

    `present` has the signatures of the file.

    Raises:
        OtherSignatureError: The file has another signature.
        SignatureError: The file is not a PDF, or allows no signature.
    """
    if not present:
        return signed(pdf, key)
    is_own = present[0].certificate == key_certificate(key)
    if is_own and all(signature.valid for signature in present):
        return pdf
    raise OtherSignatureError(present[0].signer)


def signed(pdf: bytes, key: SimpleSigner) -> bytes:
    """Return the file with a signature added, in an invisible field that needs no place in the tag tree.

    The hash algorithm is the one that suits the key, such as SHA-512 for Ed25519 (RFC 8419).

    Raises:
        SignatureError: The file is not a PDF, or allows no signature.
    """
    try:
        check_pdf_limits(pdf)
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        metadata = PdfSignatureMetadata(
            field_name="Signature1",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        return bytes(sign_pdf(writer, metadata, signer=key).getvalue())
    except Exception as error:  # pyHanko raises many kinds of exceptions for damaged files
        raise SignatureError(str(error)) from error


def signatures(pdf: bytes) -> tuple[Signature, ...]:
    """Return the signatures and document timestamps of a file in their order.

    Raises:
        SignatureError: They cannot be read, or one was removed.
    """
    try:
        check_pdf_limits(pdf)
        reader = PdfFileReader(BytesIO(pdf))
        _check_revisions(reader)
        return tuple(_signatures(reader))
    except Exception as error:  # pyHanko raises many kinds of exceptions for damaged files
        raise SignatureError(str(error)) from error


def certificate_warnings(
    certificate: Certificate, location: Location, signing_time: datetime, now: datetime
) -> tuple[Problem, ...]:
    """Return warnings about a weak key, and a certificate that is not valid now or was not when a file was signed."""
    owner = certificate.owner
    warnings = []
    if max(signing_time, now) > certificate.ends:
        date = certificate.ends.date().isoformat()
        warnings.append(problem("certificate-expired", location, form="expired", owner=owner, date=date))
    elif signing_time < certificate.starts:
        date = certificate.starts.date().isoformat()
        warnings.append(problem("certificate-expired", location, form="early", owner=owner, date=date))
    if certificate.is_weak:
        rsa = _ENOUGH_BITS["rsa"]
        ec = _ENOUGH_BITS["ec"]
        warnings.append(problem("key-weak", location, owner=owner, bits=certificate.bits, rsa=rsa, ec=ec))
    return tuple(warnings)


def _check_revisions(reader: PdfFileReader) -> None:
    """Raise SignatureError if a signature of an earlier revision is missing in the last one, or of an unknown kind.

    A reader of the last revision alone would take such a file for one that was never signed.
    """
    revisions = reader.xrefs.total_revisions
    if revisions > _MOST_REVISIONS:
        raise SignatureError(f"the file was changed more than {_MOST_REVISIONS} times")
    in_last_revision = {_contents(value) for _, value, _ in enumerate_sig_fields(reader, filled_status=True)}
    for number in range(revisions):
        revision = reader.get_historical_resolver(number)
        for name, value, _ in enumerate_sig_fields(revision, filled_status=True):
            if _contents(value) not in in_last_revision:
                raise SignatureError(f"the signature in the field {name} was removed")
    # pyHanko leaves out a signature whose `/SubFilter` it does not know.
    if len(reader.embedded_signatures) < len(in_last_revision):
        raise SignatureError("it is of an unknown kind")


def _contents(value: PdfObject) -> bytes:
    """Return the bytes of a signature, which no other one has."""
    signature = value.get_object()  # type: ignore[no-untyped-call]  # it has no types
    if not isinstance(signature, DictionaryObject):
        raise SignatureError("it is not a dictionary")
    return extract_contents(signature)


def _signatures(reader: PdfFileReader) -> Iterator[Signature]:
    context = ValidationContext(trust_roots=[], allow_fetching=False)
    for embedded in reader.embedded_signatures:
        if embedded.sig_object_type == "/DocTimeStamp":
            timestamp = validate_pdf_timestamp(embedded, context, diff_policy=ONLY_ARCHIVING)
            yield _signature(embedded, timestamp, timestamp.timestamp)
        else:
            status = validate_pdf_signature(embedded, context, diff_policy=ONLY_ARCHIVING)
            yield _signature(embedded, status, status.signer_reported_dt)


def _signature(embedded: EmbeddedPdfSignature, status: _Status, time: datetime | None) -> Signature:
    if time is not None and time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return Signature(
        certificate=Certificate.of(status.signing_cert),
        time=time,
        digest=status.md_algorithm,
        valid=status.intact and status.valid and _is_unchanged(embedded, status),
        is_timestamp=isinstance(status, DocumentTimestampStatus),
    )


def _is_unchanged(embedded: EmbeddedPdfSignature, status: _Status) -> bool:
    """Return whether the file ends with the signature, or with revisions that change nothing."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    # pyHanko compares revisions, and thus no bytes that follow the last one.
    is_last_revision = embedded.signed_revision == embedded.reader.xrefs.total_revisions - 1
    if is_last_revision or not _ends_with_revision(embedded.reader.stream):
        return False
    return status.modification_level in UNCHANGED and not _has_unnamed_objects(embedded)


def _ends_with_revision(stream: BinaryIO) -> bool:
    """Return whether no bytes follow the last revision."""
    length = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, length - _END_LENGTH))
    return _END_OF_REVISION.search(stream.read()) is not None


def _has_unnamed_objects(embedded: EmbeddedPdfSignature) -> bool:
    """Return whether bytes behind the signature are objects that no cross-reference table names, or a table in another
    form than that of the standard.

    pyHanko does not see such objects. Programs that do not accept the table show them, since they make a table of all
    objects of the file.
    """
    stream = embedded.reader.stream
    stream.seek(0)
    content = stream.read()
    *_, start, length = embedded.byte_range
    end_of_signed = start + length
    xrefs = embedded.reader.xrefs
    named: set[int] = set()
    for revision in range(embedded.signed_revision + 1, xrefs.total_revisions):
        table = xrefs.get_xref_container_info(revision)
        is_stream = table.stream_ref is not None
        if table.start_location != table.declared_startxref:
            return True
        if is_stream:
            named.add(table.start_location)
        elif _TABLE.match(content, table.start_location) is None:
            return True
        for reference in xrefs.explicit_refs_in_revision(revision):
            offset = xrefs.get_historical_ref(reference, revision)
            if isinstance(offset, int):
                named.add(offset)
    keywords = set()
    for offset in named:
        numbers = _OBJECT.match(content, offset)
        if numbers is not None:
            keywords.add(numbers.end())
    return any(match.start() not in keywords for match in _OBJECT_KEYWORD.finditer(content, end_of_signed))


class _Catalog(CatalogModificationRule):
    """Refuse other changes of the catalog. pyHanko allows one of `/MarkInfo`, which says whether there are tags."""

    def __init__(self) -> None:
        super().__init__(ignored_keys=_CATALOG_KEYS)  # type: ignore[no-untyped-call]  # it has no types

    def apply_qualified(
        self, old: HistoricalResolver, new: HistoricalResolver
    ) -> Iterable[tuple[ModificationLevel, ReferenceUpdate]]:
        if _entry(old.root, "/MarkInfo") != _entry(new.root, "/MarkInfo"):
            raise SuspiciousModification("the mark information was changed")
        return super().apply_qualified(old, new)


def _entry(dictionary: DictionaryObject, key: str) -> PdfObject | None:
    """Return the object at a key, also if the dictionary refers to it; None if there is none."""
    try:
        entry: PdfObject = dictionary[key]
    except KeyError:
        return None
    return entry


class _Info(DocInfoRule):
    """Allow a new document information dictionary only if the title, the author and so on are as before."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        if _info(old) != _info(new):
            raise SuspiciousModification("the document information was changed")
        return super().apply(old, new)


def _info(revision: HistoricalResolver) -> dict[str, Any]:
    """Return the document information of a revision, except about programs; empty without one."""
    reference = revision.trailer_view.get_value_as_reference("/Info", optional=True)
    if reference is None:
        return {}
    info = revision.get_object(reference)  # `trailer_view["/Info"]` is the object of the last revision
    if not isinstance(info, DictionaryObject):
        raise SuspiciousModification("the document information is not a dictionary")
    return {key: info.raw_get(key) for key in info if key not in _PROGRAM_KEYS}


class _Xmp(MetadataUpdateRule):
    """Allow new XMP metadata only if the title, the author and so on are as before."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        if not _have_same_properties(_xmp_content(old), _xmp_content(new)):
            raise SuspiciousModification("the XMP metadata was changed")
        return super().apply(old, new)


def _xmp_content(revision: HistoricalResolver) -> bytes | None:
    """Return the XMP metadata of a revision; None if it has none."""
    stream = _entry(revision.root, "/Metadata")
    if stream is None:
        return None
    if not isinstance(stream, StreamObject):
        raise SuspiciousModification("the XMP metadata is not a stream")
    return bytes(stream.read_data(DecodePurpose.XMP_METADATA))


def _have_same_properties(before: bytes | None, after: bytes | None) -> bool:
    """Return whether XMP metadata say the same, except about programs."""
    if before == after:  # also if they are no valid XML
        return True
    if before is None or after is None:
        return False
    return _properties(before) == _properties(after)


def _properties(xmp: bytes) -> Sequence[str]:
    """Return the properties of XMP metadata except those about programs, in an order that does not depend on it."""
    properties = []
    for description in parse_xmp(BytesIO(xmp)):
        for name, value in description:
            if name not in _PROGRAM_PROPERTIES:
                properties.append(f"{name} {value}")
    return sorted(properties)


class _OnlyTimestamps(FieldMDPRule):
    """Refuse new form fields other than invisible ones of document timestamps."""

    def apply(self, context: FieldComparisonContext) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        for name, field in context.field_specs.items():
            if field.old_field is None and not _is_timestamp(field.new_field):
                raise SuspiciousModification(f"the field {name} was added")
        return ()  # which fields may change is decided by the rules after this one


ONLY_ARCHIVING = StandardDiffPolicy(
    global_rules=[
        _Catalog(),
        _Info().as_qualified(_ARCHIVING),
        _Xmp().as_qualified(_ARCHIVING),  # type: ignore[no-untyped-call]  # it has no types
        XrefStreamRule().as_qualified(_ARCHIVING),
        ObjectStreamRule().as_qualified(_ARCHIVING),
        DSSCompareRule().as_qualified(_ARCHIVING),
    ],
    form_rule=FormUpdatingRule(
        [
            _OnlyTimestamps(),
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]  # the same
            SigFieldModificationRule(),
        ],
        ignored_acroform_keys=frozenset({"/Fields"}),
    ),
)
"""Compares each later revision with the signed one.

Its result is a `SuspiciousModification`, or the level of the changes, of which `UNCHANGED` are harmless.
"""


def _is_timestamp(field: DictionaryObject | None) -> bool:
    """Return whether a field contains a document timestamp (ISO 32000-2 §12.8.5). pyHanko checks that it is invisible.

    Any other signature would be a change, which the DocMDP level 1 does not permit.
    """
    if field is None or not set(field) <= _TIMESTAMP_KEYS:
        return False
    value = _entry(field, "/V")
    return isinstance(value, DictionaryObject) and value.get("/Type") == "/DocTimeStamp"
