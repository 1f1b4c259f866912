"""Generate the names of months in the languages of plans: python -m docs.make_months"""

import json
from pathlib import Path
from unicodedata import normalize

from babel import Locale

from ucap_reports.plan import dates
from ucap_reports.plan.dates import significant_words

TARGET = Path(dates.__file__).with_name("month_names.json")
LANGUAGES = (
    *("en", "en_GB", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "fi", "et", "lv", "lt", "pl", "cs", "sk"),
    *("sl", "hr", "hu", "ro", "bg", "el", "mt", "ga", "ca", "uk", "ru", "tr", "ar", "he", "hi", "id", "ms"),
)
"""The languages of the European Union and of partner cities, as Babel names them."""


def month_names() -> str:
    """Return the content of the file: the number of each month by its names, without names of several months."""
    meant: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for forms in Locale.parse(language).months.values():
            for month, name in (*forms["wide"].items(), *forms["abbreviated"].items()):
                words = " ".join(significant_words(normalize("NFC", name).casefold()))
                meant.setdefault(words, set()).add(month)
    names = {name: months.pop() for name, months in sorted(meant.items()) if len(months) == 1}
    return f"{json.dumps(names, ensure_ascii=False, indent=1)}\n"


if __name__ == "__main__":
    TARGET.write_text(month_names(), encoding="utf-8")
