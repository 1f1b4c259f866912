"""Texts of a pack that documents in another language print in the pack's own."""

from ucap_reports.template.pack import LeftOut, Pack, Wording


def untranslated_texts(pack: Pack, language: str | None) -> tuple[str, ...]:
    """Return the names of the texts that the pack does not have in one of its other languages; None is a language in
    which it has nothing. Labels of rows are named by their fields, the other texts as in `wording`.
    """
    settings = pack.settings
    wording = settings.wording.get(language or "", Wording())
    labels = pack.labels.get(language, {}) if language else {}
    own = {
        "title": settings.title,
        "lead": "" if LeftOut.CONTACT in settings.leaves_out else settings.contact.lead,
        "continued": settings.continued,
        "as_of": settings.as_of,
        "draft": settings.draft,
    }
    if any(field.totals for field in pack.fields.custom):
        own["total"] = settings.total
    missing = [name for name, text in own.items() if text and getattr(wording, name) is None]
    custom = {field.key for field in pack.fields.custom}  # their labels are reported with their declarations
    others = (rule for rule in settings.rows if rule.field not in custom)
    missing += [rule.field for rule in others if rule.label and rule.field not in labels]
    return tuple(missing)
