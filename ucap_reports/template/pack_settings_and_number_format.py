"""The settings of a pack in `pack.yaml`: which there are, their types, and their defaults; the format of numbers."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import AfterValidator, Field

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.source.model_validation import Strict, WholeNumber, without_tags
from ucap_reports.template.programme_label import (
    Funding,
    PackLabelLanguages,
)
from ucap_reports.template.theme_and_line_spacing import Box, StyleSettings, ThemeSettings

DATE = "{date}"
WhenUnknown = Literal["show", "omit"]
"""What happens to a row whose field is unknown."""


def _with_date(text: str) -> str:
    if DATE not in text:
        raise ValueError(f"the text needs {DATE}, where the date is printed")
    return text


Words = Annotated[str, Field(max_length=2_000), AfterValidator(without_tags)]
"""A text of the pack, none of which is long."""


class RowRule(Strict):
    """A row of the form. `field` is the key of a field of the plan, or of a row that prints several."""

    field: Words
    label: Words
    """Rich text of one paragraph."""
    short_label: Words | None = None
    """The heading of the column if the table is transposed."""
    when_unknown: WhenUnknown | None = None
    """By default the setting of the pack."""
    keep_unit: bool = False
    """Whether an area that was written with its unit keeps it although the label has it."""


class PackContact(Strict):
    """The contact of the office, for plans without one."""

    lead: Words = ""
    office: Words = ""
    email: Words = ""
    phone: Words = ""
    website: Words = ""
    address: Words = ""

    @property
    def named(self) -> bool:
        """Whether it names an office or an email address, which people can ask."""
        return bool(self.office or self.email)


class PackLogo(Strict):
    """The logo in the page header: the path of a PNG, JPEG or SVG file of the pack, and its alternative text."""

    file: Words = ""
    alt: Words = ""


class ProgrammeLabel(Strict):
    """The programme label in one language; `confirmed` when the programme has approved this wording."""

    text: Words
    confirmed: bool = False


class Wording(Strict):
    """The texts of a pack, other than row labels, in another language; absent ones are printed in the pack's own.

    `confirmed` when an office has approved these texts and the row labels in this language.
    """

    title: Words | None = None
    lead: Words | None = None
    continued: Words | None = None
    unknown: Words | None = None
    as_of: Annotated[Words, AfterValidator(_with_date)] | None = None
    draft: Words | None = None
    total: Words | None = None
    short_labels: dict[str, Words] = Field(default_factory=dict)
    confirmed: bool = False


class RequiredPart(StrEnum):
    """What every document prints, unless the pack omits it on purpose (`leaves_out` in `pack.yaml`)."""

    CONTACT = "contact"
    PROGRAMME_LABEL = "programme_label"
    PAGE_NUMBER = "page_number"


class BookPage(Strict):
    """The page of books, where it is not that of the theme."""

    size: str | None = None
    margins: Box | None = None


class BookSettings(Strict):
    """The settings of books."""

    cards: Annotated[WholeNumber, Field(ge=0, le=60)] | None = None
    """Lines of text up to which a plan is printed as a card and not as a summary; 0 for no cards, and None for the
    usual number.
    """
    programme: Words = ""
    """The name of the programme on the cover."""
    page: BookPage = Field(default_factory=BookPage)
    styles: dict[str, StyleSettings] = Field(default_factory=dict)
    """The styles of books over those of the theme."""


class PackSettings(Strict):
    """The content of `pack.yaml`, with inherited settings filled in."""

    name: str
    title: Words
    rows: tuple[RowRule, ...]
    theme: ThemeSettings
    extends: str | None = None
    language: str = "en"
    label_languages: PackLabelLanguages = ("en",)
    """The languages of the programme label, or those by country."""
    page_limit: WholeNumber = Field(default=2, ge=1)
    max_columns: WholeNumber = Field(default=5, ge=1, le=12)
    number_format: Words = "13,600,000"
    unknown: Words = "N/A"
    when_unknown: WhenUnknown = "omit"
    scale: Literal["auto", "compact", "generous", "medium", "tight"] = "auto"
    """The scale of the theme's text; by default the generous one for documents with little text, and the tight one for
    those whose last page would be nearly empty.
    """
    continued: Words = "(continued)"
    as_of: Annotated[Words, AfterValidator(_with_date)] = f"As of {DATE}"
    draft: Words = "Draft"
    total: Words = "Total"
    """The label of the row with the totals of a table."""
    contact: PackContact = Field(default_factory=PackContact)
    logo: PackLogo | None = None
    programme_label: dict[str, ProgrammeLabel]
    funding: Funding | None = None
    """The statement about the funding that is printed below the programme label, in the languages of the Union."""
    labels: dict[str, dict[str, Words]] = Field(default_factory=dict)
    wording: dict[str, Wording] = Field(default_factory=dict)
    word_styles: Literal["theme", "keep"] = "theme"
    """Where the styles of the Word file come from: the theme, or the Word template."""
    leaves_out: tuple[RequiredPart, ...] = ()
    book: BookSettings = Field(default_factory=BookSettings)
    fields: Any = Field(default_factory=dict)
    """The declarations of the custom fields of plans in this pack, by path.

    `pack_opening` validates them, so that packs without declarations do not build their validator.
    """


# The format of numbers, as the example of a pack shows it: 13600000 is "13.6 Mio", "13,600,000" or "13 600 000"

_MILLIONS = re.compile(r"13([.,])6(\s*[^\s\d.,].*)")
_GROUPED = LazyPattern(r"13(\D?)600\1(?:000)")


class NumberFormat(Struct, frozen=True):
    """The separators, and the text after a number of millions (empty: millions are printed in full)."""

    group: str
    point: str
    millions: str = ""

    @classmethod
    def from_example(cls, example: str) -> "NumberFormat":
        """Return the format of an example. Raises ValueError if the example is not the number 13600000."""
        in_millions = _MILLIONS.fullmatch(example)
        if in_millions is not None:
            point = in_millions[1]
            group = "," if point == "." else "."
            return cls(group, point, millions=in_millions[2])
        grouped = _GROUPED.fullmatch(example)
        if grouped is not None:
            group = grouped[1]
            point = "," if group in {".", " ", "\u00a0", "\u202f"} else "."
            return cls(group, point)
        raise ValueError(f'"{example}" is not the number 13600000')
