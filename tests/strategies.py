"""Hypothesis strategies for valid plan files of all shapes, in several scripts, with difficult text."""

import os
from typing import Any

import yaml
from hypothesis import strategies as st

GENERATED_PLANS = int(os.environ.get("UCAP_GENERATED_PLANS", "25"))
"""How many generated plans are checked against each standard."""
LETTERS = "aeinrstvwzáçéñőřşüłøßαβγδωήύбвгджяăđệộữỹ"
CHINESE = "天津市城市合作欧盟项目规划创新环境保护经济贸易"
MARKS = "& < > \" ' ]]> &amp; {# %} a<5 R&D snake_case_name № € “quoted” vice-versa and/or 10% --"
HOSTILE = (*MARKS.split(), "{{ 7*7 }}", "{% raw %}", "zero\u200bwidth", "soft\u00adhyphen", "no\u00a0break")
COUNTRIES = ("China", "Italy", "UK", "Czech Republic", "Viet Nam", "FR", "Côte d'Ivoire")
THEMES = ("Aerospace", "Smart city construction", "Énergie & climat", "智慧城市")
AGENDA = ("EU UP Jobs & Skills in Local Economy", "EU UP Urban Mobility", "Circular Economy", "Greening Cities")
POPULATIONS = (13_600_000, "13.6 Mio", "590,000", "2 800 000", "N/A")
AREAS = (11_760, 757.25, "11,760 km²", "11,760", "N/A")
LONG_WORD = "x" * 400


def words() -> st.SearchStrategy[str]:
    """A word in one script, or a difficult one."""
    return st.one_of(
        st.text(LETTERS, min_size=1, max_size=12),
        st.text(CHINESE, min_size=1, max_size=12),
        st.sampled_from(HOSTILE),
    )


def lines(max_words: int = 8) -> st.SearchStrategy[str]:
    """One line of text that starts with a letter, so that it does not start a CommonMark block."""
    return st.lists(words(), min_size=1, max_size=max_words).map(lambda found: " ".join(["Text", *found]))


def _styled() -> st.SearchStrategy[str]:
    """A line with markup in the middle."""
    text = st.one_of(st.just("the words"), lines(30), st.just(f"Text {LONG_WORD} end"))
    pattern = st.sampled_from(
        (
            "{}",
            "Here **{}** so",
            "Here *{}* so",
            "Here <u>{}</u> so",
            "H<sub>2</sub>O {}",
            "One<br>two {}",
            "See [the page](https://example.org/a?b=1&c=2) {}",
            "See www.example.org {}",
            '<span lang="zh-CN">欧盟</span> {}',
        ),
    )  # fmt: skip - a table of patterns
    return st.builds(lambda shape, words: shape.replace("{}", words), pattern, text)


def _listed(marker: str) -> st.SearchStrategy[str]:
    return st.lists(_styled(), min_size=1, max_size=6).map(
        lambda items: "\n".join(f"{marker} {item}" for item in items),
    )


def rich_texts() -> st.SearchStrategy[str]:
    """A few paragraphs and lists, some with a second level."""
    nested = st.just("- First\n  - Under it\n  - Under it too\n- Second")
    block = st.one_of(_styled(), _listed("-"), _listed("1."), _listed("- →"), nested)
    return st.lists(block, min_size=1, max_size=4).map("\n\n".join)


def _some(values: tuple[Any, ...], least: int = 0, most: int = 4) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True)


def cities() -> st.SearchStrategy[dict[str, Any]]:
    """One column: a city or a group of cities."""
    return st.fixed_dictionaries(
        {"name": lines(2) | st.lists(lines(1), min_size=2, max_size=4)},
        optional={
            "region": lines(2),
            "country": st.sampled_from(COUNTRIES) | _some(COUNTRIES, least=1),
            "population": st.sampled_from(POPULATIONS),
            "area_km2": st.sampled_from(AREAS),
            "visits": st.lists(lines(2), max_size=2),
            "mayor": lines(2),
        },
    )


def _activities() -> st.SearchStrategy[list[dict[str, Any]]]:
    activity = st.fixed_dictionaries(
        {"text": _styled()},
        optional={"when": lines(3), "details": st.lists(_styled(), max_size=3)},
    )
    return st.lists(activity, max_size=5)


def plan_trees(max_cities: int = 12) -> st.SearchStrategy[dict[str, Any]]:
    """A valid plan as plain data."""
    focus = st.lists(st.fixed_dictionaries({"theme": lines(2), "text": _styled()}), max_size=4)
    return st.fixed_dictionaries(
        {"cities": st.lists(cities(), min_size=1, max_size=max_cities)},
        optional={
            "title": lines(),
            "language": st.sampled_from(("en", "fr", "vi", "el", "zh-CN")),
            "period": lines(4),
            "signed": st.just("2017-05-31") | lines(2),
            "themes": _some(THEMES),
            "sdgs": _some((11, "SDG 9", "SDG 13 Climate", "Own wording: SDG 4")),
            "urban_agenda": _some(AGENDA),
            "focus": rich_texts() | focus,
            "challenges": rich_texts(),
            "objectives": rich_texts(),
            "activities": rich_texts() | _activities(),
            "results": rich_texts(),
            "contact": st.just({"office": "Office & Co.", "email": "office@example.org", "website": "www.example.org"}),
            "updated": st.just("2019-04-01"),
        },
    )


def plan_texts(max_cities: int = 12) -> st.SearchStrategy[str]:
    """The text of a valid plan file."""
    return plan_trees(max_cities).map(lambda tree: yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=200))


@st.composite
def commented_plans(draw: st.DrawFn) -> tuple[str, list[str]]:
    """The text of a valid plan file in any YAML style with comments at any valid place, and these comments."""
    text = draw(
        st.builds(
            lambda tree, indent, flow, style: yaml.safe_dump(
                tree, allow_unicode=True, sort_keys=False, indent=indent, default_flow_style=flow, default_style=style
            ),
            plan_trees(3),
            st.sampled_from((2, 4)),
            st.sampled_from((False, None, True)),
            st.sampled_from((None, "'", '"', "|", ">")),
        )
    )
    text = text.replace("!!int ", "").replace("!!float ", "")
    comments: list[str] = []
    for place, indent in draw(st.lists(st.tuples(st.integers(0, 60), st.integers(-1, 8)), min_size=1, max_size=6)):
        lines = text.split("\n")
        comment = f"# no {len(comments)}, \"said' - # [x: -"
        if indent < 0:
            lines[place % len(lines)] += f" {comment}"
        else:
            lines.insert(place % len(lines), f"{' ' * indent}{comment}")
        if _says_the_same(text, commented := "\n".join(lines)):
            text, comments = commented, [*comments, comment]
    return text, comments


def _says_the_same(before: str, after: str) -> bool:
    """Whether the addition leaves the parsed content unchanged."""
    try:
        return bool(yaml.safe_load(before) == yaml.safe_load(after))
    except yaml.YAMLError:
        return False
