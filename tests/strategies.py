"""Hypothesis strategies for valid plan files of all shapes, in several scripts, with difficult text."""

import os
from typing import Any, TypeVar

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


Choice = TypeVar("Choice")
COMMENT = "# c - x: ['"
SCALARS = (
    "x",
    "1",
    "1.50",
    "true",
    "''",
    "'a: #b'",
    "'it''s'",
    "é#no",
    "",
    "~",
    "a b c",
    '"\\n"',
    f"{'word ' * 30}end",
)


class _YamlText:
    """Draws the text of a YAML mapping: block and flow values in any place, anchors, tags, aliases and comments."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._anchors = 0
        self._comments = 0

    def mapping(self, depth: int, indent: int) -> str:
        text, margin = "", " " * indent
        for number in range(self._number(1, 3)):
            key = self._key(number)
            lead = f"? {key}{self._tail()}\n{margin}" if self._rarely() else key
            text += f"{self._lines(indent)}{margin}{lead}:{self._value(depth, indent, indent)}"
        return text + self._lines(indent)

    def _sequence(self, depth: int, indent: int) -> str:
        items = (self._value(depth, indent, indent + 2) for _ in range(self._number(1, 3)))
        return "".join(f"{self._lines(indent)}{' ' * indent}-{item}" for item in items)

    def _value(self, depth: int, indent: int, list_indent: int) -> str:
        """What follows a colon or a dash, to the end of its last line."""
        kinds = ("scalar", "flow", "block text", "mapping", "sequence")
        match self._one_of(kinds if depth else kinds[:3]):
            case "scalar":
                return f" {self._scalar()}".rstrip() + f"{self._tail()}\n"
            case "flow":
                return f" {self._flow(2, indent)}{self._tail()}\n"
            case "block text":
                header = f" {self._properties()}{self._one_of(('|', '>', '>-', '|-', '|+', '|2'))}{self._tail()}\n"
                lines = (self._one_of(("text # no", "", "- more: x")) for _ in range(self._number(0, 3)))
                return header + "".join(f"{' ' * (indent + 2) if line else ''}{line}\n" for line in ("first", *lines))
            case kind:
                head = f" {self._properties()}".rstrip() + f"{self._tail()}\n"
                if kind == "mapping":
                    return head + self.mapping(depth - 1, indent + 2)
                return head + self._sequence(depth - 1, self._one_of((list_indent, indent + 2)))

    def _flow(self, depth: int, indent: int) -> str:
        kind = self._one_of(("scalar", "list", "mapping") if depth else ("scalar",))
        if kind == "scalar":
            return self._scalar()
        items = [self._flow(depth - 1, indent) or "x" for _ in range(self._number(0, 3))]
        if kind == "mapping":
            items = [f"{self._key(number)}: {item}" for number, item in enumerate(items)]
        inner = ",".join(f"{self._gap(indent)}{item}{self._gap(indent)}" for item in items)
        brackets = "[]" if kind == "list" else "{}"
        return f"{self._properties()}{brackets[0]}{self._gap(indent)}{inner}{self._gap(indent)}{brackets[1]}"

    def _scalar(self) -> str:
        if self._anchors and self._rarely():
            return f"*a{self._number(1, self._anchors)} "
        return self._properties() + self._one_of(SCALARS)

    def _key(self, number: int) -> str:
        key = f"{self._one_of(('name', 'theme', 'text', 'cities'))}{number or ''}"
        return self._one_of((key, key, f'"{key}"', f"'{key}'", f"&k {key}"))

    def _properties(self) -> str:
        kind = self._number(0, 40)
        if kind > 10:
            return ""
        if kind == 10:
            return "!!str "
        self._anchors += 1
        return f"&a{self._anchors} "

    def _comment(self) -> str:
        self._comments += 1
        return f"{COMMENT}{self._comments}"

    def _tail(self) -> str:
        return f" {self._comment()}" if self._rarely() else ""

    def _gap(self, indent: int) -> str:
        margin = "\n" + " " * (indent + 2)
        return self._one_of(("", " ", " ", margin, f" {self._comment()}{margin}"))

    def _lines(self, indent: int) -> str:
        """A comment in any column, an empty line, or nothing."""
        margin = " " * self._one_of((0, indent, indent + 2))
        return self._one_of(("", "", "", "\n", f"{margin}{self._comment()}\n"))

    def _rarely(self) -> bool:
        return self._number(0, 9) == 9

    def _number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def _one_of(self, values: tuple[Choice, ...]) -> Choice:
        return self._draw(st.sampled_from(values))


@st.composite
def yaml_mappings(draw: st.DrawFn) -> str:
    """The text of a YAML mapping in any style. Some have unknown aliases or tags, which plans may not have."""
    start = draw(st.sampled_from(("", "---\n", "--- # start\n", "%YAML 1.2\n---\n")))
    return start + _YamlText(draw).mapping(3, 0) + draw(st.sampled_from(("", "...\n")))
