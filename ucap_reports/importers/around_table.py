"""The lines around a fact table: title and language of a summary, and the pack that it was printed with."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain

from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.imported_form import PICTURE, Form, FormCell
from ucap_reports.importers.plan_draft import Draft, names_of
from ucap_reports.problems import Location
from ucap_reports.summary.label_languages import words_of
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import primary
from ucap_reports.word.file.zip_package import read_package

_PARTS = {"office", "email", "phone", "website", "address"}
_TAG = re.compile(r"\{(?:\{.*?\}|%.*?%|#.*?#)\}", re.DOTALL)
"""A tag of a template."""


def fill_around(form: Form, draft: Draft, labels: Labels) -> None:
    """Fill title, language and date, where they are not the pack's own; keep all other lines."""
    title, languages, rest = _read_around(form, labels)
    pack = _pack_of(form, title, labels)
    default, here = labels.packs[0], Location(form.path)
    if pack is not None and pack.name != default.name:
        draft.put(("template",), pack.name, here)
    if pack is not None and draft.get(("contact",)) == _contact_of(pack):
        draft.fields.pop("contact")
    language = form.properties.language or "en"
    if language != "en" and (form.properties.exact or primary(language) != "en"):
        draft.put(("language",), language, here)
    if languages and languages != list((pack or default).label_languages(language)):
        draft.put(("label_languages",), languages, here)
    if title is not None and pack is None:  # the first line of other files is no title
        rest.insert(0, title)
    elif title is not None and pack is not None and not _is_title(title, pack):
        draft.put(("title",), title.text, title.location)
    if form.properties.updated is not None:
        draft.put(("updated",), form.properties.updated.isoformat(), here)
    _keep_rest(form, [title.text if title else "", *names_of(draft)], rest, pack, draft)


def _keep_rest(form: Form, known: Sequence[str], rest: Sequence[FormCell], pack: Pack | None, draft: Draft) -> None:
    """Keep the other lines and what is beside the text, except what the pack itself prints and texts that are known."""
    cells = [cell for row in form.rows for cell in (row.label, *row.cells)]
    printed = [*known, *(cell.text for cell in cells if form.properties.exact)]
    own = own_words(pack, form.properties.updated) | words_in(" ".join(printed)) if pack else set()
    for cell in rest:
        if pack is None or not words_in(cell.text) <= own:
            draft.keep("", cell.content.text, cell.location)
    in_rows = {cell.location for cell in cells}
    for aside in form.asides:
        if pack is None or aside.name != PICTURE or aside.location in in_rows:
            draft.keep_aside(aside)


def _read_around(form: Form, labels: Labels) -> tuple[FormCell | None, list[str], list[FormCell]]:
    """The first line, which is the title if a pack printed the file, the languages of the programme label, and all
    other lines.
    """
    title, languages, rest = None, list[str](), list[FormCell]()
    for group in form.around:
        lines = [line for line in group if words_in(line.text)]
        if found := _label_languages(lines, labels.programme_labels):
            languages += [tag for tag in found if tag not in languages]
            continue
        if lines and title is None:
            title = lines.pop(0)
        rest += lines
    return title, languages, [*rest, *(line for line in form.margins if words_in(line.text))]


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


def _pack_of(form: Form, title: FormCell | None, labels: Labels) -> Pack | None:
    """The pack that a summary was printed with: the one that its properties name, or else the first with its title."""
    named = (pack for pack in labels.packs if pack.name == form.properties.pack)
    titled = (pack for pack in labels.packs if title and _is_title(title, pack))
    return next(chain(named, titled), None)


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
