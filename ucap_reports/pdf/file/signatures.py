"""Signatures of PDF files: PAdES baseline B-B (ETSI EN 319 142-1). pyHanko is installed by the extra `sign`."""

import logging
from collections.abc import Iterator
from io import BytesIO

from msgspec import Struct
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ucap_reports.storage.pdf_limits import check_pdf_limits

for _library in ("pyhanko", "pyhanko_certvalidator"):  # whether a certificate is trusted is not checked, nor reported
    logging.getLogger(_library).addHandler(logging.NullHandler())
_HARMLESS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
"""What may be added to a file after a signature: other signatures, and data about certificates."""


class SignatureError(Exception):
    """A file that cannot be signed, or whose signatures cannot be read."""


class Signature(Struct, frozen=True):
    """A signature: the name in its certificate, its time in ISO 8601, and whether the file is as it was signed.

    Whether the certificate can be trusted is not checked.
    """

    signer: str
    date: str
    valid: bool


def open_key(content: bytes, passphrase: bytes | None) -> SimpleSigner | None:
    """The key and the certificates of a PKCS#12 file; None if the passphrase is wrong or it is not such a file."""
    try:
        key: SimpleSigner = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase)
    except (ValueError, AttributeError):  # the latter for a file without a key or its certificate
        return None
    return key


def signed(pdf: bytes, key: SimpleSigner) -> bytes:
    """The file with a signature added, in an invisible field that needs no place in the tag tree.

    Raises SignatureError for a file that is not a PDF or allows no signature.
    """
    try:
        check_pdf_limits(pdf)
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        number = len(writer.prev.embedded_signatures) + 1
        form = SigSeedSubFilter.PADES
        made = PdfSignatureMetadata(field_name=f"Signature{number}", subfilter=form, md_algorithm="sha256")
        return bytes(sign_pdf(writer, made, signer=key).getvalue())
    except Exception as error:  # pyHanko raises many kinds of exceptions for damaged files
        raise SignatureError(str(error)) from error


def signatures(pdf: bytes) -> tuple[Signature, ...]:
    """The signatures of a file in their order. Raises SignatureError if they cannot be read."""
    try:
        check_pdf_limits(pdf)
        return tuple(_signatures(PdfFileReader(BytesIO(pdf))))
    except Exception as error:  # the same
        raise SignatureError(str(error)) from error


def _signatures(reader: PdfFileReader) -> Iterator[Signature]:
    """Each is valid if the bytes that it covers are unchanged, and if only signatures and the like were added later."""
    context = ValidationContext(trust_roots=[], allow_fetching=False)
    embedded = reader.embedded_signatures
    for each in embedded:
        status = validate_pdf_signature(each, context)
        is_whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        is_whole |= each is not embedded[-1] and status.modification_level in _HARMLESS
        names = status.signing_cert.subject.native
        signer = names.get("common_name") or status.signing_cert.subject.human_friendly
        signing_time = status.signer_reported_dt
        date = signing_time.isoformat(timespec="seconds") if signing_time else ""
        yield Signature(str(signer), date, status.intact and status.valid and is_whole)
