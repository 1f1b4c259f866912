"""A template pack, opened: everything a designer may change, with the bytes of its files.

`pack_opening` reads it from disk; nothing after that does.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from msgspec import Struct
from pydantic import Field

from ucap_reports.template.theme import Strict, Theme
from ucap_reports.text.language_tags import is_readable_as, lookup
from ucap_reports.text.rich_text import RichText

COLUMN_FIELDS = ("region", "country", "place", "population", "area_km2", "visits", "mayor")
"""The fields whose row has a cell for each column; `place` is `region` and `country` in one."""
SHARED_FIELDS = (
    *("period", "signed", "themes", "topics", "sdgs", "urban_agenda"),
    *("focus", "challenges", "objectives", "activities", "results"),
)
"""The fields whose row has one cell over all columns; `topics` is `sdgs` and `urban_agenda` in one."""
NAMES_FIELD = "cities"
"""The field of the row that heads the columns."""
EXTRA = "extra."
"""Before the key of a further row's field."""
WORD_TEMPLATE = "summary.docx"
PAGE_TEMPLATE = "summary.page.xml"


class WhenUnknown(StrEnum):
    """What a row does whose field is unknown."""

    SHOW = "show"
    OMIT = "omit"


class RowRule(Strict):
    """A row of the form: the plan's field (or `topics`: SDGs and Urban Agenda together, or `extra.<key>`)."""

    field: str
    label: str
    """Rich text of one paragraph."""
    short_label: str | None = None
    """What heads the column when the table is turned."""
    when_unknown: WhenUnknown = WhenUnknown.SHOW


class PackContact(Strict):
    """The contact of the office, where a plan names none."""

    lead: str = ""
    office: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""


class ProgrammeLabel(Strict):
    """The programme label in one language; `confirmed` when the programme itself has given this wording."""

    text: str
    confirmed: bool = False


class Wording(Strict):
    """What a pack says beside its row labels, in another language; what is absent is said in the pack's own.

    `confirmed` when an office has confirmed this wording and the row labels of the language.
    """

    title: str | None = None
    lead: str | None = None
    continued: str | None = None
    unknown: str | None = None
    short_labels: dict[str, str] = Field(default_factory=dict)
    confirmed: bool = False


class WordStyles(StrEnum):
    """Whose styles the Word file has: the theme's, or those that its template was saved with."""

    THEME = "theme"
    KEEP = "keep"


class PackSettings(Strict):
    """What `pack.yaml` says, with what it inherits filled in."""

    name: str
    title: str
    rows: tuple[RowRule, ...]
    theme: Theme
    extends: str | None = None
    language: str = "en"
    label_languages: tuple[str, ...] = ("en",)
    page_limit: int = Field(default=2, ge=1)
    max_columns: int = Field(default=5, ge=1, le=12)
    number_format: str = "13,600,000"
    unknown: str = "N/A"
    continued: str = "(continued)"
    contact: PackContact = Field(default_factory=PackContact)
    programme_label: dict[str, ProgrammeLabel]
    labels: dict[str, dict[str, str]] = Field(default_factory=dict)
    wording: dict[str, Wording] = Field(default_factory=dict)
    word_styles: WordStyles = WordStyles.THEME


class PackFile(Struct, frozen=True):
    """A file of a pack: `path` is how problems name it."""

    path: str
    content: bytes


class Pack(Struct, frozen=True, eq=False, dict=True):
    """An opened pack. `files` are those of the pack and of all it extends, by their path inside the pack;
    `labels` holds the row labels read as rich text: language (empty for the pack's own) to field to label; `shipped` is
    whether it came with the product, and the project has none of its name.
    """

    settings: PackSettings
    files: Mapping[str, PackFile]
    labels: Mapping[str, Mapping[str, RichText]]
    shipped: bool = False

    def __reduce__(self) -> tuple[Callable[..., "Pack"], tuple[object, ...]]:
        return _with_digest, (self.settings, self.files, self.labels, self.shipped, self.digest)

    @property
    def name(self) -> str:
        """The pack's name, its folder's."""
        return self.settings.name

    @property
    def home(self) -> str:
        """Where a project writes what the pack is to say, as hints tell it."""
        if self.shipped:
            return f"a pack of your own, which `ucap template new {self.name} --extends {self.name}` begins"
        return f"the pack {self.name}"

    def spoken_language(self, wanted: str) -> str | None:
        """The nearest language of the pack's labels and wording; None where it has its own words alone for it."""
        known = self.labels.keys() | self.settings.wording.keys() | {self.settings.language}
        found = lookup(wanted, known)
        return None if found == self.settings.language else found

    def label_languages(self, document: str) -> tuple[str, ...]:
        """The languages of the programme label in documents of that language: their own before the others, since it is
        the first that headers have room for.
        """
        return tuple(sorted(self.settings.label_languages, key=lambda tag: not is_readable_as(tag, document)))

    def titles(self) -> tuple[str, ...]:
        """What documents are called whose plan has no title, in all languages."""
        return (self.settings.title, *(said.title for said in self.settings.wording.values() if said.title))

    def label(self, field: str, language: str | None = None) -> RichText:
        """The label of a field's row, in `language` where the pack has it; empty for a field without a row."""
        own = self.labels[""].get(field, RichText())
        return self.labels.get(language or "", {}).get(field, own)

    def short_label(self, field: str, language: str | None = None) -> str:
        """What heads a field's column in a turned table: its short label or, without one, its label's words."""
        spoken = language or self.settings.language
        wording = self.settings.wording.get(spoken)
        if wording is not None and field in wording.short_labels:
            return wording.short_labels[field]
        short = next((rule.short_label for rule in self.settings.rows if rule.field == field), None)
        if short is not None and field not in self.labels.get(spoken, {}):
            return short
        return self.label(field, language).text.rstrip(":\uff1a")

    @property
    def theme(self) -> Theme:
        """The theme, shared by both formats."""
        return self.settings.theme

    @property
    def word_template(self) -> PackFile:
        """The Word template."""
        return self.files[WORD_TEMPLATE]

    @property
    def page_template(self) -> PackFile:
        """The PDF page template."""
        return self.files[PAGE_TEMPLATE]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the pack is made of, so that what was compiled for it can be found again."""
        whole = sha256(self.settings.model_dump_json().encode())
        for name in sorted(self.files):
            whole.update(b"\0" + name.encode() + b"\0" + self.files[name].content)
        return whole.hexdigest()


def _with_digest(
    settings: PackSettings,
    files: Mapping[str, PackFile],
    labels: Mapping[str, Mapping[str, RichText]],
    shipped: bool,  # noqa: FBT001 - what pickle gives has no names
    digest: str,
) -> Pack:
    """The pack as another process has it, or had it, with the digest that it has worked out."""
    pack = Pack(settings, files, labels, shipped)
    pack.__dict__["digest"] = digest
    return pack
