"""What may be appended to a signed PDF: document timestamps, and data with which signatures are checked later.

A PDF is changed by appending revisions (incremental updates, ISO 32000-2 §7.5.6), which leave the signed bytes as they
are and may nevertheless replace every page. A signature is valid only if the pages and the metadata are exactly what
was signed, whichever changes its own DocMDP level permits: a later signature of another person may have an appearance
that covers the text.

The rules are those of pyHanko for long-term archiving, without the ones that allow more than that.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, StreamObject
from pyhanko.pdf_utils.metadata import model
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver
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


class _Info(DocInfoRule):
    """Allow a new document information dictionary only if the title, the author and so on are as before."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        if _info(old) != _info(new):
            raise SuspiciousModification("the document information was changed")
        return super().apply(old, new)


def _info(revision: HistoricalResolver) -> dict[str, Any]:
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
        before = _xmp_content(old)
        after = _xmp_content(new)
        if before != after and (before is None or after is None or _properties(before) != _properties(after)):
            raise SuspiciousModification("the XMP metadata was changed")
        return super().apply(old, new)


def _xmp_content(revision: HistoricalResolver) -> bytes | None:
    stream = _entry(revision.root, "/Metadata")
    if stream is None:
        return None
    if not isinstance(stream, StreamObject):
        raise SuspiciousModification("the XMP metadata is not a stream")
    return bytes(stream.read_data(DecodePurpose.XMP_METADATA))


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
        return ()


def _is_timestamp(field: DictionaryObject | None) -> bool:
    """Return whether a field contains a document timestamp (ISO 32000-2 §12.8.5). pyHanko checks that it is invisible.

    Any other signature would be a change, which the DocMDP level 1 does not permit.
    """
    if field is None or not set(field) <= _TIMESTAMP_KEYS:
        return False
    value = _entry(field, "/V")
    return isinstance(value, DictionaryObject) and value.get("/Type") == "/DocTimeStamp"


def _entry(dictionary: DictionaryObject, key: str) -> PdfObject | None:
    """Return the object at a key, also if the dictionary refers to it; None if there is none."""
    try:
        entry: PdfObject = dictionary[key]
    except KeyError:
        return None
    return entry


_ARCHIVING = ModificationLevel.LTA_UPDATES

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

UNCHANGED = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
