"""The lines around a fact table: title, language and day of a summary, and the pack that it was printed with."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.imported_form import PICTURE, Form, FormCell
from ucap_reports.importers.plan_draft import Draft, names_of, shortened
from ucap_reports.plan.dates import dates_meant
from ucap_reports.problems import Location, problem
from ucap_reports.summary.label_languages import words_of
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import primary
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.file.zip_package import read_package

_PARTS = {"office", "email", "phone", "website", "address"}
_FEWEST_LABELS = 2
"""The number of labels of a pack that show that a file was made with it or follows its form."""
_TAG = re.compile(r"\{(?:\{.*?\}|%.*?%|#.*?#)\}", re.DOTALL)
"""A tag of a template."""
_GAP = re.compile(r"[\s:\uff1a]+")
_LONGEST_DAY = 100
"""The maximum number of characters in a line with a day; longer ones contain more than a day."""


class _Around(Struct):
    """The lines around a fact table, sorted by their meaning."""

    title: FormCell | None = None
    """The first line, which is the title where a pack printed the file."""
    languages: list[str] = field(default_factory=list)
    """The languages of the programme label."""
    updated: FormCell | None = None
    """The day of the content, as it is written."""
    rest: list[FormCell] = field(default_factory=list)


def fill_around(form: Form, draft: Draft, labels: Labels) -> None:
    """Fill title, language and dates, where they are not the pack's own; keep all other lines."""
    around = _read_around(form, labels)
    contact = draft.get(("contact",)) or {}
    pack, is_known = _recognise(form, around, contact, labels)
    here = Location(form.path)
    if is_known and pack.name != labels.packs[0].name:
        draft.put(("template",), pack.name, here)
    if is_known and contact == _contact_of(pack):
        draft.fields.pop("contact", None)
    language = form.properties.language or "en"
    if language != "en" and (form.properties.exact or primary(language) != "en"):
        draft.put(("language",), language, here)
    if around.languages and around.languages != list(pack.label_languages(language)):
        draft.put(("label_languages",), around.languages, here)
    if around.title is not None and not is_known:  # the first line of other files is no title
        around.rest.insert(0, around.title)
    elif around.title is not None and not _is_title(around.title, pack):
        draft.put(("title",), around.title.text, around.title.location)
    _fill_updated(form, around.updated, draft)
    _keep_rest(form, around, pack if is_known else None, draft)


def _fill_updated(form: Form, said: FormCell | None, draft: Draft) -> None:
    """Fill the day of the content from the file's properties, or else from a line around the table."""
    if form.properties.updated is not None:
        draft.put(("updated",), form.properties.updated.isoformat(), Location(form.path))
    if said is not None and draft.get(("updated",)) is None:
        draft.put(("updated",), said.text, said.location)
    elif said is not None and draft.get(("updated",)) != said.text:
        found = problem("import-unplaced", said.location, form="field", field="updated", text=shortened(said.text))
        draft.keep("updated", said.text, said.location, found)


def _keep_rest(form: Form, around: _Around, pack: Pack | None, draft: Draft) -> None:
    """Keep the other lines and what is beside the text, except what the pack itself prints."""
    cells = [cell for row in form.rows for cell in (row.label, *row.cells)]
    printed = [cell.text for cell in cells] if form.properties.exact else names_of(draft)
    printed += [around.title.text] if around.title else []
    own = own_words(pack, form.properties.updated) | words_in(" ".join(printed)) if pack else set()
    for cell in around.rest:
        if pack is None or not words_in(cell.text) <= own:
            draft.keep("", cell.content.text, cell.location)
    in_rows = {cell.location for cell in cells}
    for aside in form.asides:
        if pack is None or aside.name != PICTURE or aside.location in in_rows:
            draft.keep_aside(aside)


def _read_around(form: Form, labels: Labels) -> _Around:
    """Title, programme labels and day of the content; all other lines are the rest."""
    around = _Around()
    for group in (*form.around, form.margins):
        with_words = (line for line in group if words_in(line.text))
        lines = [line for line in with_words if form.properties.exact or not _takes_day(around, line, labels)]
        languages = _label_languages(lines, labels.programme_labels) if group is not form.margins else []
        if languages:
            around.languages += [tag for tag in languages if tag not in around.languages]
            continue
        if lines and around.title is None and group is not form.margins:
            around.title = lines.pop(0)
        around.rest += lines
    return around


def _takes_day(around: _Around, line: FormCell, labels: Labels) -> bool:
    """Whether a line has the day of the content, which `around` gets; of two days, the first."""
    text = line.text.strip(" ()[].")
    for gap in _GAP.finditer(text) if len(text) <= _LONGEST_DAY else ():
        day = text[gap.end() :]
        if dates_meant(day) and labels.named(text[: gap.start()]) == "updated":
            around.updated = around.updated or replace(line, content=RichText.plain(day))
            return around.updated.text == day
    return False


def _label_languages(lines: Sequence[FormCell], texts: Mapping[str, str]) -> list[str]:
    """The languages of a group that consists of programme labels; none for other groups."""
    left = folded_label(" ".join(line.text for line in lines))
    found: list[str] = []
    while left:
        text = max((text for text in texts if left.startswith(text)), key=len, default="")
        if not text:
            return []
        found.append(texts[text])
        left = left.removeprefix(text).strip()
    return found


def _recognise(form: Form, around: _Around, contact: dict[str, str], labels: Labels) -> tuple[Pack, bool]:
    """The pack that a summary was most likely printed with, and whether it certainly was."""
    if built_with := next((pack for pack in labels.packs if pack.name == form.properties.pack), None):
        return built_with, True
    written = {row.label.text for row in form.rows}

    def likeness(pack: Pack) -> tuple[int, int]:
        signs = [
            around.title is not None and around.title.text in pack.titles(),
            contact == _contact_of(pack),
            (around.languages or ["en"]) == list(pack.label_languages(form.properties.language or "en")),
        ]
        return len(written & set(labels.printed(pack))), sum(signs)

    pack = max(labels.packs, key=likeness)
    said = {folded_label(label.text) for label in pack.settings.programme_label.values()}
    titled = around.title is not None and _is_title(around.title, pack)
    labelled = any(folded_label(cell.text) in said for cell in form.margins)
    shown = form.properties.exact or titled or around.languages or labelled
    known = written & set(labels.printed(pack))  # a summary of few facts has few labels
    return pack, bool(shown and known) and len(known) >= min(_FEWEST_LABELS, max(len(form.rows) - 1, 1))


def _is_title(line: FormCell, pack: Pack) -> bool:
    return folded_label(line.text) in map(folded_label, pack.titles())


def _contact_of(pack: Pack) -> dict[str, str]:
    """The parts that a pack's own contact has."""
    return {name: text for name, text in pack.settings.contact.model_dump(include=_PARTS).items() if text}


def own_words(pack: Pack, updated: date | None) -> set[str]:
    """The words that a pack itself prints: those of its Word template, its titles and its programme label, and the
    date of the content.
    """
    texts = [*pack.titles(), *(label.text for label in pack.settings.programme_label.values())]
    texts += [words_of(pack, language, None).as_of(updated) for language in pack.labels] if updated else []
    for name, content in read_package(pack.word_template.content).items():
        if name.endswith(".xml"):
            marked = content.decode("utf-8", errors="replace").replace("</w:p>", " ")
            texts.append(_TAG.sub(" ", re.sub(r"<[^<>]*>", "", marked)))
    return words_in(" ".join(texts))


def words_in(text: str) -> set[str]:
    """The words of a text."""
    return set(re.findall(r"\w+", text))
