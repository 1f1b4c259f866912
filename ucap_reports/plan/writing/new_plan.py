"""The text of a new plan file: every field, each below a comment that explains it."""

from collections.abc import Iterator

from ucap_reports.plan.fields import LISTS, Field, FieldType
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.writing.yaml_writing import STEP

_DEFAULTS = {FieldType.LANGUAGE: "en", FieldType.STATUS: "final", FieldType.EXTRA: "{}"}
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
    for line in (field.starter or field.hint).split("\n"):
        yield f"{indent}# {line}"


def _entry(field: Field) -> str:
    """Return the line of a field that is unknown, or that has its default value."""
    value = _DEFAULTS.get(field.type, "")
    if field.type in LISTS and not field.plural:
        value = "[]"
    return f"{field.name}: {value}".rstrip()
