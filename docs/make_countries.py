"""Writes countries.json and country_names.txt in ucap_reports/plan: ISO 3166 from pycountry, names in other languages
from CLDR, and official names from the translations of ISO 3166 in pycountry.

Run as `python docs/make_countries.py` if either has changed; a test fails if the table is out of date.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from gettext import translation
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from ucap_reports.plan.countries_goals_and_partnerships import folded

FOLDER = Path(__file__).parent.parent / "ucap_reports" / "plan"
LANGUAGES = (
    *("en", "de", "es", "fr", "hi", "id", "ja", "ko", "ms", "pt", "vi", "zh", "zh_Hant"),
    *("it", "nl", "da", "sv", "nb", "fi", "et", "lv", "lt", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "bg", "el", "mt"),
    *("ga", "ca", "uk", "ru", "tr", "ar", "he", "th", "ta", "bn", "km"),
)
"""The languages of the programme label, of the European Union, and of partner cities."""
OTHER_NAMES = {
    "AE": ("UAE",),
    "BA": ("Bosnia", "Bosnia-Herzegovina"),
    "BN": ("Brunei Darussalam",),
    "CD": ("DR Congo", "Democratic Republic of Congo", "Congo-Kinshasa"),
    "CG": ("Republic of the Congo", "Congo-Brazzaville"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "P.R. China", "PR China", "PR of China", "P. R. China", "Mainland China"),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic", "Czech Rep."),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "GR": ("EL",),
    "HK": ("Hong Kong", "Hong Kong SAR"),
    "IE": ("Republic of Ireland",),
    "KR": ("Korea", "ROK", "Rep. of Korea", "S. Korea"),
    "LA": ("Lao PDR",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "MO": ("Macau", "Macao", "Macau SAR", "Macao SAR"),
    "NL": ("Holland",),
    "PS": ("Palestine",),
    "RU": ("Russia",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "US": ("USA", "United States of America", "America"),
    "VA": ("Vatican", "Holy See"),
    "XK": ("Kosovo", "XKX"),
}
"""Usual names that no table has; UK, EL and XK are codes of the European Union (Interinstitutional Style Guide, A5)."""


NAMES_IN_OTHER_LANGUAGES = {
    "AE": ("VAE", "ОАЭ"),
    "BA": ("Bosnien", "Bosnie", "Bośnia", "Боснія", "Босния"),
    "BY": ("Weißrussland", "Biélorussie", "Белоруссия"),
    "CI": ("Elfenbeinküste",),
    "CN": (
        *("中华人民共和国", "中華人民共和國", "中国大陆", "中國大陸"),
        *("VR China", "RP China", "RP Chine", "RP Cina", "RPC", "КНР", "ChRL"),  # noqa: RUF001 - Cyrillic
    ),
    "CV": ("Kap Verde", "Kapverden"),
    "CZ": ("Tschechische Republik", "República Checa", "République tchèque", "Repubblica Ceca", "Česká republika"),
    "DE": ("Bundesrepublik Deutschland", "BRD", "FRG", "RFA", "RFN", "ФРГ"),
    "GB": ("Großbritannien", "Grande-Bretagne", "Gran Bretaña", "Grã-Bretanha", "Gran Bretagna"),
    "HK": ("Hongkong", "香港"),
    "JP": ("日本国",),
    "KR": ("한국", "韓国", "韩国", "韓國", "Südkorea", "Corée du Sud", "Corea del Sur", "Republik Korea"),
    "MD": ("Moldau", "Moldawien", "Moldavie", "Moldavia", "Moldávia", "Молдавия"),
    "MK": ("Mazedonien", "Macédoine"),
    "MM": ("Birma", "Birmanie", "Birmania", "Birmânia"),
    "MO": ("澳门", "澳門"),
    "MX": ("Méjico",),
    "NL": ("Holanda", "Hollande", "Olanda", "Holland"),
    "PS": ("Palästina", "Palestina"),
    "RU": ("РФ",),
    "SZ": ("Swasiland",),
    "TL": ("Osttimor",),
    "US": ("EE. UU.", "EEUU", "EUA", "ABD", "SUA"),
    "VA": ("Vatikan", "Heiliger Stuhl"),
}
"""Usual names and abbreviations that no table has; the parts of the United Kingdom are in `country_parts.json`."""
LOCALES_OF_ISO = {"nb": "nb_NO", "zh": "zh_CN", "zh_Hant": "zh_TW"}
"""The names that the translations of ISO 3166 have for languages, where they are others."""


LONGEST_WORD_LIKE_CODES = 3
"""Characters of official names that are left out: without accents, "Mỹ" is a word."""


def iso_names() -> dict[str, list[str]]:
    """Return the names of ISO 3166-1 by code, the common one first.

    "Bolivia, Plurinational State of" is among them in both orders.
    """
    names: dict[str, list[str]] = {}
    for country in pycountry.countries:
        given = [getattr(country, field, "") for field in ("common_name", "name", "official_name")]
        turned = [" ".join(reversed(name.split(", ", 1))) for name in given if ", " in name]
        names[country.alpha_2] = [name for name in (*given, *turned, country.alpha_2, country.alpha_3) if name]
    return names


def official_names() -> Iterator[tuple[str, str]]:
    """Yield the code of each country with its official name in each other language: CLDR has only short names.

    The translations of ISO 3166-1 also have short names, of which some are those of other things.
    """
    for language in LANGUAGES:
        if language == "en":
            continue
        locale = LOCALES_OF_ISO.get(language, language)
        catalog = translation("iso3166-1", pycountry.LOCALES_DIR, languages=[locale])
        for country in pycountry.countries:
            official = getattr(country, "official_name", "")
            name = catalog.gettext(official) if official else ""
            if len(folded(name)) > LONGEST_WORD_LIKE_CODES:
                yield country.alpha_2, name


def tables() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return the table of countries, and the codes of the names in other languages: plans may use any of them."""
    names = iso_names() | {"XK": ["Kosovo"]}
    others: dict[str, list[str]] = {code: [] for code in names}
    for code in names:
        names[code] += OTHER_NAMES.get(code, ())
        for language in LANGUAGES:
            name = Locale(language).territories.get(code, "")
            (names if language == "en" else others)[code].append(name)
    for code, other_names in NAMES_IN_OTHER_LANGUAGES.items():
        others[code] += other_names
    for parts in json.loads((FOLDER / "country_parts.json").read_text(encoding="utf-8")).values():
        others["GB"] += parts
    english = {code: list(dict.fromkeys(filter(None, names[code]))) for code in sorted(names)}
    further = {code: sorted({*others[code]} - {"", *names[code]}) for code in english}
    known = {folded(name) for spellings in (*names.values(), *others.values()) for name in spellings}
    translated: dict[str, list[str]] = {}
    for code, name in official_names():
        if folded(name) not in known:  # where the tables differ, CLDR is right
            translated.setdefault(code, []).append(name)
    return {"names": english, "english": _codes(english)}, _codes(further) | _codes(translated)


def _codes(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the code of the country with a name, by each folded name; without names of several countries."""
    codes: dict[str, set[str]] = {}
    for code, spellings in names.items():
        for name in spellings:
            codes.setdefault(folded(name), set()).add(code)
    return {name: min(found) for name, found in codes.items() if len(found) == 1}


def texts() -> dict[str, str]:
    """Return the content of each file, one entry per line; names in other languages are sorted, to be searched."""
    countries, names = tables()
    lines = sorted(f"{name}\t{code}\n" for name, code in names.items())
    return {
        "countries.json": json.dumps(countries, ensure_ascii=False, indent=0) + "\n",
        "country_names.txt": "".join(lines),
    }


if __name__ == "__main__":
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
