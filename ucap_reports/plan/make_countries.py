"""Makes the table of countries that plans are read with: ISO 3166 from pycountry, names in twelve languages from CLDR.

Run as `python -m ucap_reports.plan.make_countries` when either has changed; a test tells when the table is out of date.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pycountry
from babel import Locale
from msgspec import to_builtins

from ucap_reports.plan.vocabulary import Countries, folded

TABLE = Path(__file__).with_name("countries.json")
LANGUAGES = ("en", "de", "es", "fr", "hi", "id", "ja", "ko", "ms", "pt", "vi", "zh")
"""Those of the programme label."""
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
"""Names that people write and no table has; UK and EL are the European Union's codes (Interinstitutional Style Guide,
annex A5), as is XK, which ISO leaves to its users.
"""


def iso_names() -> dict[str, list[str]]:
    """Code to the names of ISO 3166-1, first the one to propose; "Bolivia, Plurinational State of" both ways round."""
    names: dict[str, list[str]] = {}
    for country in pycountry.countries:
        given = [getattr(country, field, "") for field in ("common_name", "name", "official_name")]
        turned = [" ".join(reversed(name.split(", ", 1))) for name in given if ", " in name]
        names[country.alpha_2] = [name for name in (*given, *turned, country.alpha_2, country.alpha_3) if name]
    return names


def table() -> Countries:
    """Each name by the first country that has it: plans may name countries in any of the languages."""
    names = iso_names() | {"XK": ["Kosovo"]}
    others: dict[str, list[str]] = {code: [] for code in names}
    for code in names:
        names[code] += OTHER_NAMES.get(code, ())
        for language in LANGUAGES:
            name = Locale(language).territories.get(code, "")
            (names if language == "en" else others)[code].append(name)
    english = {code: list(dict.fromkeys(filter(None, names[code]))) for code in sorted(names)}
    further = {code: sorted({*others[code]} - {"", *names[code]}) for code in english}
    return Countries(english, _codes(english), _codes(further))


def _codes(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The code of the first country that has a name, by each name as it is compared."""
    codes: dict[str, str] = {}
    for code, each in names.items():
        for name in each:
            codes.setdefault(folded(name), code)
    return codes


def text() -> str:
    """The table as its file has it, an entry a line."""
    return json.dumps(to_builtins(table()), ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
