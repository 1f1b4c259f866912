"""Problems of a pack's own texts: characters that its fonts lack, and texts that the office has to enter or approve."""

from collections.abc import Iterator
from contextlib import suppress

from ucap_reports.pdf.text.font_fallback import glyph_missing, typeface
from ucap_reports.pdf.text.glyph_writing import writing_mode
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.labels_by_country import all_languages
from ucap_reports.template.pack_opening import OpenedPack

TEXT_FONT = "text"


def wording_problems(opened: OpenedPack) -> Iterator[Problem]:
    """`contact-missing`, `label-unconfirmed`, and `glyph-missing` for texts that every summary prints."""
    yield from _to_be_entered(opened)
    with suppress(ProblemsFound):  # fonts are checked separately
        for loc, text, language in _texts(opened):
            mode = writing_mode(language)
            if missing := typeface(opened.pack, TEXT_FONT, bold=False, italic=False, mode=mode).missing(text):
                yield glyph_missing(missing[0], opened.tree.location(loc))


def _to_be_entered(opened: OpenedPack) -> Iterator[Problem]:
    settings = opened.pack.settings
    if not (settings.contact.office or settings.contact.email):
        yield problem("contact-missing", opened.tree.location(("contact",), key=True), form="pack")
    unconfirmed = opened.pack.unconfirmed_label_languages
    is_of_pack = any(opened.tree.depth((name,)) == 0 for name in ("programme_label", "label_languages"))
    if is_of_pack and set(unconfirmed).intersection(all_languages(settings.label_languages)):
        location = opened.tree.location(("programme_label",), key=True)
        languages, name = ", ".join(unconfirmed), opened.pack.name
        yield problem("label-unconfirmed", location, languages=languages, pack=name, home="pack.yaml")


def _texts(opened: OpenedPack) -> Iterator[tuple[Loc, str, str]]:
    """Each text that every summary prints, after its place and before its language."""
    settings = opened.pack.settings
    own = settings.language
    for name in ("title", "unknown", "continued"):
        yield (name,), getattr(settings, name), own
    for name, text in settings.contact:
        yield ("contact", name), text.replace("\n", ""), own
    for place, rule in enumerate(settings.rows):
        yield ("rows", place, "label"), opened.pack.label(rule.field).text, own
    for language in all_languages(settings.label_languages):
        yield ("programme_label", language, "text"), settings.programme_label[language].text, language
