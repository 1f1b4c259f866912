"""What a pack says in other languages: labels, contact line, numbers and dates."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale, localedata

from tests.command import ucap, write_plan
from tests.stages import SHIPPED_PACKS, shipped_pack, with_all_rows
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.summary.summary_model import Row, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack, shipped_packs
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon
from ucap_reports.text.language_tags import canonical_tag, distinct, is_readable_as, is_right_to_left, lookup
from ucap_reports.text.rich_text import RichText

pytestmark = pytest.mark.no_cover

LANGUAGES = ("zh", "ja", "ko", "hi", "id", "ms", "vi", "es", "pt", "fr", "de")
PACK = with_all_rows(shipped_pack())


def source(**fields: Any) -> Source:
    return Source("plans/a.yaml", yaml.safe_dump({"cities": [{"name": "A"}], **fields}, allow_unicode=True))


def composed(asked: str | None = None, pack: Pack = PACK, **fields: Any) -> Summary:
    return compose_summary(parse_plan(source(**fields)), pack, asked)


def row(summary: Summary, key: str) -> Row:
    return next(row for row in summary.rows if row.key == key)


def languages(text: RichText) -> set[str | None]:
    return {run.language for run in text.runs()}


def codes(asked: str | None = None, **fields: Any) -> list[str]:
    found = produce(source(**fields), lambda _: PACK, BuildOptions(formats=(), language=asked))
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize("name", sorted({*SHIPPED_PACKS} - {"plain"}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_pack_has_all_words_in_every_label_language(name: str, language: str) -> None:
    pack = shipped_pack(name)
    fields = {rule.field for rule in pack.settings.rows}
    said = pack.settings.wording[language]

    assert fields - pack.labels[language].keys() == set()
    assert all([said.title, said.lead, said.continued, said.unknown, said.short_labels])
    assert language in pack.settings.programme_label


@pytest.mark.parametrize("name", sorted({*SHIPPED_PACKS} - {"plain"}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_has_the_links_of_the_original_in_every_language(name: str, language: str) -> None:
    pack = shipped_pack(name)
    for rule in pack.settings.rows:
        original, other = (
            [run.link for run in pack.label(rule.field, each).runs() if run.link] for each in (None, language)
        )
        assert original == other


def test_labels_lead_and_unknown_facts_are_in_the_requested_language() -> None:
    summary = composed("zh")

    assert summary.column_label.text == "城市："
    assert row(summary, "country").label.text == "国家："
    assert row(summary, "results").cells[0].text == "不详"
    assert summary.contact.lead == "如需更多信息（包括获取完整的U-CAP），请联系："
    assert summary.continued == "（续）"


def test_words_in_another_language_than_the_plans_are_tagged() -> None:
    summary = composed("zh", cities=[{"name": "A", "population": 13600000}])

    assert languages(row(summary, "topics").label) == {"zh-CN"}
    assert languages(row(summary, "population").cells[0]) == {"zh-CN"}
    assert languages(row(summary, "results").cells[0]) == {"zh-CN"}
    assert summary.label_language == "zh-CN"
    assert summary.language == "en"


def test_a_plan_in_a_language_of_the_pack_has_the_labels_in_it() -> None:
    summary = composed(language="zh", cities=[{"name": "Tianjin", "country": "China"}])

    assert summary.title == "IUC城市合作行动计划（U-CAP）摘要"
    assert row(summary, "country").label == RichText.plain("国家：")
    assert [label.language for label in summary.programme_label] == ["zh-CN", "en"]


def test_a_plan_in_a_regional_language_has_the_labels_of_the_language() -> None:
    assert row(composed(language="pt-BR"), "country").label == RichText.plain("País:")
    assert languages(row(composed(language="zh-TW"), "country").label) == {"zh-CN"}


def test_the_requested_language_takes_precedence_over_the_plans() -> None:
    summary = composed("en", language="zh")

    assert languages(row(summary, "country").label) == {"en"}
    assert summary.title.startswith("IUC城市")


def test_a_label_missing_in_a_language_is_the_packs_own_and_tagged() -> None:
    labels = {"": PACK.labels[""], "de": {"themes": RichText.plain("Themen")}}
    summary = composed(pack=Pack(PACK.settings, PACK.files, labels), language="de")

    assert row(summary, "themes").label == RichText.plain("Themen")
    assert languages(row(summary, "focus").label) == {"en"}


def test_the_words_of_the_packs_own_language_have_no_tag() -> None:
    assert languages(row(composed(), "topics").label) == {None}
    assert languages(row(composed(language="en-GB"), "results").cells[0]) == {None}


@pytest.mark.parametrize(
    ("language", "population", "area"),
    [
        ("en", "13.6 Mio", "11,760"),
        ("zh", "1360万", "11,760"),
        ("ja", "1360万", "11,760"),
        ("ko", "1360만", "11,760"),
        ("hi", "1.36 करोड़", "11,760"),
        ("id", "13,6 juta", "11.760"),
        ("vi", "13,6 triệu", "11.760"),
        ("es", "13,6 millones", "11.760"),
        ("fr", "13,6 millions", "11\u202f760"),
        ("de", "13,6 Millionen", "11.760"),
        ("it", "13.6 Mio", "11,760"),
    ],
)
def test_numbers_have_the_format_of_the_language_of_the_labels(language: str, population: str, area: str) -> None:
    summary = composed(language, cities=[{"name": "A", "population": 13600000, "area_km2": 11760}])

    assert row(summary, "population").cells[0].text.replace("\u00a0", " ") == population
    assert row(summary, "area_km2").cells[0].text == area


@pytest.mark.parametrize(
    ("language", "areas"),
    [
        ("de", ["757,20", "8.494,41"]),
        ("fr", ["757,20", "8\u202f494,41"]),
        ("hi", ["757.20", "8,494.41"]),
    ],
)
def test_decimals_are_kept_in_every_language(language: str, areas: list[str]) -> None:
    text = "cities: [{name: A, area_km2: 757.20}, {name: B, area_km2: 8494.41}]"
    summary = compose_summary(parse_plan(Source("plans/areas.yaml", text)), PACK, language)

    assert [cell.text for cell in row(summary, "area_km2").cells] == areas


def test_a_pack_with_full_numbers_prints_them_in_every_language() -> None:
    summary = composed("de", shipped_pack("iuc-japan"), cities=[{"name": "A", "population": 13600000}])

    assert row(summary, "population").cells[0].text == "13.600.000"


def test_dates_are_in_the_requested_language_even_without_labels_in_it() -> None:
    assert row(composed("zh", signed="2018-11-16"), "signed").cells[0].text == "2018年11月16日"
    assert row(composed("it", signed="2018-11-16"), "signed").cells[0].text == "16 novembre 2018"


def test_a_table_with_a_row_for_each_city_has_short_labels() -> None:
    summary = composed("zh", cities=[{"name": f"City {number}"} for number in range(6)])

    assert summary.columns == ("省份", "国家", "人口", "面积（平方公里）")


def test_the_wording_of_a_packs_own_language_takes_precedence_over_its_settings(tmp_path: Path) -> None:
    """So that a pack that extends another changes one word of it."""
    (tmp_path / "office").mkdir()
    text = (
        "extends: iuc-asia\nwhen_unknown: show\nlabels: {en: {population: 'Inhabitants:'}}\n"
        "wording: {en: {lead: 'Ask:', unknown: '?'}}\n"
    )
    (tmp_path / "office" / "pack.yaml").write_text(text)
    pack = open_pack("office", [PackFolder(tmp_path, "templates"), shipped_packs()])

    summary, turned = (composed(pack=pack, cities=[{"name": "A"}] * count) for count in (1, 6))

    assert (row(summary, "population").label.text, row(summary, "population").cells[0].text) == ("Inhabitants:", "?")
    assert turned.columns == ("Province", "Country", "Inhabitants", "Size (km²)")
    assert summary.contact.lead == "Ask:"


def test_unconfirmed_labels_are_a_warning_if_they_are_used() -> None:
    assert "labels-unconfirmed" in codes("zh")
    assert "labels-unconfirmed" in codes(language="zh")
    assert "labels-unconfirmed" not in codes()


def test_missing_labels_are_a_warning_only_if_they_are_requested() -> None:
    assert "labels-missing" in codes("fi")
    assert "labels-missing" not in codes("en", language="zh")
    assert "labels-missing" not in codes(language="fi")


def test_the_hint_about_labels_of_a_shipped_pack_works_in_a_project(tmp_path: Path) -> None:
    write_plan(tmp_path, "a.yaml", "cities: [{name: A}, {name: B}]\nlanguage: zh\ntemplate: iuc-japan\n")

    def hints(*words: str) -> dict[str, str]:
        return {each["code"]: each["hint"] for each in ucap(tmp_path, *words, "--json").report["problems"]}

    own = "in a pack of your own, which `ucap template new iuc-japan --extends iuc-japan` creates"
    unconfirmed, missing = "labels-unconfirmed", "labels-missing"
    confirm = "when the wording has been confirmed, set `confirmed: true` under `wording.zh`"
    assert hints("check")[unconfirmed] == f"{confirm} {own}"
    assert hints("build", "--language", "fi")[missing].endswith(own)
    assert ucap(tmp_path, "template", "new", "iuc-japan", "--extends", "iuc-japan").code == 0
    assert hints("check")[unconfirmed].endswith("in the pack iuc-japan")
    with (tmp_path / "templates" / "iuc-japan" / "pack.yaml").open("a", encoding="utf-8") as pack:
        pack.write("\nwording: {zh: {confirmed: true}}\n")
    assert unconfirmed not in hints("check")


def test_tags_are_looked_up_from_the_longest_to_the_shortest() -> None:
    assert lookup("zh-Hant-TW", {"zh", "zh-Hant"}) == "zh-Hant"
    assert lookup("zh-CN", {"zh"}) == "zh"
    assert lookup("fi", {"zh"}) is None
    assert lookup("DE-at", {"de", "en"}) == "de"
    assert lookup("ZH-hant-tw", {"zh", "zh-Hant"}) == "zh-Hant"
    assert lookup("zh-cn", {"zh", "zh-CN"}) == "zh-CN"
    assert lookup("DE", {"DE"}) == "DE"
    assert lookup("de", {"DE"}) == "DE"
    assert lookup("zh-hant-TW", {"ZH", "zh-HANT"}) == "zh-HANT"
    assert distinct(["zh", "DE", "ZH", "de", "zh-CN"]) == ("ZH", "de", "zh-CN")


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("ZH", "zh"),
        ("pt-br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("ZH-CMN-HANS-CN", "zh-cmn-Hans-CN"),
        ("ES-419", "es-419"),
        ("DE-CH-1901", "de-CH-1901"),
        ("sl-ROZAJ", "sl-rozaj"),
    ],
)
def test_tags_have_canonical_capitals(tag: str, canonical: str) -> None:
    assert canonical_tag(tag) == canonical


def test_traditional_and_simplified_chinese_do_not_match() -> None:
    assert is_readable_as("zh-CN", "zh")
    assert not is_readable_as("zh-TW", "zh")
    assert is_readable_as("zh-Hans-HK", "zh")
    assert is_readable_as("en-GB", "en-US")


def test_some_languages_are_written_from_right_to_left() -> None:
    assert [is_right_to_left(tag) for tag in ("ar-EG", "he", "fa", "en", "hi")] == [True, True, True, False, False]
    assert [is_right_to_left(tag) for tag in ("prs", "az-Arab", "ku-arab-IQ", "pa-Arab-PK")] == [True, True, True, True]
    assert [is_right_to_left(tag) for tag in ("ar-Latn", "fa-Cyrl", "az", "pa-IN")] == [False, False, False, False]
    assert [is_right_to_left(tag) for tag in ("pa-PK", "uz-AF", "az-IR", "pa-Guru-PK")] == [True, True, True, False]


def test_directions_of_languages_are_those_of_cldr() -> None:
    wrong = []
    for name in localedata.locale_identifiers():
        is_right = Locale.parse(name).text_direction == "rtl"
        if is_right_to_left(name.replace("_", "-")) is not is_right:
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh", "可持续城市和社区"), ("ja", "住み続けられるまちづくりを"), ("pt-BR", "Cidades e comunidades sustentáveis")],
)
def test_a_goal_has_its_official_title_in_the_language_of_the_document(language: str, title: str) -> None:
    (cell,) = row(composed(language=language, sdgs=[11]), "topics").cells

    assert cell.text == f"SDG 11 {title}"
    assert languages(cell) == {None}


@pytest.mark.parametrize("language", ["ko", "hi", "vi"])
def test_a_goal_without_a_title_in_the_language_has_the_tagged_english_one(language: str) -> None:
    (cell,) = row(composed(language=language, sdgs=[11]), "topics").cells

    assert cell.text == "SDG 11 Sustainable Cities and Communities"
    assert languages(cell) == {"en"}


def test_a_goal_title_has_the_language_of_the_labels_and_a_wording_is_kept() -> None:
    (cell,) = row(composed("fr", sdgs=[11, "SDG 13 our climate"]), "topics").cells

    assert cell.text == "SDG 11 Villes et communautés durables\nSDG 13 our climate"
    assert [run.language for run in cell.runs()] == ["fr", None]


def own_pack(tmp_path: Path, settings: str) -> Pack:
    """A pack of a project that extends a shipped one."""
    folder = tmp_path / "templates" / "own"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(f"extends: iuc-asia\n{settings}", encoding="utf-8")
    return open_pack("own", [PackFolder(tmp_path / "templates", "templates"), shipped_packs()])


def test_a_text_of_a_pack_wins_over_the_shipped_translation_of_the_text_that_it_replaces(tmp_path: Path) -> None:
    pack = own_pack(
        tmp_path, "title: Our Plan\ncontact: {lead: 'Ask us:', office: Desk}\nrows: {themes: {label: Topics}}\n"
    )
    german = composed(pack=pack, language="de", themes=["Luft"])

    assert german.title == "Our Plan"
    assert german.contact.lead == "Ask us:"
    assert row(german, "themes").label.text == "Topics"


def test_a_translation_of_a_pack_wins_over_its_own_text(tmp_path: Path) -> None:
    pack = own_pack(
        tmp_path,
        "title: Our Plan\nlabels: {en: {themes: Topics}, de: {themes: Worum}}\nwording: {de: {title: Unser Plan}}\n",
    )
    german = composed(pack=pack, language="de", themes=["Luft"])

    assert (german.title, row(german, "themes").label.text) == ("Unser Plan", "Worum")
    assert row(composed(pack=pack, themes=["Air"]), "themes").label.text == "Topics"
    assert row(composed(pack=pack, language="fr", themes=["Air"]), "themes").label.text == "Topics"


def test_text_in_the_own_language_of_a_pack_replaces_the_shipped_translations(tmp_path: Path) -> None:
    texts = {"title": "Our Plan", "lead": "Ask us:", "continued": "(more)", "draft": "Outline", "total": "Sum"}
    texts |= {"unknown": "not known", "as_of": "Of {date}"}
    pack = own_pack(tmp_path, yaml.safe_dump({"wording": {"en": texts | {"short_labels": {"region": "Area"}}}}))
    for language in ("en", "zh"):
        words = words_of(pack, language, None)
        printed = {name: str(getattr(words, name)) for name in texts if name not in {"as_of", "unknown"}}
        printed |= {"unknown": words.unknown.text, "as_of": words.as_of(date(2026, 1, 2))}
        assert printed == texts | {"as_of": "Of 2 January 2026"}
    # The label itself has a translation, which is printed instead of that of its old short label.
    assert [words_of(pack, language, None).short_label("region") for language in ("en", "zh")] == [
        "Area",
        without_colon(PACK.label("region", "zh").text),
    ]


def test_label_in_the_own_language_of_a_pack_replaces_the_short_label_in_all_languages(tmp_path: Path) -> None:
    pack = own_pack(tmp_path, "labels: {en: {region: 'Area:'}}\n")
    assert [words_of(pack, language, None).short_label("region") for language in ("en", "zh")] == ["Area", "Area"]


def test_a_text_that_a_pack_repeats_keeps_its_translations(tmp_path: Path) -> None:
    pack = own_pack(tmp_path, f"title: {PACK.settings.title!r}\n")

    assert composed(pack=pack, language="de").title == composed(language="de").title != PACK.settings.title


def untranslated(tmp_path: Path, language: str, *plans: str) -> list[dict[str, Any]]:
    for name in plans:
        write_plan(tmp_path, f"{name}.yaml", f"cities: [{{name: A}}]\nlanguage: {language}\ntemplate: own\n")
    found = ucap(tmp_path, "check", "--json").report["problems"]
    return [problem for problem in found if problem["code"] == "label-untranslated"]


def test_texts_without_a_translation_are_one_warning_for_each_pack_and_language(tmp_path: Path) -> None:
    own_pack(tmp_path, "title: Our Plan\nrows: {themes: {label: Topics}}\n")

    (warning,) = untranslated(tmp_path, "de", "one", "two")
    assert warning["severity"] == "warning"
    assert warning["path"] == "templates/own/pack.yaml"
    assert 'no text in "de" for title, themes' in warning["message"]
    assert untranslated(tmp_path, "en", "one", "two") == []


def test_a_label_is_never_printed_in_another_language_without_a_warning(tmp_path: Path) -> None:
    own_pack(tmp_path, "page_limit: 3\n")

    (warning,) = untranslated(tmp_path, "fi", "one")
    assert 'no labels in "fi"' in warning["message"]
    assert untranslated(tmp_path, "de", "one") == []


@pytest.mark.parametrize("name", ["glance", "modern"])
def test_shipped_pack_keeps_its_translations_above_a_pack_of_the_project(tmp_path: Path, name: str) -> None:
    of_project = tmp_path / "iuc-asia" / "pack.yaml"
    of_project.parent.mkdir()
    of_project.write_text("extends: iuc-asia\n")
    folders = [PackFolder(tmp_path, "templates"), shipped_packs()]
    pack = open_pack(name, folders)
    assert pack.labels == shipped_pack(name).labels
    assert pack.settings.wording == shipped_pack(name).settings.wording
    assert "in a pack of your own" in f"in {pack.home}"

    of_project.write_text("extends: iuc-asia\nrows: {signed: {label: Agreed}, results: {label: Outcome}}\n")
    assert open_pack("iuc-asia", folders).label("results", "de").text == "Outcome"
    assert open_pack(name, folders).label("results", "de") == shipped_pack(name).label("results", "de")


def test_rows_of_a_project_are_reported_without_their_translation(tmp_path: Path) -> None:
    own_pack(tmp_path, "page_limit: 3\n")
    (tmp_path / "ucap.yaml").write_text("rows: {themes: {label: Topics}}\n", encoding="utf-8")

    (warning,) = untranslated(tmp_path, "de", "one")
    assert "for themes," in warning["message"]


def test_the_hint_about_a_row_of_a_project_leads_to_its_translation(tmp_path: Path) -> None:
    own_pack(tmp_path, "labels: {de: {themes: Thema}}\n")
    (tmp_path / "ucap.yaml").write_text("rows: {themes: {label: Topics}}\n", encoding="utf-8")

    (warning,) = untranslated(tmp_path, "de", "one")
    assert "move the labels of themes from `rows` in ucap.yaml to those in the pack own" in warning["hint"]

    (tmp_path / "ucap.yaml").unlink()
    own_pack(tmp_path, "rows: {themes: {label: Topics}}\nlabels: {de: {themes: Thema}}\n")
    assert untranslated(tmp_path, "de", "one") == []


STEPS = """
fields:
  budget: {type: money, label: {en: Budget}}
  steps:
    type: table
    label: {en: Steps, de: Schritte}
    columns:
      stage: {type: choice, label: {en: Stage}, choices: {planned: {en: Planned}, done: {en: Done, de: Fertig}}}
"""


@pytest.mark.parametrize(
    ("language", "message", "hint"),
    [
        ("fi", 'no labels in "fi"', "under `labels.fi` and `wording.fi`"),
        ("de", 'no text in "de" for budget, steps.stage, steps.stage.planned,', "declarations under `fields`"),
    ],
)
def test_labels_of_fields_that_a_pack_declares_are_reported_once_with_its_other_texts(
    tmp_path: Path, language: str, message: str, hint: str
) -> None:
    own_pack(tmp_path, STEPS)
    for name in ("one", "two"):
        values = "budget: 40,000 €\nsteps: [{stage: planned}, {stage: done}]\n"
        write_plan(tmp_path, f"{name}.yaml", f"cities: [{{name: A}}]\nlanguage: {language}\ntemplate: own\n{values}")

    (warning,) = untranslated(tmp_path, language)
    assert warning["path"] == "templates/own/pack.yaml"
    assert message in warning["message"]
    assert hint in warning["hint"]


def test_the_warning_about_thousands_of_texts_lists_some_and_counts_the_others(tmp_path: Path) -> None:
    choices = ", ".join(f"c{number}: {{en: C}}" for number in range(50))
    columns = ", ".join(
        f"k{number}: {{type: choice, label: {{de: K}}, choices: {{{choices}}}}}" for number in range(12)
    )
    own_pack(tmp_path, f"fields: {{steps: {{type: table, label: {{de: S}}, columns: {{{columns}}}}}}}\n")

    (warning,) = untranslated(tmp_path, "de", "one")
    assert "steps.k0.c39 and 560 more, so its own is printed" in warning["message"]


def test_labels_of_fields_of_a_pack_without_its_own_language_are_reported_one_by_one(tmp_path: Path) -> None:
    own_pack(tmp_path, "fields: {budget: {type: money, label: {fr: Budget}}}\n")
    write_plan(tmp_path, "one.yaml", "cities: [{name: A}]\nlanguage: en\ntemplate: own\nbudget: 40,000 €\n")

    (warning,) = untranslated(tmp_path, "en")
    assert (warning["path"], warning["field"]) == ("plans/one.yaml", "budget")


def figures(language: str, population: str, area: str, asked: str | None = None) -> tuple[str, str]:
    cities = [{"name": "A", "population": population, "area_km2": area}]
    summary = composed(asked, cities=cities, language=language)
    return row(summary, "population").cells[0].text, row(summary, "area_km2").cells[0].text


@pytest.mark.parametrize(
    ("population", "area", "german"),
    [
        ("1,985,000", "414.9", ("1.985.000", "414,9")),
        ("677.381", "11,760.50 km2", ("677.381", "11.760,50 km²")),
        ("2 800 000", "757,2", ("2.800.000", "757,2")),
        ("13.6 Mio", "N/A", ("13,6 Mio", "k. A.")),
        ("590,000", "1,285", ("590.000", "1,285")),
        ("about 1,985,000 (2017)", "11760", ("about 1,985,000 (2017)", "11.760")),
    ],
)
def test_numbers_that_are_written_as_text_have_the_format_of_the_document(
    population: str, area: str, german: tuple[str, str]
) -> None:
    assert figures("de", population, area) == german
    assert figures("en", population, area, "de") == german


@pytest.mark.parametrize(
    ("population", "area"),
    [("1,985,000", "414.9"), ("12,34,567", "1,285"), ("2 800 000", "1.285"), ("13.6 Mio", "19 km²")],
)
def test_numbers_of_english_documents_are_printed_as_they_are_written(population: str, area: str) -> None:
    assert figures("en", population, area) == (population, area)


@pytest.mark.parametrize(
    ("population", "area", "english"),
    [
        ("677.381", "757,2", ("677,381", "757.2")),
        ("1.985.000", "11.760,50 km2", ("1,985,000", "11,760.50 km²")),
        ("13,6 Mio", "N/A", ("13.6 Mio", "N/A")),
        ("about 677.381", "13.756", ("about 677.381", "13.756")),
    ],
)
def test_numbers_of_english_documents_with_other_separators_are_rewritten(
    population: str, area: str, english: tuple[str, str]
) -> None:
    assert figures("en", population, area) == english


def test_a_number_among_words_with_other_separators_is_reported_in_english() -> None:
    assert codes(cities=[{"name": "A", "population": "about 677.381"}]).count("number-format") == 1


@pytest.mark.parametrize(
    ("population", "area", "reported"),
    [
        ("1,985,000", "414.9", 0),
        ("590,000", "1,285", 1),
        ("590,000", "1.285", 0),
        ("about 1,985,000", "12", 1),
        ("13.600 million", "12,5", 0),
        ("13,600 million", "12,5", 1),
    ],
)
def test_a_number_that_cannot_be_rewritten_is_reported(population: str, area: str, reported: int) -> None:
    cities = [{"name": "A", "population": population, "area_km2": area}]

    assert codes(cities=cities, language="de").count("number-format") == reported
    assert codes(cities=cities).count("number-format") == 0
