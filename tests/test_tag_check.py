"""Checks of single tags: unknown names are found whether or not a rendering meets them."""

import pytest

from ucap_reports.problems import Location, Problem
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.jinja.jinja_templates import WrittenTag, read_tags
from ucap_reports.template.jinja.rendering_state import SourceLocations


def problems_of(*tags: str) -> list[Problem]:
    """The problems of tags, written as in a template."""
    written = [WrittenTag(tag[2:-2].strip(), tag.startswith("{{"), SourceLocations.at(Location(), tag)) for tag in tags]
    return list(read_tags(written, {"summary": Summary}))


@pytest.mark.parametrize(
    ("tags", "name", "hint"),
    [
        (["{{ sumary.title }}"], "sumary", 'did you mean "summary"?'),
        (["{{ summary.titel }}"], "titel", 'did you mean "title"?'),
        (["{{ summary['titel'] }}"], "titel", 'did you mean "title"?'),
        (["{{ summary.contact.fone|upper }}"], "fone", 'did you mean "phone"?'),
        (["{{ summary.rows[0].labl }}"], "labl", 'did you mean "label"?'),
        (["{{ summary.rows[0].cells[0].txt }}"], "txt", 'did you mean "text"?'),
        (["{{ summary.updated.yaer }}"], "yaer", 'did you mean "year"?'),
        (["{{ summary.title.uper() }}"], "uper", 'did you mean "upper"?'),
        (["{{ 'yes' if summary.foo else 'no' }}"], "foo", None),
        (["{{ summary.title ~ summary.titel }}"], "titel", 'did you mean "title"?'),
        (["{% if summary.titel %}", "{% endif %}"], "titel", 'did you mean "title"?'),
        (["{% if summary.title %}", "{% elif summary.titel %}", "{% endif %}"], "titel", 'did you mean "title"?'),
        (["{% for row in summary.rows %}", "{{ rwo.label }}", "{% endfor %}"], "rwo", 'did you mean "row"?'),
        (["{% for row in summary.rows %}", "{{ row.labl }}", "{% endfor %}"], "labl", 'did you mean "label"?'),
        (["{% for row in summary.rows if row.shard %}", "{% endfor %}"], "shard", 'did you mean "shared"?'),
        (["{% for row in summary.rows %}", "{{ loop.indx }}", "{% endfor %}"], "indx", 'did you mean "index"?'),
        (["{% set c = summary.contact %}", "{{ c.fone }}"], "fone", 'did you mean "phone"?'),
        (["{% with c = summary.contact %}", "{{ c.fone }}", "{% endwith %}"], "fone", 'did you mean "phone"?'),
        (["{% macro a(b) %}", "{{ c }}", "{% endmacro %}"], "c", None),
        (["{{ (summary.rows|first).labl }}"], "labl", 'did you mean "label"?'),
        (["{{ (summary.rows|reverse|list|last).labl }}"], "labl", 'did you mean "label"?'),
        (["{{ summary.rows[-1].labl }}"], "labl", 'did you mean "label"?'),
        (["{{ summary.rows[summary.column_count].labl }}"], "labl", 'did you mean "label"?'),
        (["{{ summary.rows[1:].labl }}"], "labl", None),
        (["{{ summary.rows[1:][0].labl }}"], "labl", 'did you mean "label"?'),
        (["{{ (summary.cities|batch(2)|first|first).nme }}"], "nme", 'did you mean "name"?'),
        (["{{ (summary.rows|selectattr('shard')|first).label }}"], "shard", 'did you mean "shared"?'),
        (["{{ (summary.rows|rejectattr('shared')|first).labl }}"], "labl", 'did you mean "label"?'),
        (["{{ summary.cities|map(attribute='nme')|join }}"], "nme", 'did you mean "name"?'),
        (["{{ summary.rows|map(attribute='cells.0.txt')|join }}"], "txt", 'did you mean "text"?'),
        (["{{ (summary.cities|map(attribute='picture')|first).alternative }}"], "alternative", None),
        (["{{ (summary.pictures[0]|width('9 mm')).captoin }}"], "captoin", 'did you mean "caption"?'),
        (["{{ (summary.contact if summary.period else summary.contact).fone }}"], "fone", 'did you mean "phone"?'),
        (["{{ (summary.translation or summary).titel }}"], "titel", 'did you mean "title"?'),
    ],
)
def test_an_unknown_name_is_found_with_the_nearest_one(tags: list[str], name: str, hint: str | None) -> None:
    (problem,) = problems_of(*tags)
    assert (problem.code, problem.details["name"]) == ("name-unknown", name)
    assert problem.details["tag"] in tags
    assert hint is None or (problem.hint or "").startswith(hint.removesuffix("?"))


@pytest.mark.parametrize(
    "tags",
    [
        ["{{ summary.rows[0].label.text|upper }}", "{{ summary.column_count + 1 }}", "{{ range(3) }}"],
        ["{% for a, b in summary.rows %}", "{{ a.anything }}", "{% endfor %}"],
        ["{% set a %}", "{% endset %}", "{{ a }}"],
        ["{{ (summary.contact or summary).office }}", "{{ (summary if summary.period else none).title }}"],
        ["{{ (summary.rows|map(attribute=summary.title)|first).anything }}", "{{ (summary.title|first).upper() }}"],
        ["{{ summary.rows|map('upper')|join }}", "{{ summary.cities|map(attribute='population')|max }}"],
        [
            "{% for a in summary.rows %}",
            "{% for a in summary.cities %}",
            "{% endfor %}",
            "{{ a.label }}",
            "{% endfor %}",
        ],
        ["{% if summary.title %}", "{% set a = 1 %}", "{% endif %}", "{{ a }}"],
        ["{% macro a(b) %}", "{{ b.anything }}", "{{ caller() }}", "{% endmacro %}", "{{ a(1) }}"],
        ["{% call(x) a() %}", "{{ x }}", "{% endcall %}"][1:1],
        ["{% else %}", "{% raw %}", "{% endraw %}", "{% endif %}"],
        ["{% for x of y %}", "{{ x.y }}", "{% endfor %}"][1:1],
        ["{{ (summary.rows|default(summary)).anything }}", "{{ summary.title.upper().a }}"],
        ["{{ summary.updated.year }}", "{{ summary.metadata.keywords|join(', ') }}"],
    ],
)
def test_tags_that_may_be_valid_have_no_problems(tags: list[str]) -> None:
    assert problems_of(*tags) == []


def test_names_that_an_invalid_tag_may_define_are_not_reported() -> None:
    found = problems_of("{% for x of y %}", "{{ x.y }}", "{{ summary. }}", "{% endfor %}", "{{ x }}")
    assert [problem.code for problem in found] == ["tag-syntax", "tag-syntax"]


def test_forbidden_names_and_tags_are_reported() -> None:
    found = problems_of(
        "{{ summary.__class__ }}", "{{ summary.title.format }}", "{{ a|nofilter }}", "{% include 'a' %}"
    )
    assert [problem.code for problem in found] == [
        "tag-forbidden", "tag-forbidden", "filter-unknown", "name-unknown", "tag-forbidden",
    ]  # fmt: skip
