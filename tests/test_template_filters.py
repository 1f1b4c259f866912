"""Filters for text and rich text."""

from tests.test_jinja import Sheet, at, codes_of, filled
from ucap_reports.template.jinja.jinja_templates import compile_template
from ucap_reports.template.jinja.rendering_state import Printable
from ucap_reports.text.rich_text import RichText, Run


def test_link_and_language_return_rich_text() -> None:
    runs: list[Run] = []

    def keep(value: Printable, _: str) -> str:
        assert isinstance(value, RichText)
        runs.extend(value.runs())
        return ""

    links = "{{ 'a@b.eu'|link }}{{ 'www.b.eu'|link }}{{ 'b'|link('https://b.eu') }}{{ ''|link }}"
    filled(compile_template(links + "{{ '中'|language('zh-CN') }}", at), Sheet(), keep)
    assert runs == [
        Run("a@b.eu", link="mailto:a@b.eu"),
        Run("www.b.eu", link="https://www.b.eu"),
        Run("b", link="https://b.eu"),
        Run("中", language="zh-CN"),
    ]
    assert codes_of("{{ 'x'|link('javascript:x') }}") == [("link-invalid", 1)]
    assert codes_of("{{ 'x'|language('not a tag') }}") == [("language-invalid", 1)]


def test_link_and_language_accept_numbers_and_the_text_of_set_blocks() -> None:
    kept: list[str] = []

    def keep(value: Printable, _kind: str) -> str:
        kept.append(value.text)
        return ""

    block = "{% set x %}{{ summary.title }}{% endset %}{{ x|language('fr') }}"
    filled(compile_template(block + "{{ 2|language('fr') }}{{ 0|link('https://b.eu') }}", at), Sheet(), keep)
    assert kept == ["Rome & <b>Tianjin</b>", "2", "0"]
    for text in ("{{ true|link }}", "{% set x %}<b/>{% endset %}{{ x|language('fr') }}", "{{ [true]|join }}"):
        assert codes_of(text) == [("tag-failed", 1)]
