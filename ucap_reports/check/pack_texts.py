"""A pack's own words: those its fonts cannot print, and those that somebody still has to enter or confirm."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.text.font_fallback import glyph_missing, typeface
from ucap_reports.pdf.text.glyph_writing import writing_mode
from ucap_reports.problems import Problem, ProblemsFound, Severity
from ucap_reports.source.tree import Loc
from ucap_reports.template.pack_opening import OpenedPack

TEXT_FONT = "text"


class _PackText(Struct, frozen=True):
    """Words of a pack: where its settings have them, and whether every summary prints them."""

    loc: Loc
    text: str
    always: bool
    language: str


def wording_problems(opened: OpenedPack) -> Iterator[Problem]:
    """`contact-missing`, `label-unconfirmed`, and `glyph-missing` as an error for what every summary prints."""
    yield from _to_be_entered(opened)
    try:
        for wording in _wordings(opened):
            mode = writing_mode(wording.language)
            font = typeface(opened.pack, TEXT_FONT, bold=False, italic=False, mode=mode)
            if missing := font.missing(wording.text):
                yield from _unprintable(wording, missing, opened)
    except ProblemsFound:  # a font that cannot be used is told by itself
        return


def _unprintable(wording: _PackText, missing: Sequence[str], opened: OpenedPack) -> Iterator[Problem]:
    """One problem for all characters of a text; none for a text that is inherited and that nothing may ever print."""
    location = opened.tree.location(wording.loc)
    problem = glyph_missing(missing[0], location)
    if others := len(missing) - 1:
        more = "another" if others == 1 else f"{others} others"
        problem = replace(problem, message=f"{problem.message}, nor {more} of this text")
    if wording.always:
        yield problem
    elif location.path == opened.tree.layers[0].location(()).path:
        yield replace(problem, severity=Severity.WARNING)


def _to_be_entered(opened: OpenedPack) -> Iterator[Problem]:
    settings = opened.pack.settings
    if not (settings.contact.office or settings.contact.email):
        message = "the pack names no contact, so that plans without one have none"
        location = opened.tree.location(("contact",), key=True)
        yield Problem.warning("contact-missing", message, "enter your office and its address under contact", location)
    for language in settings.label_languages:
        label = settings.programme_label[language]
        if not label.confirmed:
            message = f'"{label.text}" is no confirmed wording of the programme label'
            hint = "when the programme has confirmed it, set `confirmed: true`"
            location = opened.tree.location(("programme_label", language))
            yield Problem.warning("label-unconfirmed", message, hint, location)


def _wordings(opened: OpenedPack) -> Iterator[_PackText]:
    settings = opened.pack.settings
    own = settings.language
    for name in ("title", "unknown", "continued"):
        yield _PackText((name,), getattr(settings, name), always=True, language=own)
    for name in ("lead", "office", "email", "phone", "website", "address"):
        text = getattr(settings.contact, name).replace("\n", "")
        yield _PackText(("contact", name), text, always=True, language=own)
    for place, rule in enumerate(settings.rows):
        yield _PackText(("rows", place, "label"), opened.pack.label(rule.field).text, always=True, language=own)
        yield _PackText(("rows", place, "short_label"), rule.short_label or "", always=False, language=own)
    for language, label in settings.programme_label.items():
        always = language in settings.label_languages
        yield _PackText(("programme_label", language, "text"), label.text, always, language)
    for language, labels in settings.labels.items():
        text = "".join(opened.pack.label(field, language).text for field in labels).replace("\n", "")
        yield _PackText(("labels", language), text, always=False, language=language)
