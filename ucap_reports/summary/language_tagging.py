"""A summary for a document in another language."""

from functools import partial
from typing import Any

from msgspec.structs import replace

from ucap_reports.pictures.picture_facts import PictureFacts
from ucap_reports.summary.summary import CityFacts, GoalFacts, Row, Summary
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import ForeignParagraph, RichText, in_language
from ucap_reports.text.template_values import CustomFact, FactsByName


def foreign_summary(summary: Summary) -> Summary:
    """The summary with each printed text tagged with its language, as documents in another language need it."""
    tag = partial(_tagged, own=summary.language)
    label, head = partial(tag, language=summary.label_language), partial(tag, language=summary.column_language)
    own = ("title", "rows", "period", "cities", "goals", "pictures", "names", "all_names", "updated_text", "custom")
    return replace(
        summary,
        **{name: tag(getattr(summary, name), language=summary.language) for name in own},
        **{name: label(getattr(summary, name)) for name in ("column_label", "continued", "as_of", "status_text")},
        columns=head(summary.columns),
        contact=replace(summary.contact, lead=label(summary.contact.lead)),
    )


def _tagged(value: Any, own: str, language: str) -> Any:
    """The value with its texts tagged with their language, and its paragraphs with that of the summary (`own`)."""
    match value:
        case str():
            return in_language(value, language_of(value) or language)
        case RichText():
            tagged: RichText = in_language(value, language)
            return tagged.with_paragraphs(lambda each: ForeignParagraph(each.inlines, each.figure, language=own))
        case tuple():
            return tuple(_tagged(each, own, language) for each in value)
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
