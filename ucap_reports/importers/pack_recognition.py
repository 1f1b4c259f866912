"""The pack that a summary was printed with, and what the lines around its fact table say."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from zipfile import ZipFile

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.imported_form import Form, FormCell
from ucap_reports.plan.dates import dates_meant
from ucap_reports.summary.label_languages import words_of
from ucap_reports.template.pack import Pack, PackContact
from ucap_reports.text.rich_text import RichText

_PARTS = ("office", "email", "phone", "website", "address")
_FEWEST_LABELS = 2
"""So many labels of a pack show that a file was made with it or after its form."""
_GAP = re.compile(r"[\s:\uff1a]+")
_LONGEST_DAY = 100
"""Characters of a line with a day; longer ones say more than a day."""


class Around(Struct):
    """The lines around a fact table by what they are."""

    title: FormCell | None = None
    """The first line, which is the title where a pack printed the file."""
    languages: list[str] = field(default_factory=list)
    """The languages of the programme label."""
    updated: FormCell | None = None
    """The day of the content, as it is written."""
    rest: list[FormCell] = field(default_factory=list)


def read_around(form: Form, labels: Labels) -> Around:
    """Title, programme labels and day of the content; all other lines are the rest."""
    around = Around()
    texts = {
        folded_label(label.text): tag for pack in labels.packs for tag, label in pack.settings.programme_label.items()
    }
    for group in form.around:
        lines = list(group) if form.exact else list(_without_day(group, around, labels))
        if not lines:
            continue
        if (found := _label_languages(lines, texts)) is not None:
            around.languages += [tag for tag in found if tag not in around.languages]
        elif around.title is None:
            around.title, *more = lines
            around.rest += more
        else:
            around.rest += lines
    around.rest += form.margins if form.exact else _without_day(form.margins, around, labels)
    return around


def _without_day(lines: Iterable[FormCell], around: Around, labels: Labels) -> Iterator[FormCell]:
    """The lines but for those with the day of the content, which `around` gets; of two days, the first."""
    for line in lines:
        day = _day_said(line.text, labels)
        if day is None or (around.updated is not None and around.updated.text != day):
            yield line
        elif around.updated is None:
            around.updated = replace(line, content=RichText.plain(day))


def _day_said(line: str, labels: Labels) -> str | None:
    """The day in a line such as "Last updated: 3 June 2019", as it is written; None for other lines."""
    text = line.strip(" ()[].")
    for gap in _GAP.finditer(text) if len(text) <= _LONGEST_DAY else ():
        day = text[gap.end() :]
        if dates_meant(day) and labels.named(text[: gap.start()]) == "updated":
            return day
    return None


def _label_languages(lines: Iterable[FormCell], texts: dict[str, str]) -> list[str] | None:
    """The languages of a group that consists of programme labels; None for other groups."""
    left = folded_label(" ".join(line.text for line in lines))
    found: list[str] = []
    while left:
        text = max((text for text in texts if left.startswith(text)), key=len, default="")
        if not text:
            return None
        found.append(texts[text])
        left = left.removeprefix(text).strip()
    return found


def recognise(form: Form, around: Around, contact: dict[str, str], labels: Labels) -> tuple[Pack, bool]:
    """The pack that a summary was most likely printed with, and whether it certainly was."""
    if built_with := next((pack for pack in labels.packs if pack.name == form.pack), None):
        return built_with, True
    written = {row.label.text for row in form.rows}

    def likeness(pack: Pack) -> tuple[int, int, bool]:
        signs = [
            around.title is not None and around.title.text in pack.titles(),
            contact == contact_parts(pack.settings.contact),
            (around.languages or ["en"]) == list(pack.label_languages(form.language or "en")),
        ]
        return len(written & set(labels.printed(pack))), sum(signs), pack.name == labels.packs[0].name

    pack = max(labels.packs, key=likeness)
    said = {folded_label(label.text) for label in pack.settings.programme_label.values()}
    titled = around.title is not None and folded_label(around.title.text) in map(folded_label, pack.titles())
    shown = form.exact or titled or around.languages or any(folded_label(cell.text) in said for cell in form.margins)
    known = written & set(labels.printed(pack))  # a summary of few facts has few labels
    return pack, bool(shown and known) and len(known) >= min(_FEWEST_LABELS, max(len(form.rows) - 1, 1))


def contact_parts(contact: PackContact) -> dict[str, str]:
    """The parts that a pack's own contact has."""
    return {name: getattr(contact, name) for name in _PARTS if getattr(contact, name)}


def own_words(pack: Pack, updated: date | None) -> set[str]:
    """The words that a pack itself prints: those of its Word template, its titles and its programme label, and the
    date of the content.
    """
    texts = [*pack.titles(), *(label.text for label in pack.settings.programme_label.values())]
    texts += [words_of(pack, language, None).as_of(updated) for language in pack.labels] if updated else []
    with ZipFile(BytesIO(pack.word_template.content)) as template:
        for name in template.namelist():
            if name.endswith(".xml"):
                marked = template.read(name).decode("utf-8", errors="replace").replace("</w:p>", " ")
                texts.append(re.sub(r"<[^<>]*>", "", marked))
    return words_in(" ".join(texts))


def words_in(text: str) -> set[str]:
    """The words of a text."""
    return set(re.findall(r"\w+", text))
