"""An opened template pack: its settings, and the content of its files, with its labels, languages and scales.

`pack_opening` reads packs from disk; no other module does. The settings are in `pack_settings_and_number_format`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple, replace

from ucap_reports.plan.custom_field_declarations import known_fields
from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.template.pack_settings_and_number_format import PackSettings, RowRule
from ucap_reports.template.programme_label import label_texts, languages_of_document
from ucap_reports.template.theme_and_line_spacing import (
    Scale,
    Theme,
    ThemeSettings,
    least_leading,
    resolve_theme,
    with_least_leading,
)
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, lookup
from ucap_reports.text.rich_text import RichText

WORD_TEMPLATE = "summary.docx"
PAGE_TEMPLATE = "summary.page.xml"
BOOK_TEMPLATE = "book.page.xml"
"""The optional page template of a book of many plans."""
STYLE_SHEET = "summary.css"
"""The optional style sheet of the web page."""


class PackFile(Struct, frozen=True):
    """A file of a pack; `path` is its name in problems."""

    path: str
    content: bytes


class Pack(Struct, frozen=True, eq=False, dict=True):
    """An opened pack.

    `files` has the files of the pack and of all packs that it extends, by their path inside the pack. `labels` has the
    row labels as rich text, by language (empty for the pack's own) and field. `shipped` is whether the pack is part of
    the product and not in the project.
    """

    settings: PackSettings
    files: Mapping[str, PackFile]
    labels: Mapping[str, Mapping[str, RichText]]
    shipped: bool = False
    declared_labels: Mapping[str, Mapping[str, RichText]] = {}
    """The labels in the declarations of custom fields, by field and language."""
    shipped_contact: str = ""
    """The office or email address that a pack of the project has from a shipped one, which is another office's."""
    hidden_rows: frozenset[str] = frozenset()
    """The fields of rows that the project leaves out."""
    project_fields: frozenset[str] = frozenset()
    """The paths of the custom fields that the project declares, also those that a pack declares, too."""
    project_labels: frozenset[str] = frozenset()
    """The fields of rows whose labels the project sets, which leaves out their translations in packs."""

    def __reduce__(self) -> tuple[Callable[..., "Pack"], tuple[object, ...]]:
        return _restored, (self.digest, self.theme, *self.content)

    @property
    def content(self) -> tuple[object, ...]:
        """The values of all fields, in their order: those of equal packs are equal."""
        return astuple(self)

    @property
    def name(self) -> str:
        """The name of the pack, which is that of its folder."""
        return self.settings.name

    @property
    def settings_path(self) -> str:
        """The path of `pack.yaml` in problems."""
        return f"templates/{self.name}/pack.yaml"

    @property
    def home(self) -> str:
        """Where a project changes the pack's settings, for hints."""
        if self.shipped:
            return f"a pack of your own, which `ucap template new {self.name} --extends {self.name}` creates"
        return f"the pack {self.name}"

    @cached_property
    def fields(self) -> KnownFields:
        """The fields that plans of this pack may have, with their descriptions."""
        return known_fields(self.settings.fields, BUILT_IN)

    def omits(self, rule: RowRule) -> bool:
        """Return whether the pack leaves the row out if all its cells are unknown."""
        return (rule.when_unknown or self.settings.when_unknown) == "omit"

    def spoken_language(self, wanted: str) -> str | None:
        """Return the nearest language of the pack's labels and wording; None for the pack's own."""
        own = self.settings.language
        known = self.labels.keys() | self.settings.wording.keys() | {own}
        nearest = lookup(wanted, known)
        return None if nearest == own else nearest

    def label_languages(
        self, document: str, countries: Iterable[str] = (), of_plan: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Return the languages of the programme label in documents of that language about partners from `countries`.

        `of_plan` are those that the plan names.
        """
        return languages_of_document(self.settings.label_languages, document, countries, of_plan)

    def label_texts(self, tags: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return what is printed beside the emblem in these languages, each text after its language."""
        return label_texts(self.programme_labels, self.settings.funding, tags)

    @cached_property
    def programme_labels(self) -> Mapping[str, str]:
        """The programme label by language."""
        return {language: label.text for language, label in self.settings.programme_label.items()}

    @property
    def unconfirmed_label_languages(self) -> tuple[str, ...]:
        """The languages in which the programme has not confirmed the wording of its label."""
        labels = self.settings.programme_label
        return tuple([language for language, label in labels.items() if not label.confirmed])

    def titles(self) -> tuple[str, ...]:
        """Return the default titles of documents, in all languages."""
        translated = [wording.title for wording in self.settings.wording.values() if wording.title]
        return (self.settings.title, *translated)

    def label(self, field: str, language: str | None = None) -> RichText:
        """Return the row label of a field, in `language` if the pack has it; empty for a field without a row."""
        own = self.labels[""].get(field, RichText())
        return self.labels.get(language or "", {}).get(field, own)

    @cached_property
    def theme(self) -> Theme:
        """The theme, resolved once."""
        return resolve_theme(self.settings.theme)

    def scaled(self, scale: Scale, language: str = DEFAULT_LANGUAGE) -> "Pack":
        """Return the pack with the styles of a scale of its theme, and with the leading that a language needs.

        Of each scale and leading, there is one pack, so that what is computed for it is computed once.
        """
        leading = least_leading(language)
        has_scale = bool(self.settings.theme.scales.get(scale))
        if not has_scale and leading is None:
            return self
        if (scale, leading) not in self._scales:
            settings = self.settings
            if has_scale:
                settings = settings.model_copy(update={"theme": settings.theme.scaled(scale)})
            pack = replace(self, settings=settings)
            pack.__dict__["digest"] = f"{self.digest}-{scale}"
            if leading is not None:
                pack.__dict__["digest"] += f"-{leading}"
                pack.__dict__["theme"] = with_least_leading(pack.theme, leading)
            self._scales[scale, leading] = pack
        return self._scales[scale, leading]

    @cached_property
    def for_book(self) -> "Pack | None":
        """The pack whose page template is that of books, with their page and styles; None if it has no such template.

        It has one scale, the compact one.
        """
        template = self.files.get(BOOK_TEMPLATE)
        if template is None:
            return None
        settings = self.settings.model_copy(update={"theme": book_theme(self.settings)})
        files = {**self.files, PAGE_TEMPLATE: template}
        files.pop(WORD_TEMPLATE, None)
        return replace(self, settings=settings, files=files)

    @cached_property
    def _scales(self) -> dict[tuple[Scale, float | None], "Pack"]:
        """The packs of other scales and leadings so far."""
        return {}

    @property
    def word_template(self) -> PackFile | None:
        """The Word template; None if Word files are written from the page template."""
        return self.files.get(WORD_TEMPLATE)

    @property
    def page_template(self) -> PackFile:
        """The page template."""
        return self.files[PAGE_TEMPLATE]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the settings and all files, which identifies compiled templates in the cache."""
        digest = sha256(self.settings.model_dump_json().encode())
        for name in sorted(self.files):
            content = self.files[name].content
            digest.update(b"\0" + name.encode() + b"\0" + content)
        return digest.hexdigest()


def book_theme(settings: PackSettings) -> ThemeSettings:
    """Return the theme of books: the page and the styles of `book` over those of the theme."""
    theme = settings.theme
    book = settings.book
    page_changes = {name: getattr(book.page, name) for name in book.page.model_fields_set}
    page = theme.page.model_copy(update=page_changes)
    styles = dict(theme.styles)
    for name, own in book.styles.items():
        if name in styles:
            rules = {key: getattr(own, key) for key in own.model_fields_set}
            styles[name] = styles[name].model_copy(update=rules)
        else:
            styles[name] = own
    return theme.model_copy(update={"page": page, "styles": styles, "scales": {}})


def _restored(digest: str, theme: Theme, *fields: Any) -> Pack:
    """Return a pickled pack, with the digest and the theme that were computed before."""
    pack = Pack(*fields)
    pack.__dict__.update(digest=digest, theme=theme)
    return pack
