"""What stands around a fact table: title, contact, programme label, and which pack a summary was printed with."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.contact_splitting import without_addresses, without_parts
from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.imported_form import Form, FormCell
from ucap_reports.importers.printed_dates import day_said
from ucap_reports.template.pack import Pack, PackContact
from ucap_reports.text.rich_text import RichText

DEFAULT_PACK = "iuc-asia"
_PAGE = re.compile(r"(?:page\s*)?\d+(?:\s*(?:/|of|von|de|sur)\s*\d+)?", re.IGNORECASE)
_PHONE = re.compile(r"(?:(?:tel|phone|fax)\S*\s*)?\+?[\d\s()/.-]{6,}", re.IGNORECASE)
_LEAD = re.compile(r"further information|please contact|contact us", re.IGNORECASE)
_PARTS = ("office", "email", "phone", "website", "address")


class Around(Struct):
    """What the lines around a fact table turn out to be."""

    title: FormCell | None = None
    contact: dict[str, str] = field(default_factory=dict)
    contact_cell: FormCell | None = None
    languages: list[str] = field(default_factory=list)
    updated: FormCell | None = None
    """The day of the content, in the words of the line that says it."""
    rest: list[FormCell] = field(default_factory=list)


def read_around(form: Form, labels: Labels) -> Around:
    """Title, contact and programme labels; everything else is the rest."""
    around = Around()
    texts = {
        folded_label(label.text): tag for pack in labels.packs for tag, label in pack.settings.programme_label.items()
    }
    leads = labels.leads
    asked = False
    for group in form.around:
        lines = [line for line in group if line.text and not _PAGE.fullmatch(line.text)]
        lines = lines if form.exact else list(_without_day(lines, around, labels))
        lead = next((place for place, line in enumerate(lines) if _is_lead(line.text, leads)), None)
        if not lines:
            continue
        if (found := _label_languages(lines, texts)) is not None:
            around.languages += [tag for tag in found if tag not in around.languages]
        elif lead is not None or asked:
            start = 0 if lead is None else lead + 1
            around.rest += lines[: start - 1] if start else []
            _read_contact(lines[start:], around, form)
            asked = start == len(lines)
        elif around.title is None and not around.contact:
            around.title, more = lines[0], lines[1:]
            around.rest += more
        else:
            around.rest += lines
    return around


def margins_left(form: Form, around: Around, labels: Labels) -> list[FormCell]:
    """The lines of headers and footers but for one that says the day of the content."""
    return list(form.margins if form.exact else _without_day(form.margins, around, labels))


def _without_day(lines: Iterable[FormCell], around: Around, labels: Labels) -> Iterator[FormCell]:
    """The lines but for those that say the day of the content, which becomes known; of two days, the first."""
    for line in lines:
        day = day_said(line.text, labels)
        if day is None or (around.updated is not None and around.updated.text != day):
            yield line
        elif around.updated is None:
            around.updated = replace(line, content=RichText.plain(day))


def _is_lead(text: str, leads: Container[str]) -> bool:
    return _LEAD.search(text) is not None or folded_label(text) in leads


def _label_languages(lines: Iterable[FormCell], texts: dict[str, str]) -> list[str] | None:
    """The languages of a group that is made of programme labels and nothing else."""
    left = folded_label(" ".join(line.text for line in lines))
    found: list[str] = []
    while left:
        text = max((text for text in texts if left.startswith(text)), key=len, default="")
        if not text:
            return None
        found.append(texts[text])
        left = left.removeprefix(text).strip()
    return found


def _read_contact(lines: Sequence[FormCell], around: Around, form: Form) -> None:
    """The parts of a contact, told by their form; the first line that has none is the office."""
    if not lines:
        return
    around.contact_cell = lines[0]
    address: list[str] = []
    take = without_addresses if form.exact else without_parts
    for line in lines:
        for text in line.content.text.split("\n"):
            words = take(text, around.contact)
            if not words:
                continue
            is_near = line is lines[0] or len(around.contact) <= 1
            if _PHONE.fullmatch(words) and "phone" not in around.contact:
                around.contact["phone"] = words
            elif "office" not in around.contact and form.author != "" and not address and is_near:
                around.contact["office"] = words
            else:
                address.append(words)
    if address:
        around.contact["address"] = "\n".join(address)


def recognise(form: Form, around: Around, labels: Labels) -> Pack:
    """The pack that a summary was most likely printed with: by labels, title, contact and programme label."""
    written = {row.label.text for row in form.rows}

    def likeness(pack: Pack) -> tuple[int, int, bool]:
        own = pack.settings.contact
        signs = [
            around.title is not None and around.title.text in pack.titles(),
            around.contact == contact_parts(own),
            (around.languages or ["en"]) == list(pack.label_languages(form.language or "en")),
        ]
        return len(written & set(labels.printed(pack))), sum(signs), pack.name == DEFAULT_PACK

    return max(labels.packs, key=likeness)


def contact_parts(contact: PackContact) -> dict[str, str]:
    """What a pack's own contact has."""
    return {name: getattr(contact, name) for name in _PARTS if getattr(contact, name)}
