"""The text of a new plan file: every field, each below a comment that explains it."""

from collections.abc import Iterator

from ucap_reports.plan.fields import LISTS, Field, FieldType, KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.yaml_writing import STEP

_DEFAULTS = {FieldType.LANGUAGE: "en", FieldType.STATUS: "final"}
"""The values of fields that are not empty in a new plan."""


def new_plan_text(head: str, known: KnownFields = BUILT_IN) -> str:
    """Return a plan file to fill in; `head` is the comment at its start."""
    lines = [head.rstrip("\n")]
    for field in known.inside():
        lines += ["", *_comment(field, "")]
        if field.type is FieldType.CITIES:
            lines += [f"{field.name}:", *_cities(known.inside(field.path))]
        else:
            lines.append(_entry(field))
    return "".join(f"{line}\n" for line in lines)


def _cities(fields: tuple[Field, ...]) -> Iterator[str]:
    """Yield the lines of the cities; the first one has the comments."""
    name, *others = fields
    for index, city in enumerate(name.placeholders):
        yield f"{STEP}- {name.name}: {city}"
        for field in others:
            if index == 0:
                yield from _comment(field, STEP * 2)
            yield f"{STEP * 2}{_entry(field)}"


def _comment(field: Field, indent: str) -> Iterator[str]:
    text = field.starter or field.hint
    if field.is_custom:
        text = _custom_comment(field)
    for line in text.split("\n"):
        yield f"{indent}# {line}"


def _custom_comment(field: Field) -> str:
    """Return the hint of a custom field or its label, and how values of its type are written."""
    label = field.labels.get("en") or next(iter(field.labels.values()), field.name)
    text = " ".join((field.hint or label).split()).rstrip(":.")
    ways = {
        FieldType.LINES: 'a list: ["first line", "second line"]',
        FieldType.LIST: "a list of texts",
        FieldType.NUMBER: "a number",
        FieldType.MONEY: "an amount such as 40,000 € or EUR 40000",
        FieldType.DATE: "a date such as 2026-03-31, 2026-03 or 2026",
        FieldType.CHOICE: f"one of {', '.join(field.choices)}",
        FieldType.TABLE: f"a row for each, such as `- {{{', '.join(_cells(field))}}}`",
    }
    way = ways.get(field.type)
    return f"{text}: {way}." if way else f"{text}."


def _cells(field: Field) -> Iterator[str]:
    """Yield the columns of a table, each with what is to be written."""
    examples = {FieldType.NUMBER: "12", FieldType.MONEY: '"40,000 €"', FieldType.DATE: "2026-03"}
    for column in field.columns:
        example = next(iter(column.choices), examples.get(column.type, "…"))
        yield f"{column.name}: {example}"


def _entry(field: Field) -> str:
    """Return the line of a field that is unknown, or that has its default value."""
    value = _DEFAULTS.get(field.type, "")
    if field.type in LISTS and not field.plural:
        value = "[]"
    return f"{field.name}: {value}".rstrip()
