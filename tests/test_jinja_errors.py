"""Syntax errors of Jinja: reported at the tag at fault, with a hint."""

import pytest

from tests.test_jinja import codes_of, problems_of


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("\n{{ summary.title", 2, "{{ summary.title"),
        ("{{ a }}\n{{ summary.title\n{{ b }}", 2, "{{ summary.title"),
        ("\n{% if a\nDon't\n{{ b }}{% endif %}", 2, "{% if a"),
        ("{# a {{ b }} {% c %}\n{{ d }}", 1, "{# a {{ b }} {% c %}"),
        ("{% fro row in summary.rows %}", 1, "fro"),
        ("\n{% for row in summary.rows %}\n", 2, "for"),
        ("{% for row in summary.rows %}\n{% endif %}", 1, "for"),
        ("{% for a in summary.rows %}\n{% if a %}\n{% set b = 1 %}\n{% endfor %}", 2, "if"),
        ("{% set a %}\n{% if b %}{% endif %}\n", 1, "set"),
        ("\n{% endif %}", 2, "endif"),
        ("{{ a b }}", 1, "expected token 'end of print statement', got 'b'"),
        ("{{ \u201ca\u201d }}", 1, "U+201C LEFT DOUBLE QUOTATION MARK"),
        ("{{ \u00aba\u00bb }}", 1, "U+00AB LEFT-POINTING DOUBLE ANGLE QUOTATION MARK"),
        ("\n{{ summary\u200b.title }}", 2, "U+200B ZERO WIDTH SPACE"),
        ("\n{{ 'a\\ud800' }}", 2, "U+D800"),
        ("{{ summary.title|replace('a', '\\0') }}", 1, "U+0000"),
        ("{% if summary.title == '\\uffff' %}{% endif %}", 1, "U+FFFF"),
    ],
)
def test_a_syntax_error_is_reported_at_the_tag_at_fault(text: str, line: int, named: str) -> None:
    [problem] = problems_of(text)
    assert (problem.code, problem.location.line) == ("tag-syntax", line)
    assert next(iter(problem.details.values())) == named


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{ a|default(\u00abb\u00bb) }}", "write straight quotes"),
        ("{{ a\u200b }}", "delete the invisible character"),
        ("{{ a\u00ad }}", "delete the invisible character"),
        ("{{ a\n{{ b }}", "write }} at its end"),
    ],
)
def test_the_hint_for_a_character_is_what_to_do(text: str, hint: str) -> None:
    assert [problem.hint for problem in problems_of(text)] == [hint]


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% for a in summary.rows %}" * 30 + "{% endfor %}" * 30,
        f"{{{{ {'9' * 100_000} }}}}",
        f"{{{{ 0x{'f' * 100_000} }}}}",
        f"{{% if summary.column_count == {'1' * 5000} %}}{{% endif %}}",
        "{{ 1e999 }}",
    ],
    ids=["brackets", "loops", "digits", "hexadecimal digits", "digits in a condition", "infinity"],
)
def test_a_tag_beyond_the_limits_of_python_is_a_syntax_error(text: str) -> None:
    assert codes_of(f"\n{text}") in ([("tag-syntax", 1)], [("tag-syntax", 2)])
