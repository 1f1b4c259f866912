from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.stages import shipped_pack, summary_of
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.numbers_dates_and_names import Formats, date_text, figure_text, number_text
from ucap_reports.template.pack_settings_and_number_format import NumberFormat
from ucap_reports.text.rich_text import RichText


@pytest.mark.parametrize(
    ("value", "example", "printed"),
    [
        (13_600_000, "13.6 Mio", "13.6 Mio"),
        (14_904_400, "13.6 Mio", "14.9 Mio"),
        (10_000_000, "13.6 million", "10 million"),
        (590_000, "13.6 Mio", "590,000"),
        (590_000, "13,6 Mio.", "590.000"),
        (1_250_000_000, "13.6 Mio", "1,250 Mio"),
        (13_600_000, "13,600,000", "13,600,000"),
        (13_600_000, "13 600 000", "13 600 000"),
        (13_600_000, "13600000", "13600000"),
    ],
)
def test_a_number_is_printed_as_in_the_example(value: float, example: str, printed: str) -> None:
    assert figure_text(value, example) == printed


@pytest.mark.parametrize(
    ("value", "example", "printed"),
    [(11760, "13.6 Mio", "11,760"), (757.2, "13.600.000", "757,2"), (1285.5, "13 600 000", "1 285,5")],
)
def test_a_number_in_full_has_the_separators_of_the_example(value: float, example: str, printed: str) -> None:
    assert number_text(value, example) == printed


@pytest.mark.parametrize(
    ("language", "currency", "printed"),
    [
        ("en", "CHF", "CHF\N{NO-BREAK SPACE}12,500"),
        ("en", "EUR", "€12,500"),
        ("en", "CAD", "CA$12,500"),
        ("ja", "CHF", "CHF\N{NO-BREAK SPACE}12,500"),
        ("de", "CHF", "12.500\N{NO-BREAK SPACE}CHF"),
        ("pt-BR", "CHF", "CHF\N{NO-BREAK SPACE}12.500"),
    ],
)
def test_an_amount_has_a_space_beside_the_letters_of_its_currency(language: str, currency: str, printed: str) -> None:
    assert Formats(wanted=language, document=language).money(Decimal(12500), currency, 0) == printed


@pytest.mark.parametrize(
    ("value", "decimals", "example", "printed"),
    [
        (757.2, 2, "13.6 Mio", "757.20"),
        (8494.41, 2, "13.6 Mio", "8,494.41"),
        (8494.0, 1, "13.600.000", "8.494,0"),
        (123456789.123456, 6, "13600000", "123456789.123456"),
    ],
)
def test_a_number_keeps_its_decimals(value: float, decimals: int, example: str, printed: str) -> None:
    assert number_text(value, example, decimals) == printed


@pytest.mark.parametrize(
    ("language", "figures", "numbers", "day"),
    [
        ("de", ["13,6 Millionen", "1 Million", "999.999"], ["11.760,5", "1.285", "757,20 km²"], "30. April 2019"),
        ("en", ["13.6 million", "1 million", "999,999"], ["11,760.5", "1,285", "757.20 km²"], "30 April 2019"),
        ("pt-BR", ["13,6 milhões", "1 milhão", "999.999"], ["11.760,5", "1.285", "757,20 km²"], "30 de abril de 2019"),
        ("ja", ["1360万", "100万", "999,999"], ["11,760.5", "1,285", "757.20 km²"], "2019年4月30日"),
        ("hi", ["1.36 करोड़", "10 लाख", "9,99,999"], ["11,760.5", "1,285", "757.20 km²"], "30 अप्रैल 2019"),
        ("qaa", ["13.6 Mio", "1 Mio", "999,999"], ["11,760.5", "1,285", "757.20 km²"], "2019-04-30"),
    ],
)
def test_numbers_and_dates_are_in_the_language_of_the_words_or_as_in_the_example(
    language: str, figures: list[str], numbers: list[str], day: str
) -> None:
    formats = Formats("13.6 Mio", language, language, language)
    assert [formats.figure(value) for value in (13_600_000.0, 1_000_000.0, 999_999.0)] == figures
    assert [formats.number(11760.5), formats.number(1285.0), formats.number(757.2, 2, " km²")] == numbers
    assert formats.date(date(2019, 4, 30)) == day
    assert Formats("13,600,000", language, language, language).figure(13_600_000.0) == formats.number(13_600_000.0)


@pytest.mark.parametrize("example", ["", "lots", "13.6", "12,000,000", "13,600.000"])
def test_an_example_of_another_number_is_an_error(example: str) -> None:
    with pytest.raises(ValueError, match="13600000"):
        NumberFormat.from_example(example)


@pytest.mark.parametrize(
    ("populations", "printed"),
    [
        ([1_400_000, 960_000], ["1.40 Mio", "0.96 Mio"]),
        ([1_400_000, 900_000], ["1.4 Mio", "0.9 Mio"]),
        ([1_164_192, 2_000_000], ["1.2 Mio", "2.0 Mio"]),
        ([1_000_000, 2_000_000], ["1 Mio", "2 Mio"]),
        ([20_000_000, 5_000], ["20,000,000", "5,000"]),
        ([330_000, 590_000], ["330,000", "590,000"]),
        ([1_400_000, "'800,000'"], ["1.4 Mio", "800,000"]),
        ([1_400_000], ["1.4 Mio"]),
    ],
)
def test_populations_of_cities_have_one_unit_and_one_number_of_decimals(
    populations: list[object], printed: list[str]
) -> None:
    cities = ", ".join(f"{{name: A{index}, population: {value}}}" for index, value in enumerate(populations))
    summary = summary_of(f"cities: [{cities}]")
    assert [city.population_text for city in summary.cities] == printed
    row = next(row for row in summary.rows if row.key == "population")
    assert [cell.text for cell in row.cells] == printed


@pytest.mark.parametrize(
    ("language", "printed"),
    [("de", ["1,40 Millionen", "0,96 Millionen"]), ("fr", ["1,40 million", "0,96 million"]), ("zh", ["140万", "96万"])],
)
def test_compared_populations_are_in_the_words_of_the_language(language: str, printed: list[str]) -> None:
    text = "cities: [{name: A, population: 1400000}, {name: B, population: 960000}]"
    summary = compose_summary(parse_plan(Source("plans/a.yaml", text)), shipped_pack(), language)
    assert [city.population_text.replace("\xa0", " ") for city in summary.cities] == printed


@pytest.mark.parametrize(
    ("language", "populations", "printed"),
    [
        ("zh", [1_364_512, 960_000], ["136万", "96万"]),
        ("ja", [13_600_000, 2_800_000], ["1360万", "280万"]),
        ("hi", [13_600_000, 2_800_000], ["136 लाख", "28 लाख"]),
        ("hi", [1_364_512, 960_000], ["13.6 लाख", "9.6 लाख"]),
    ],
)
def test_compared_populations_have_one_unit_in_languages_with_other_units(
    language: str, populations: list[int], printed: list[str]
) -> None:
    """They were "1.36 करोड़" beside "28 लाख", and "136.5万" beside "96万"."""
    cities = ", ".join(f"{{name: A{index}, population: {value}}}" for index, value in enumerate(populations))
    plan = parse_plan(Source("plans/a.yaml", f"cities: [{cities}]"))
    summary = compose_summary(plan, shipped_pack(), language)
    assert [city.population_text.replace("\xa0", " ") for city in summary.cities] == printed


@pytest.mark.parametrize(
    ("language", "value", "printed"),
    [
        ("fr", 1_000_000, "1 million"),
        ("fr", 1_960_000, "2 millions"),
        ("de", 1_040_000, "1 Million"),
        ("ru", 1_040_000, "1 миллион"),
        ("pl", 1_990_000, "2 miliony"),
        ("cy", 2_000_000, "2 miliwn"),  # there is no word of its own for two million
        ("ps", 2_000_000, "2.000.000"),  # there is no word for a million
    ],
)
def test_millions_have_the_plural_form_of_the_number_as_it_is_printed(language: str, value: int, printed: str) -> None:
    formats = Formats("13.6 Mio", language, language, language)
    assert formats.figure(value) == printed
    if printed[0] + "000000" == str(value):
        assert formats.figure(value, in_millions=True) == printed


@pytest.mark.parametrize(
    ("label", "printed"),
    [("Площадь (км²)", "12"), ("Έκταση (τ.χλμ.)", "12"), ("Fläche in qkm", "12"), ("Area (ha)", "12 km²")],
)
def test_unit_of_an_area_is_printed_only_beside_labels_without_it(label: str, printed: str) -> None:
    pack = shipped_pack("modern")
    labels = {**pack.labels, "de": {**pack.labels["de"], "area_km2": RichText.plain(label)}}
    plan = parse_plan(Source("plans/a.yaml", "language: de\ncities: [{name: A, area_km2: 12 km2}]"))
    summary = compose_summary(plan, replace(pack, labels=labels))
    (row,) = [row for row in summary.rows if row.key == "area_km2"]
    assert [cell.text for cell in row.cells] == [printed]


def test_areas_of_cities_have_one_number_of_decimals() -> None:
    summary = summary_of("cities: [{name: A, area_km2: 7446}, {name: B, area_km2: 210.34}, {name: C}]")
    assert [city.area_text for city in summary.cities] == ["7,446.00", "210.34", ""]


@pytest.mark.parametrize(
    ("language", "day", "text"),
    [
        ("fr", date(2019, 4, 1), "1er avril 2019"),
        ("fr-CA", date(1985, 6, 1), "1er juin 1985"),
        ("fr", date(2019, 4, 11), "11 avril 2019"),
        ("es", date(2019, 4, 1), "1 de abril de 2019"),
    ],
)
def test_first_day_of_a_month_has_an_ordinal_in_french(language: str, day: date, text: str) -> None:
    assert date_text(day, language) == text
