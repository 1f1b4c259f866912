"""The statements that the European Union has funded or co-funded something, in its languages.

The wordings are official ones. Languages whose wording could not be confirmed have no statement.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from ucap_reports.text.language_tags import primary

Funding = Literal["funded", "co-funded"]
_FILE = Path(__file__).with_name("funding_statements.toml")
_UNION_LANGUAGES = frozenset(
    (
        *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
        *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
    )
)
"""The official languages of the Union (Regulation No 1 of 1958, article 1)."""


def funding_statement(funding: Funding, tag: str) -> str | None:
    """Return the statement in a language; None if there is none."""
    return funding_statements(funding).get(primary(tag))


@cache
def funding_statements(funding: Funding) -> Mapping[str, str]:
    """Return the statements by language."""
    statements: Mapping[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))[funding]
    return statements


def is_unconfirmed(funding: Funding, tag: str) -> bool:
    """Return whether a language of the Union has no confirmed statement."""
    return primary(tag) in _UNION_LANGUAGES and funding_statement(funding, tag) is None
