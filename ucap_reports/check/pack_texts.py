"""Problems of a pack's own texts: characters that its fonts lack, and texts that the office has to enter or approve."""

from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.text.font_fallback import glyph_missing, typeface
from ucap_reports.pdf.text.glyph_writing import writing_mode
from ucap_reports.problems import Problem, ProblemsFound, Severity, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.pack_opening import OpenedPack

TEXT_FONT = "text"


class _PackText(Struct, frozen=True):
    """A text of a pack: its place in the settings, and whether every summary prints it."""

    loc: Loc
    text: str
    always: bool
    language: str


def wording_problems(opened: OpenedPack) -> Iterator[Problem]:
    """`contact-missing`, `label-unconfirmed` and `glyph-missing`.

    Missing glyphs are an error in texts that every summary prints, and otherwise a warning in the pack's own texts.
    """
    yield from _to_be_entered(opened)
    own_path = opened.tree.layers[0].location(()).path
    with suppress(ProblemsFound):  # fonts are checked separately
        for text in _texts(opened):
            mode = writing_mode(text.language)
            missing = typeface(opened.pack, TEXT_FONT, bold=False, italic=False, mode=mode).missing(text.text)
            location = opened.tree.location(text.loc)
            if missing and text.always:
                yield glyph_missing(missing[0], location)
            elif missing and location.path == own_path:
                yield replace(glyph_missing(missing[0], location), severity=Severity.WARNING)


def _to_be_entered(opened: OpenedPack) -> Iterator[Problem]:
    settings = opened.pack.settings
    if not (settings.contact.office or settings.contact.email):
        yield problem("contact-missing", opened.tree.location(("contact",), key=True), form="pack")
    for language in settings.label_languages:
        label = settings.programme_label[language]
        if not label.confirmed:
            location = opened.tree.location(("programme_label", language))
            yield problem("label-unconfirmed", location, text=label.text, file="pack.yaml")


def _texts(opened: OpenedPack) -> Iterator[_PackText]:
    settings = opened.pack.settings
    own = settings.language
    for name in ("title", "unknown", "continued"):
        yield _PackText((name,), getattr(settings, name), always=True, language=own)
    for name, text in settings.contact:
        yield _PackText(("contact", name), text.replace("\n", ""), always=True, language=own)
    for place, rule in enumerate(settings.rows):
        yield _PackText(("rows", place, "label"), opened.pack.label(rule.field).text, always=True, language=own)
        yield _PackText(("rows", place, "short_label"), rule.short_label or "", always=False, language=own)
    for language, label in settings.programme_label.items():
        always = language in settings.label_languages
        yield _PackText(("programme_label", language, "text"), label.text, always, language)
    for language, labels in settings.labels.items():
        text = "".join(opened.pack.label(field, language).text for field in labels).replace("\n", "")
        yield _PackText(("labels", language), text, always=False, language=language)
