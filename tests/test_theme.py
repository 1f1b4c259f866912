"""The theme: styles, lengths and colours, resolved once."""

import pickle
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from tests.stages import EXAMPLE, shipped_pack
from tests.word_templates import W, part
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length, Sides
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.template.theme_and_line_spacing import Scale, Theme, ThemeSettings, resolve_theme, with_least_leading
from ucap_reports.template.xml_templates import compile_markup
from ucap_reports.word.compile.compile_word_template import compile_word_template
from ucap_reports.word.render_word import render_word


def theme(**styles: dict[str, Any]) -> Theme:
    """The resolved smallest theme, with `styles` added."""
    body = {"size": "10 pt", "leading": "12 pt", "colour": "ink"}
    written = {
        "page": {"margins": "30 mm, 18 mm, 20 mm"},
        "colours": {"ink": "#101010", "blue": "#003399"},
        "fonts": {"text": {"word": "Arial", "pdf": "Arimo"}},
        "styles": {"body": body, **styles},
    }
    return resolve_theme(ThemeSettings.model_validate(written))


def test_a_style_takes_its_text_from_body_and_overrides_it() -> None:
    style = theme(title={"size": "17 pt", "bold": True}).style("title")

    assert (style.size, style.leading) == (Length(17), Length(12))
    assert (style.colour, style.bold) == (Colour("101010"), True)


def test_a_style_takes_boxes_only_from_the_style_it_is_like() -> None:
    styles = theme(cell={"padding": "1 pt", "background": "blue"}, label={"like": "cell", "bold": True}, other={})

    assert styles.style("label").padding == Sides(*[Length(1)] * 4)
    assert styles.style("label").background == Colour("003399")
    assert styles.style("other").background is None


def test_null_removes_a_rule_of_the_style_it_is_like_and_leaves_that_of_body() -> None:
    styles = theme(
        cell={"size": "17 pt", "background": "blue"}, label={"like": "cell", "size": None, "background": None}
    )

    assert styles.style("label").size == styles.style("body").size != styles.style("cell").size
    assert styles.style("label").background is None


def test_a_circular_chain_of_styles_ends() -> None:
    assert theme(one={"like": "two"}, two={"like": "one", "align": "end"}).style("one").align == "end"


def test_an_unknown_style_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        theme().style("headline")


def test_a_length_without_a_unit_and_an_unknown_key_are_errors() -> None:
    with pytest.raises(ValidationError, match="needs a unit"):
        theme(title={"size": 17})
    with pytest.raises(ValidationError, match="sise"):
        theme(title={"sise": "17 pt"})


def test_the_text_is_as_wide_as_the_paper_between_its_margins() -> None:
    assert theme().text_width == pytest.approx(Length.mm(174))


def test_colours_are_parsed_once_when_the_theme_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = Colour.parse

    def counted(text: str) -> Colour:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(Colour, "parse", counted)
    pack = open_pack("iuc-asia")
    assert pack.theme.style("title").colour == pack.theme.styles["title"].colour
    colours = {*pack.settings.theme.colours.values(), "#FFFFFF", "#003399"}
    assert sorted(parsed) == sorted({*parsed})
    assert {*parsed} <= colours

    parsed.clear()
    summary = compose_summary(load_plan(EXAMPLE), pack)
    compile_word_template(pack, pack.files["summary.docx"])
    compile_markup(pack.page_template)
    render_word(summary, pack)
    render_pdf(summary, pack)
    assert pickle.loads(pickle.dumps(pack)).theme == pack.theme  # noqa: S301 - pickled in this line
    assert parsed == []


def test_running_text_has_the_leading_that_its_script_needs() -> None:
    small = theme(cell={"size": "9 pt"}, title={"size": "17 pt"}, footer={"size": "7 pt"}, wide={"leading": "20 pt"})
    leadings = {name: float(style.leading) for name, style in with_least_leading(small, 1.5).styles.items()}
    assert leadings == {"body": 15, "cell": 13.5, "title": 12, "footer": 12, "wide": 20}


@pytest.mark.parametrize(
    ("language", "leading"), [("en", 12.25), ("ja", 13.5), ("ar-EG", 12.6), ("th", 13.5), ("km", 15.3)]
)
def test_a_pack_in_a_language_has_its_leading_in_all_formats(language: str, leading: float) -> None:
    pack = shipped_pack().scaled(Scale.COMPACT, language)
    assert pack is shipped_pack().scaled(Scale.COMPACT, language)
    assert pack.theme.style("cell").leading == pytest.approx(leading)
    summary = compose_summary(load_plan(EXAMPLE), shipped_pack())
    compact = msgspec.structs.replace(
        shipped_pack(), settings=shipped_pack().settings.model_copy(update={"scale": "compact"})
    )
    word = render_word(msgspec.structs.replace(summary, language=language, scale=Scale.COMPACT), compact)
    style = part(word.content, "word/styles.xml").find(f"{W}style/{W}name[@{W}val='U-CAP cell']/../{W}pPr/{W}spacing")
    assert style is not None
    assert int(style.get(f"{W}line", 0)) == pytest.approx(leading * 20, abs=1)
