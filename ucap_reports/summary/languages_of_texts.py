"""The languages that the texts of a summary are tagged with in a document in another language, such as one of two."""

from typing import Any

from msgspec.structs import replace

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.summary.summary_model import CityFacts, GoalFacts, Row, Summary
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import ForeignParagraph, RichText, in_language


def foreign_summary(summary: Summary) -> Summary:
    """Return the summary with each printed text tagged with its language, as documents in another language need it."""
    own = summary.language
    label_language = summary.label_language
    changes: dict[str, Any] = {}
    for name in _OWN_TEXTS:
        changes[name] = _tagged(getattr(summary, name), own, own)
    for name in _TEXTS_OF_PACK:
        changes[name] = _tagged(getattr(summary, name), own, label_language)
    lead = _tagged(summary.contact.lead, own, label_language)
    return replace(
        summary,
        **changes,
        columns=_tagged(summary.columns, own, summary.column_language),
        contact=replace(summary.contact, lead=lead),
    )


_OWN_TEXTS = ("title", "rows", "period", "cities", "goals", "pictures", "names", "all_names", "updated_text", "custom")
"""The fields of a summary in its language."""
_TEXTS_OF_PACK = ("column_label", "continued", "as_of", "status_text")
"""The fields in the language of the pack's words."""


def _tagged(value: Any, own: str, language: str) -> Any:
    """Return the value with its texts tagged with their language, and its paragraphs with that of the summary
    (`own`).
    """
    match value:
        case str():
            return in_language(value, language_of(value) or language)
        case RichText():
            tagged: RichText = in_language(value, language)
            return tagged.with_paragraphs(
                lambda paragraph: ForeignParagraph(paragraph.inlines, paragraph.figure, language=own)
            )
        case tuple():
            return tuple([_tagged(item, own, language) for item in value])
        case Row() | CityFacts() | GoalFacts():
            fields = {name: _tagged(getattr(value, name), own, language) for name in value.__struct_fields__}
            return replace(value, **fields)
        case FactsByName():
            return FactsByName({name: _tagged(fact, own, language) for name, fact in value.items()})
        case CustomFact():
            return replace(value, content=_tagged(value.content, own, language))
        case PictureFacts():
            words = {name: _tagged(getattr(value, name), own, language) for name in ("alt", "caption", "credit")}
            return replace(value, **words)
        case _:
            return value
