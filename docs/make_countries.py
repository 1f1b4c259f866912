"""Writes ucap_reports/plan/countries.json: ISO 3166 from pycountry, names in twelve languages from CLDR.

Run as `python docs/make_countries.py` if either has changed; a test fails if the table is out of date.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from ucap_reports.plan.vocabulary import folded

TABLE = Path(__file__).parent.parent / "ucap_reports" / "plan" / "countries.json"
LANGUAGES = ("en", "de", "es", "fr", "hi", "id", "ja", "ko", "ms", "pt", "vi", "zh")
"""The languages of the programme label."""
OTHER_NAMES = {
    "BN": ("Brunei Darussalam",),
    "CD": ("DR Congo", "Democratic Republic of Congo", "Congo-Kinshasa"),
    "CG": ("Republic of the Congo", "Congo-Brazzaville"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "P.R. China", "PR China", "Mainland China"),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "GR": ("EL",),
    "HK": ("Hong Kong",),
    "KR": ("Korea", "ROK"),
    "LA": ("Lao PDR",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "MO": ("Macau", "Macao"),
    "NL": ("Holland",),
    "PS": ("Palestine",),
    "RU": ("Russia",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "US": ("USA", "United States of America", "America"),
    "VA": ("Vatican",),
    "XK": ("Kosovo", "XKX"),
}
"""Usual names that no table has; UK, EL and XK are codes of the European Union (Interinstitutional Style Guide, A5)."""


def iso_names() -> dict[str, list[str]]:
    """The names of ISO 3166-1 by code, the common one first; "Bolivia, Plurinational State of" in both orders."""
    names: dict[str, list[str]] = {}
    for country in pycountry.countries:
        given = [getattr(country, field, "") for field in ("common_name", "name", "official_name")]
        turned = [" ".join(reversed(name.split(", ", 1))) for name in given if ", " in name]
        names[country.alpha_2] = [name for name in (*given, *turned, country.alpha_2, country.alpha_3) if name]
    return names


def table() -> dict[str, dict[str, Any]]:
    """The table of countries; plans may name them in any of the languages."""
    names = iso_names() | {"XK": ["Kosovo"]}
    others: dict[str, list[str]] = {code: [] for code in names}
    for code in names:
        names[code] += OTHER_NAMES.get(code, ())
        for language in LANGUAGES:
            name = Locale(language).territories.get(code, "")
            (names if language == "en" else others)[code].append(name)
    english = {code: list(dict.fromkeys(filter(None, names[code]))) for code in sorted(names)}
    further = {code: sorted({*others[code]} - {"", *names[code]}) for code in english}
    return {"names": english, "english": _codes(english), "others": _codes(further)}


def _codes(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The code of the first country with a name, by each folded name."""
    codes: dict[str, str] = {}
    for code, each in names.items():
        for name in each:
            codes.setdefault(folded(name), code)
    return codes


def text() -> str:
    """The content of the file, one entry per line."""
    return json.dumps(table(), ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
