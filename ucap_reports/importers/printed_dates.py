"""Days in the words that packs print them in, as the days of plan files."""

from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.plan.dates import dates_meant
from ucap_reports.summary.label_languages import words_of


def put_days(draft: Draft, labels: Labels) -> None:
    """Write days as 2018-11-16: that of the content in any form, that of signing only in the words that print it."""
    words = words_of(labels.packs[0], str(draft.get(("language",)) or "en"), None)
    for field in ("signed", "updated"):
        text = draft.get((field,))
        days = dates_meant(text) if isinstance(text, str) else []
        if len(days) == 1 and (field == "updated" or words.day_text(days[0]) == text):
            draft.fields[field] = days[0].isoformat()
