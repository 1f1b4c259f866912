from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ucap_reports.plan import field_values
from ucap_reports.plan.countries_goals_and_partnerships import Goal
from ucap_reports.plan.field_values import AgendaTopic, Country
from ucap_reports.plan.numbers_and_amounts import Quantity
from ucap_reports.plan.plan_model import Activity, City, Focus, Plan, PlanContact, PlanFile, load_plan, parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import ItemList, Marker, RichText

HEAD = "cities: [{name: Tianjin}]\n"

EVERYTHING = (Path(__file__).parent / "plans" / "valid" / "two-cities.yaml").read_text(encoding="utf-8")

PLAN = Plan.model_construct(
    id="two-cities",
    title="Two cities",
    template="iuc-asia",
    cities=(
        City.model_construct(
            name=("Tianjin",),
            region=("Tianjin",),
            country=(Country("CN", "China"),),
            population=Quantity(None, 13_600_000.0),
            area_km2=Quantity("11,760 km²", 11_760.0),
            visits=("12 March 2018",),
        ),
        City.model_construct(
            name=("Rome", "Essen"),
            region=("Lazio", "North Rhine-Westphalia"),
            country=(Country("IT", "Italy"), Country("DE", "DE")),
            population=Quantity("13.6 Mio", 13_600_000.0),
            area_km2=Quantity(None, 757.2, 2),
        ),
    ),
    period="May 2017",
    signed=date(2018, 5, 31),
    themes=("Aerospace",),
    sdgs=(Goal(11), Goal(9, "own wording")),
    urban_agenda=(AgendaTopic("Urban Mobility", "EU UP Urban Mobility"),),
    focus=(Focus.model_construct(theme="Aerospace", text=parse_rich_text("Deeper **ties**.")),),
    challenges=RichText.plain("One."),
    objectives=parse_rich_text("- Two."),
    activities=(
        Activity.model_construct(when="31 May 2017", text=RichText.plain("Three."), details=(RichText.plain("Four."),)),
        Activity.model_construct(text=RichText.plain("Five.")),
    ),
    contact=PlanContact(office="IUC", email="a@b.eu", phone="0039 06", website="www.iuc.eu", address="1 Street\nRome"),
    label_languages=("en", "zh-CN"),
    updated=date(2019, 4, 30),
    sources=("a page",),
)


def plan_of(text: str, path: str = "plans/two-cities.yaml") -> Plan:
    return parse_plan(Source(path, text))


def codes_of(text: str, path: str = "plans/x.yaml") -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        plan_of(text, path)
    return [problem.code for problem in found.value.problems]


def test_every_field_is_read() -> None:
    assert plan_of(EVERYTHING) == PLAN


def test_only_city_names_are_required() -> None:
    assert plan_of(HEAD, "plans/x.yaml") == Plan(id="x", cities=(City(name=("Tianjin",)),))


def test_a_plan_is_read_only() -> None:
    with pytest.raises(ValidationError):
        PLAN.title = "Other"  # type: ignore[misc] # read-only, which is what is proved


@pytest.mark.parametrize("unknown", ["", "N/A", "n/a", '"-"', '""', "~", "[]"])
def test_an_empty_field_is_unknown(unknown: str) -> None:
    lists = ["themes", "sdgs", "urban_agenda", "label_languages", "sources"]
    fields = lists if unknown == "[]" else [name for name in PlanFile.model_fields if name != "cities"]

    plan = plan_of(HEAD + "".join(f"{field}: {unknown}\n" for field in fields), "plans/x.yaml")

    assert plan == Plan(id="x", cities=(City(name=("Tianjin",)),))


@pytest.mark.parametrize("unknown", ["[N/A]", '["-", ""]'])
def test_a_list_of_unknown_items_is_unknown(unknown: str) -> None:
    lists = ["themes", "sdgs", "urban_agenda", "label_languages", "sources"]
    facts = ["region", "country", "visits"]
    text = "cities:\n  - name: Tianjin\n" + "".join(f"    {fact}: {unknown}\n" for fact in facts)

    plan = plan_of(text + "".join(f"{field}: {unknown}\n" for field in lists), "plans/x.yaml")

    assert plan == Plan(id="x", cities=(City(name=("Tianjin",)),))


@pytest.mark.parametrize("unknown", ["N/A", '"-"', '""'])
def test_a_country_of_a_group_can_be_unknown_but_no_name(unknown: str) -> None:
    plan = plan_of(f"cities: [{{name: [A, B, C], country: [Italy, {unknown}, FR]}}]")

    assert [country.code for country in plan.cities[0].country] == ["IT", "", "FR"]
    assert plan.country_codes == ("IT", "FR")
    assert codes_of(f"cities: [{{name: [A, {unknown}]}}]") == ["field-missing"]
    assert codes_of(f"cities: [{{name: [{unknown}]}}]") == ["field-missing"]


@pytest.mark.parametrize("unknown", ["", "N/A", '"-"'])
def test_an_empty_fact_of_a_city_is_unknown(unknown: str) -> None:
    fields = ["region", "country", "population", "area_km2", "visits", "mayor"]
    text = "cities:\n  - name: Tianjin\n" + "".join(f"    {field}: {unknown}\n" for field in fields)

    assert plan_of(text).cities == (City(name=("Tianjin",)),)


@pytest.mark.parametrize(
    ("written", "goal"),
    [
        ("11", Goal(11)),
        ("'11'", Goal(11)),
        ("SDG 11", Goal(11)),
        ("SDG11", Goal(11)),
        ("sdg-11", Goal(11)),
        ("Goal 11", Goal(11)),
        ("SDG 11 own wording.", Goal(11, "own wording.")),
        ("'SDG9: own wording'", Goal(9, "own wording")),
        ("ＳＤＧ１１：可持续城市", Goal(11, "可持续城市")),
        ("可持续城市（SDG 11）", Goal(11, "可持续城市")),
        ("SDG ١١", Goal(11, None)),
        ("SDG 9 – own wording", Goal(9, "own wording")),
        ("'own wording: SDG 11'", Goal(11, "own wording")),
        ("own wording (SDG 11)", Goal(11, "own wording")),
        ("SDG 11 for the 2030 Agenda", Goal(11, "for the 2030 Agenda")),
    ],
)
def test_a_goal_is_read_in_all_usual_forms(written: str, goal: Goal) -> None:
    assert plan_of(f"{HEAD}sdgs: [{written}]").sdgs == (goal,)


def test_a_single_item_needs_no_list() -> None:
    plan = plan_of(f"{HEAD}themes: Aerospace\nsdgs: 11\nurban_agenda: Food\nsources: here")

    assert (plan.themes, plan.sdgs, plan.sources) == (("Aerospace",), (Goal(11),), ("here",))


def test_numbers_in_text_fields_are_printed_as_written() -> None:
    plan = plan_of(f"{HEAD}period: 2017\ncontact: {{phone: 0039}}\nthemes: [5.0]")

    assert (plan.period, plan.contact, plan.themes) == ("2017", PlanContact(phone="0039"), ("5.0",))


def test_no_and_dates_are_text() -> None:
    plan = plan_of(f"{HEAD}title: no\nperiod: 2017-05-01\nthemes: [on, 12:30:00]")

    assert (plan.title, plan.period, plan.themes) == ("no", "2017-05-01", ("on", "12:30:00"))


def test_countries_separated_by_commas_are_split() -> None:
    city = plan_of("cities: [{name: Rome, country: 'Italy, UK'}]").cities[0]

    assert city.country == (Country("IT", "Italy"), Country("GB", "UK"))


def test_a_country_name_with_a_comma_is_not_split() -> None:
    city = plan_of("cities: [{name: Seoul, country: 'Korea, Republic of'}]").cities[0]

    assert city.country == (Country("KR", "Korea, Republic of"),)


def test_signed_is_a_date_or_words() -> None:
    assert plan_of(f"{HEAD}signed: 31 May 2018").signed == "31 May 2018"
    assert plan_of(f"{HEAD}signed: 2018-05-31").signed == date(2018, 5, 31)
    assert plan_of(f"{HEAD}signed: 1965-05-31").signed == date(1965, 5, 31)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("2017年5月", "至2019年"), "2017年5月至2019年"),
        (("May 2017", "to 2019"), "May 2017 to 2019"),
        (("서울", "부산"), "서울 부산"),
        (("5月", "2019"), "5月 2019"),
    ],
)
def test_lines_of_a_line_are_joined_as_the_language_does(lines: tuple[str, str], text: str) -> None:
    assert plan_of(f"{HEAD}period: |\n  {lines[0]}\n  {lines[1]}\n").period == text


@pytest.mark.parametrize("field", ["population", "area_km2"])
@pytest.mark.parametrize("value", ["-5", '"-5"', '"\u22125 km²"', '"\u2013590,000"'])
def test_a_negative_population_or_area_is_an_error(field: str, value: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        plan_of(f"cities: [{{name: A, {field}: {value}}}]")
    assert [error.code for error in found.value.problems] == ["quantity-invalid"]


@pytest.mark.parametrize("field", ["signed: 1018-05-31", "signed: 2918-05-31", "updated: 1965-05-31"])
def test_a_date_in_an_unlikely_year_is_an_error(field: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        plan_of(f"{HEAD}{field}")
    (error,) = found.value.problems
    assert (error.code, error.message) == ("date-invalid", f"unlikely year: {field.partition(': ')[2]}")


def test_a_one_line_field_joins_its_lines() -> None:
    assert plan_of(f"{HEAD}period: |\n  May 2017\n  to June\n").period == "May 2017 to June"


@pytest.mark.parametrize(
    ("field", "item", "most", "code"),
    [
        ("period: {}", "x", 2_000, "text-too-long"),
        ("themes: [{}]", "x, ", 30, "list-too-long"),
        ("sdgs: [{}]", "11, ", 30, "list-too-long"),
        ("label_languages: [{}]", "en, ", 30, "list-too-long"),
        ("sources: [{}]", "x, ", 100, "list-too-long"),
        ("focus: [{}]", "{theme: x, text: y}, ", 100, "value-invalid"),
        ("activities: [{}]", "x, ", 100, "value-invalid"),
        ("activities: [{text: x, details: [{}]}]", "y, ", 100, "list-too-long"),
        ("pictures: [{}]", "{file: x.jpg, alt: y}, ", 12, "list-too-long"),
    ],
)
def test_a_limit_is_the_most_that_a_field_can_have(field: str, item: str, most: int, code: str) -> None:
    plan_of(HEAD + field.replace("{}", item * most))
    assert codes_of(HEAD + field.replace("{}", item * (most + 1))) == [code]


def test_pictures_of_cities_come_before_those_of_the_plan() -> None:
    picture = "{file: x.jpg, alt: y}"
    plan = plan_of(f"cities: [{{name: A}}, {{name: B, picture: {picture}}}]\npictures: [{picture}]")
    assert [field for field, _ in plan.all_pictures()] == ["cities[1].picture", "pictures[0]"]


def test_a_plan_has_up_to_twelve_cities() -> None:
    assert len(plan_of(f"cities: [{'{name: x}, ' * 12}]").cities) == 12
    assert codes_of(f"cities: [{'{name: x}, ' * 13}]") == codes_of("cities: N/A") == ["cities-count"]


def test_white_space_around_and_in_a_line_is_a_space() -> None:
    assert plan_of(f'{HEAD}period: " May\\t2017 \\r\\n 2018 "').period == "May 2017 2018"
    assert plan_of(f'{HEAD}contact: {{address: " 1 Street \\n Rome "}}').contact == PlanContact(
        address="1 Street\nRome"
    )


def test_a_bullet_before_an_entry_is_not_printed() -> None:
    plan = plan_of(f"{HEAD}activities: [• Workshop, {{text: • Visit, details: [• Harbour, '3']}}]")
    assert isinstance(plan.activities, tuple)
    assert [each.text.blocks for each in plan.activities] == [
        RichText.plain(each).blocks for each in ("Workshop", "Visit")
    ]
    assert plan.activities[1].details == (RichText.plain("Harbour"), RichText.plain("3"))


def test_a_number_before_an_entry_is_a_part_of_its_text() -> None:
    plan = plan_of(f"{HEAD}activities: [31. Mai 2017 in Rom, {{text: Visit, details: ['1. Juni', '2) **Harbour**']}}]")
    assert isinstance(plan.activities, tuple)
    assert plan.activities[0].text == RichText.plain("31. Mai 2017 in Rom")
    assert [detail.text for detail in plan.activities[1].details] == ["1. Juni", "2) Harbour"]


def test_every_rich_text_field_is_parsed() -> None:
    plan = plan_of(f"{HEAD}focus: |\n  - a\n  - b\nactivities: |\n  → d\n  → e\n")

    assert isinstance(plan.focus, RichText)
    assert plan.focus.text == "a\nb"
    match plan.activities:
        case RichText((ItemList(Marker.ARROW, items),)):
            assert len(items) == 2
        case other:
            pytest.fail(f"no list with arrows: {other}")


@pytest.mark.parametrize(
    "name",
    [
        "Tianjin.yaml",
        "tianjin_rome.yaml",
        "tian jin.yaml",
        "-a.yaml",
        "天津.yaml",
        "a.yml",
        ".yaml",
        "x" * 81 + ".yaml",
    ],
)
def test_a_file_name_that_is_not_an_id_is_an_error(name: str) -> None:
    assert codes_of(HEAD, f"plans/{name}") == ["id-invalid"]


@pytest.mark.parametrize("name", ["a", "tianjin-rome", "2020-plan", "x" * 80])
@pytest.mark.parametrize("folder", ["", "plans/", "C:\\plans\\"])
def test_the_id_is_the_stem_of_the_file(name: str, folder: str) -> None:
    assert plan_of(HEAD, f"{folder}{name}.yaml").id == name


def test_an_invalid_file_name_does_not_hide_other_errors() -> None:
    assert codes_of("citys: []", "plans/A.yaml") == ["id-invalid", "field-missing", "field-unknown"]


def test_id_is_not_a_field_of_the_file() -> None:
    assert codes_of(f"{HEAD}id: other") == ["field-unknown"]


def test_a_plan_is_read_from_a_file_and_reported_under_the_given_name(tmp_path: Path) -> None:
    path = tmp_path / "two-cities.yaml"
    path.write_text(EVERYTHING, encoding="utf-8")

    assert load_plan(path) == PLAN
    path.write_text("a: b", encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        load_plan(path, "plans/two-cities.yaml")
    assert {problem.location.path for problem in found.value.problems} == {"plans/two-cities.yaml"}


UNIQUE = """\
language: fr
template: plain
cities:
  - {name: Rome, country: [Italy, Spain], population: 2 million, area_km2: 1285}
sdgs: [SDG 11, SDG 9 own wording]
urban_agenda: [Food, EU UP Urban Mobility]
signed: in May
updated: 2019-04-30
focus: [{theme: Trade, text: More.}]
challenges: "**Two.**"
activities: [{text: Three., details: [Four.]}, Five.]
contact: {email: a@b.eu, website: b.eu}
label_languages: [en, zh]
"""


def test_each_value_is_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()

    def counted(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def call(value: Any) -> Any:
            calls[str(value)] += 1
            return read(value)

        return call

    monkeypatch.setattr(field_values, "read_text", counted(field_values.read_text))
    monkeypatch.setattr(field_values, "parse_rich_text", counted(parse_rich_text))
    plan_of(UNIQUE)

    names = {"fr", "plain", "Italy", "Spain", "2 million", "1285", "SDG 11", "SDG 9 own wording", "Food"}
    names |= {"EU UP Urban Mobility", "in May", "2019-04-30", "a@b.eu", "b.eu", "en", "zh"}
    assert calls == Counter(names | {"More.", "**Two.**", "Three.", "Four.", "Five."})
