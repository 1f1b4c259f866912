import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.plan.numbers_and_amounts import (
    Quantity,
    area,
    area_number,
    population,
    population_number,
    read_money,
    written_number,
)
from ucap_reports.source.currencies_and_multiples import MULTIPLES, is_unread_multiple


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13.6 Mio", 13_600_000),
        ("13,6 Mio", 13_600_000),
        ("13.6 million", 13_600_000),
        ("10 million", 10_000_000),
        ("13.6M", 13_600_000),
        ("600k", 600_000),
        ("2 800 000", 2_800_000),
        ("2\u202f800\u202f000", 2_800_000),
        ("590,000", 590_000),
        ("590.000.000", 590_000_000),
        ("498.000", 498_000),
        ("ca. 8.053 (2019)", 8_053),
        ("8.053 million", 8_053_000),
        ("0.498 Mio", 498_000),
        ("0,498 Mio", 498_000),
        ("1,234,567", 1_234_567),
        ("1,23,45,678", 12_345_678),
        ("1.234.567,8", 1_234_567.8),
        ("1,234.5 thousand", 1_234_500),
        ("12'345", 12_345),
        ("approx. 3 million (2016)", 3_000_000),
        ("1386.6 万", 13_866_000),
        ("1.2 billion", 1_200_000_000),
        ("1360万人口", 13_600_000),
        ("１３６０万", 13_600_000),
        ("１，２３４，５６７人", 1_234_567),
        ("١٬٢٣٤٬٥٦٧", 1_234_567),
        ("1,360만명", 13_600_000),
        ("2.1 millones", 2_100_000),
        ("1,3 Milliarden", 1_300_000_000),
        ("12 lakh", 1_200_000),
        ("25 लाख", 2_500_000),
        ("1,25,00,000", 12_500_000),
        ("1,2345,6789", 123_456_789),
        ("590,000, 2020", 590_000),
        ("2  800  000", 2_800_000),
        ("1.2E+06", 1_200_000),
        ("3e5", 300_000),
        ("1億2000万人", 120_000_000),
        ("3 亿 5 千万", 350_000_000),
        ("1234万5678人", 12_345_678),
        ("1300万2020年", 13_000_000),
        ("12만 5천", 125_000),
        ("12 Mio. 400 Tsd.", 12_400_000),
        ("2 million (500 in the centre)", 2_000_000),
        ("1 million, 2 million with suburbs", 1_000_000),
        ("3千万", 30_000_000),
        ("3\u20134 million", 3_000_000),
        ("between 1.5 and 2 Mio.", 1_500_000),
        ("300 - 400 Tsd.", 300_000),
        ("3～4百万", 3_000_000),
        ("5000 to 2 million", 5_000),
        ("3 towns, 4 million people", 3),
        ("1 million to 2 million", 1_000_000),
        ("1,2 миллиона", 1_200_000),
        ("500 тысяч", 500_000),
        ("2,8 mill.", 2_800_000),
        ("1\u2007234\u2007567", 1_234_567),
        ("4 mil", None),
        ("4 mil.", None),
        ("4-5 mil", None),
        ("2 mil millones", None),
        ("1.2 B", None),
        ("2 miliardów", None),
        ("3 兆", None),
        ("4 hundred", None),
        ("4000 bilingual people", 4_000),
        ("4 million, of whom 2 mil", 4_000_000),
        ("many", None),
        ("1.2.3,4,5", None),
        ("1,2,3", None),
        ("12.34.56", None),
        ("2026 2027", None),
        ("1,234.567,8", None),
        ("1 234,567.8 9", None),
    ],
)
def test_a_population_has_a_value_and_is_printed_as_written(text: str, value: float | None) -> None:
    quantity = population(text)

    assert quantity.text == text
    assert quantity.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    "text", ["4 mil €", "€4 mil", "4-5 mil EUR", "2 mil millones €", "€1.2 B", "2 兆円", "2 billones €"]
)
def test_an_amount_before_a_word_with_several_meanings_is_not_read(text: str) -> None:
    money = read_money(text, {"EUR", "JPY"})

    assert (money.amount, money.text) == (None, text)
    assert money.is_unread or not text[0].isdecimal()


@pytest.mark.parametrize("multiple", MULTIPLES)
def test_a_multiple_is_read(multiple: str) -> None:
    assert not is_unread_multiple(multiple)


@pytest.mark.parametrize(
    ("words", "multiple"),
    [
        ("k K thousand mille tausend", 1e3),
        ("万 萬 万人", 1e4),
        ("m Mio mn million millions Millionen", 1e6),
        ("亿", 1e8),
        ("bn Mrd billion", 1e9),
    ],
)
def test_a_word_after_the_number_multiplies_it(words: str, multiple: float) -> None:
    for word in words.split():
        assert population(f"1.5 {word}").value == pytest.approx(1.5 * multiple), word


@pytest.mark.parametrize(
    ("value", "written", "people"),
    [(498.0, "498.000", 498_000), (1.234, "1.234", 1_234), (13.6, "13.6", 13.6), (0.5, "0.500", 0.5), (7, "7", 7)],
)
def test_a_point_before_three_digits_groups_thousands_of_people(value: float, written: str, people: float) -> None:
    assert population_number(value, written) == Quantity(None, people)


@pytest.mark.parametrize(
    ("text", "printed", "value"),
    [
        ("11,760", "11,760", 11_760),
        ("11,760 km²", "11,760 km²", 11_760),
        ("11,760 km ²", "11,760 km²", 11_760),
        ("19 km2", "19 km²", 19),
        ("19km2", "19km²", 19),
        ("19 km^2", "19 km²", 19),
        ("1 285", "1 285", 1_285),
        ("757.20", "757.20", 757.2),
        ("1.285 km²", "1.285 km²", 1.285),
        ("km2: 19", "km²: 19", 19),
        ("18 600 km2", "18 600 km²", 18_600),
        ("2000 ha", "2000 ha", 20),
        ("20 hectares", "20 hectares", 0.2),
        ("100 square miles", "100 square miles", 258.9988),
        ("100 sq. mi", "100 sq. mi", 258.9988),
        ("100 mi²", "100 mi²", 258.9988),
        ("1.5 million m²", "1.5 million m²", 1.5),
        ("1.5 million m2", "1.5 million m2", 1.5),
        ("50000 m2", "50000 m2", 0.05),
        ("50000 m ²", "50000 m ²", 0.05),
        ("0,498 km²", "0,498 km²", 0.498),
        ("12 km² 2010", "12 km² 2010", 12),
        ("11,760 km² (2010)", "11,760 km² (2010)", 11_760),
        ("117.28 sq mi (303.8 km2)", "117.28 sq mi (303.8 km²)", 303.8),
        ("6,178 acres, or 25 km²", "6,178 acres, or 25 km²", 25),
        ("500 acres", "500 acres", 2.0234282),
        ("500ha", "500ha", 5),
        ("500 Hektar", "500 Hektar", 5),
        ("500 hectáreas", "500 hectáreas", 5),
        ("25 公顷", "25 公顷", 0.25),
        ("25 Quadratkilometer", "25 Quadratkilometer", 25),
        ("25平方公里", "25平方公里", 25),
        ("25 sq km", "25 sq km", 25),
        ("１１，７６０．５ km2", "１１，７６０．５ km²", 11_760.5),
        ("25 mi2", "25 mi2", 64.7497),
        ("1.2e3 km2", "1.2e3 km²", 1_200),
        ("1万6410平方公里", "1万6410平方公里", 16_410),
        ("900 ㎢", "900 km²", 900),
        ("1 100 кв. км", "1 100 кв. км", 1_100),
        ("500,000 square metres", "500,000 square metres", 0.5),
        ("Ha Noi: 3,359", "Ha Noi: 3,359", 3_359),
        ("large", "large", None),
    ],
)
def test_an_area_is_in_square_kilometres_with_its_unit_printed_as_km2(
    text: str, printed: str, value: float | None
) -> None:
    quantity = area(text)

    assert quantity.text == printed
    assert quantity.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("value", "written", "quantity"),
    [
        (757.2, "757.20", Quantity(None, 757.2, 2)),
        (0.44, "0.440", Quantity(None, 0.44, 3)),
        (0.5, ".5", Quantity(".5", 0.5)),
        (8494.4123456789, "8494.4123456789", Quantity("8494.4123456789", 8494.4123456789)),
    ],
)
def test_a_number_with_decimals_is_printed_with_them(value: float, written: str, quantity: Quantity) -> None:
    assert area_number(value, written) == quantity


@pytest.mark.parametrize(("value", "written"), [(11_760.0, "11760"), (1200.0, "1.2e3")])
def test_other_numbers_are_printed_in_the_format_of_the_pack(value: float, written: str) -> None:
    assert area_number(value, written) == Quantity(None, value)


@pytest.mark.parametrize(
    ("text", "value", "decimals", "unit"),
    [
        ("11,760 km ²", 11760, 0, " km²"),
        ("757.20", 757.2, 2, ""),
        ("19 ha", 0.19, 0, " km²"),
        ("19.5 hectares", 0.195, 0, " km²"),
        ("12.34567 ha", 0.123457, 0, " km²"),
        ("500 acres", 2.02, 0, " km²"),
        ("117.28 square miles", 303.75, 0, " km²"),
        ("100 square miles", 259, 0, " km²"),
        ("25 Quadratkilometer", 25, 0, " km²"),
        ("25 km² (6,178 acres)", None, 0, ""),
        ("about 20 km2", None, 0, ""),
        ("unknown", None, 0, ""),
    ],
)
def test_areas_are_numbers_unless_they_have_words(text: str, value: float | None, decimals: int, unit: str) -> None:
    found = area(text).in_numbers()
    if value is None:
        assert found == area(text)
    else:
        assert (found.text, found.value, found.decimals, found.unit) == (None, value, decimals, unit)


@pytest.mark.parametrize(
    ("text", "in_millions", "decimals"),
    [
        ("1.276 million", True, 3),
        ("13.6 Mio", True, 1),
        ("0.63 Mio.", True, 2),
        ("1386万", True, 2),
        ("25万", False, 0),
        ("310 Tsd.", False, 0),
        ("113,457", False, 0),
    ],
)
def test_population_in_another_language_keeps_its_unit_and_all_digits(
    text: str,
    in_millions: bool,  # noqa: FBT001 - a parameter of the test
    decimals: int,
) -> None:
    written = population(text)
    assert written.in_numbers(of_people=True) == Quantity(None, written.value, decimals, in_millions=in_millions)


def test_populations_with_words_are_passages() -> None:
    assert population("13.6 Mio").in_numbers().text is None
    for text in ("13.6 Mio (2015)", "2 million 500 thousand", "about 3"):
        assert population(text).in_numbers().text == text


@given(st.integers(1, 10**9), st.sampled_from([",", " ", ".", "'", "\u00a0", "\u202f"]))
def test_any_number_with_grouped_thousands_is_read(number: int, separator: str) -> None:
    text = f"{number:,}".replace(",", separator)

    if separator != "." or text.count(".") != 1:
        assert population(text).value == number


@given(st.integers(1, 10**6), st.integers(0, 99), st.sampled_from([".", ","]))
def test_any_decimal_number_is_read(whole: int, hundredths: int, separator: str) -> None:
    assert population(f"{whole}{separator}{hundredths:02}").value == pytest.approx(whole + hundredths / 100)


@given(st.text(max_size=40))
def test_any_text_is_a_quantity_printed_as_written(text: str) -> None:
    assert population(text).text == text


@pytest.mark.parametrize(
    ("text", "of_people", "value", "decimals"),
    [
        ("1,985,000", True, 1_985_000, 0),
        ("677.381", True, 677_381, 0),
        ("590,000", True, 590_000, 0),
        ("2 800 000", True, 2_800_000, 0),
        ("1'985'000", False, 1_985_000, 0),
        ("414.9", False, 414.9, 1),
        ("757,20 km2", False, 757.2, 2),
        ("1,285.30", False, 1285.3, 2),
        ("1.285,3", False, 1285.3, 1),
        ("1,285", False, None, 0),
        ("1.285 km²", False, None, 0),
        ("13.6 million", True, 13.6, 1),
        ("13.600 million", True, None, 0),
        ("0.125", False, 0.125, 3),
        ("11760", False, 11_760, 0),
        ("1.25E+03", False, 1_250, 0),
    ],
)
def test_a_written_number_is_read_whatever_its_separators_or_ambiguous(
    text: str, *, of_people: bool, value: float | None, decimals: int
) -> None:
    number = written_number(text, of_people=of_people)

    assert number is not None
    assert (number.value, number.decimals) == (value, decimals)


def test_a_text_without_digits_has_no_written_number() -> None:
    assert written_number("many", of_people=True) is None
