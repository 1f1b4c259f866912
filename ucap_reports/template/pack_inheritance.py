"""What a pack inherits: its settings are merged over those of the packs that it extends, and under those of a project.

Its files replace those of the packs that it extends; whether a pack has a Word template of its own or of another pack
is decided in `merged_files`.

Where a text is replaced, its translations are, too (`merged_layers`). Each setting keeps its place in its file, so that
problems are reported there (`LayeredTree`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.custom_field_declarations import (
    DECLARATIONS,
    type_conflicts,
)
from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.model_validation import Located, described
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.template.pack import PAGE_TEMPLATE, WORD_TEMPLATE, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.template.programme_label import over_inherited
from ucap_reports.template.row_order_labels_and_hiding import (
    RowEntry,
    field_of,
    merge_rows,
    omitted_rows,
    row_entries,
    rows_of_fields,
    with_rows_of_fields,
)
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE


class LayeredTree(Struct, frozen=True, dict=True):
    """The settings of a pack merged over those of the packs it extends; `layers` has the nearest first."""

    value: Any
    layers: tuple[Located, ...]
    hidden_rows: frozenset[str] = frozenset()
    """The fields of rows of the packs that the project leaves out."""

    def location(self, path: Loc, *, key: bool = False) -> Location:
        """Return the place in the nearest layer that has `path`, or a place near it in the pack itself if none has."""
        is_in_row = len(path) > 1 and path[0] == "rows"
        if is_in_row:
            # The merged rows are others than those of each layer: a row is found in the layers by its field.
            _, index, *setting = path
            row = self.value["rows"][index]
            field = field_of(row)
            # What is no row has no field; merging leaves it as the object that is in its layer.
            entries = self._row_entries.get(field or id(row))
            if entries:
                return _location_in_row(entries, tuple(setting), key=key)
            path = (DECLARATIONS, field, *setting)  # the row of a custom field that no pack places
        depth = self.depth(path)
        layer = self.layers[depth] if depth < len(self.layers) else self.layers[0]
        return layer.location(path, key=key)

    @cached_property
    def _row_entries(self) -> Mapping[str | int, list[tuple[RowEntry, Located]]]:
        """The entries of each row with their layers, nearest first, by its field or, if it is no row, its identity."""
        entries = defaultdict(list)
        for layer in self.layers:
            for entry in row_entries(layer.value.get("rows")):
                entries[entry.field or id(entry.settings)].append((entry, layer))
        return entries

    def depth(self, path: Loc) -> int:
        """Return the index of the nearest layer that has `path`, or the number of layers if none has."""
        wanted = field_name(path)
        for depth, layer in enumerate(self.layers):
            # The location of a path that a layer does not have is that of the nearest field around it.
            nearest = layer.location(path).field or ""
            if nearest == wanted:
                return depth
        return len(self.layers)


def _location_in_row(entries: Sequence[tuple[RowEntry, Located]], setting: Loc, *, key: bool) -> Location:
    """Return the place of a setting in the nearest entry of its row that has it, or in the nearest one if none has."""
    nearest_entry, nearest_layer = entries[0]
    for entry, layer in entries:
        if entry.has(setting):
            return layer.location((*entry.loc, *setting), key=key)
    return nearest_layer.location((*nearest_entry.loc, *setting), key=key)


class PackLayers(Struct, frozen=True):
    """A pack as read from disk: its settings and those of the packs it extends, nearest first, and the files of all.

    `project` has the settings of the project that replace those of the pack. `are_shipped` says of each tree whether it
    is that of a shipped pack. A project may have a pack between two of them: its `iuc-asia` extends the shipped one,
    and the shipped `glance` extends that of the project.
    """

    name: str
    trees: tuple[Tree, ...]
    files: Mapping[str, PackFile]
    project: Located | None = None
    are_shipped: tuple[bool, ...] = ()

    @property
    def is_shipped(self) -> bool:
        """Whether the pack itself is part of the product."""
        return self.are_shipped[:1] == (True,)

    @property
    def all_settings(self) -> tuple[Located, ...]:
        """All settings, nearest first: those of the project, and those of the packs."""
        return self.trees if self.project is None else (self.project, *self.trees)

    @property
    def project_fields(self) -> frozenset[str]:
        """The paths of the custom fields that the project declares."""
        if self.project is None:
            return frozenset()
        return frozenset(mapping_at(self.project.value, DECLARATIONS))

    @property
    def project_labels(self) -> frozenset[str]:
        """The fields of rows whose labels the project sets."""
        if self.project is None or not isinstance(self.project.value, dict):
            return frozenset()
        return frozenset(_row_labels(self.project.value))

    def is_own(self, depth: int) -> bool:
        """Return whether the settings at an index in `all_settings` are not those of a shipped pack."""
        of_packs = self.are_shipped if self.project is None else (False, *self.are_shipped)
        return depth >= len(of_packs) or not of_packs[depth]


class FilesOfLayer(Struct, frozen=True):
    """The files in the folder of one pack by their path, and what decides which of them are inherited."""

    files: Mapping[str, PackFile]
    is_shipped: bool
    has_logo: bool


def merged_files(layers: Iterable[FilesOfLayer]) -> dict[str, PackFile]:
    """Return the files of a pack and those that it inherits; the layers come nearest first.

    A Word template is not inherited below a nearer page template, which decides what Word files look like. Nor is a
    shipped one by a pack with a logo, because it prints its own; the page template prints the pack's.
    """
    merged: dict[str, PackFile] = {}
    has_nearer_logo = False
    for layer in layers:
        files = dict(layer.files)
        has_nearer_page = PAGE_TEMPLATE in merged
        has_other_logo = layer.is_shipped and has_nearer_logo
        if has_nearer_page or has_other_logo:
            files.pop(WORD_TEMPLATE, None)
        merged = files | merged  # the nearer ones replace those of packs that they extend
        has_nearer_logo = has_nearer_logo or layer.has_logo
    return merged


_CUSTOM = LazyPattern(r"\b(?:(?P<of_plan>summary)\.)?custom\.(?P<name>[a-z][a-z0-9_]*)")
"""A custom field in a template: of the plan after `summary`, of a city after another word."""
_TEXTS = ("title", "continued", "as_of", "draft", "total", "unknown")
"""The settings whose translations are in `wording`, beside the line before the contact."""


def merged_layers(layers: PackLayers, problems: list[Problem]) -> LayeredTree:
    """Return the settings of all layers; wrong types of declarations and errors in rows are added to `problems`."""
    settings = _merged_settings(layers, problems)
    own_rows = rows_of_fields(mapping_at(settings, DECLARATIONS), _language(settings) or DEFAULT_LANGUAGE)
    rows = _rows_of_packs(layers, own_rows, problems)
    hidden_rows: frozenset[str] = frozenset()
    # The project changes rows of any pack, also those of its custom fields.
    if layers.project is not None and "rows" in layers.project.value:
        changes = layers.project.value["rows"]
        rows_of_project = merge_rows(changes, rows, layers.project, problems, own_rows, of_project=True)
        hidden_rows = frozenset(map(field_of, rows)) - frozenset(map(field_of, rows_of_project))
        rows = rows_of_project
    if rows or "rows" in settings:
        settings = settings | {"rows": rows}
    return LayeredTree(settings | {"name": layers.name}, layers.all_settings, hidden_rows)


def _merged_settings(layers: PackLayers, problems: list[Problem]) -> dict[str, Any]:
    """Return the settings of all layers, except for their rows; wrong types of declarations are added to `problems`."""
    settings: dict[str, Any] = {}
    row_labels: dict[str, Any] = {}
    short_labels: dict[str, Any] = {}
    for index, layer in reversed(list(enumerate(layers.all_settings))):  # from the farthest to the nearest
        problems += type_conflicts(mapping_at(settings, DECLARATIONS), mapping_at(layer.value, DECLARATIONS), layer)
        upper = settings_of(layer)
        lower = _without_scaled(settings, upper)
        if layers.is_own(index):  # translations of shipped packs are meant for the shipped packs that extend them
            lower = _without_translations(lower, row_labels, short_labels, upper)
        settings = _merged(lower, _with_other_languages(lower, upper))
        row_labels |= _row_labels(upper)
        short_labels |= _row_labels(upper, "short_label")
    return settings


def settings_of(layer: Located) -> dict[str, Any]:
    """Return the settings of a layer: `read_layers` refuses other values."""
    settings: dict[str, Any] = layer.value
    return settings


def _merged(lower: Any, upper: Any) -> Any:
    """Return `upper` with what only `lower` has: mappings are merged key by key, everything else is replaced."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    merged = dict(lower)
    for key, value in upper.items():
        merged[key] = _merged(lower.get(key), value)
    return merged


def _rows_of_packs(layers: PackLayers, own_rows: Mapping[str, Any], problems: list[Problem]) -> list[Any]:
    """Return the rows of the packs, with `own_rows`, those of custom fields; errors in changes of rows are added to
    `problems`.
    """
    rows: list[Any] = []
    for tree in reversed(layers.trees):
        changes = settings_of(tree).get("rows")
        if isinstance(changes, list | dict):
            rows = merge_rows(changes, rows, tree, problems, own_rows)
        elif changes is not None:
            location = tree.location(("rows",))
            problems.append(problem("type-invalid", location, expected="a list", given=described(changes)))
    if own_rows:
        placed = [*_placed_in_templates(own_rows, layers.files), *omitted_rows(map(settings_of, layers.trees))]
        rows = with_rows_of_fields(rows, own_rows, placed)
    return rows


def _placed_in_templates(rows: Mapping[str, Any], files: Mapping[str, PackFile]) -> Iterator[str]:
    """Yield the custom fields that the page template prints by name."""
    if PAGE_TEMPLATE not in files:
        return
    template = files[PAGE_TEMPLATE].content.decode("utf-8", "replace")
    for printed in _CUSTOM.finditer(template):
        name = printed["name"]
        of_city = f"{CITIES}.{name}"
        if of_city in rows and not printed["of_plan"]:
            yield of_city
        elif name in rows:
            yield name


def _with_other_languages(lower: Mapping[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    """Return `upper` with the languages of programme labels that `lower` has for countries without an entry."""
    name = "label_languages"
    if name not in upper:
        return upper
    return upper | {name: over_inherited(upper[name], lower.get(name))}


def _without_scaled(lower: dict[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Return `lower` without the rules of its scales for what `upper` sets in the styles themselves."""
    own_styles = mapping_at(mapping_at(upper, "theme"), "styles")
    scales = mapping_at(mapping_at(lower, "theme"), "scales")
    if not own_styles or not scales:
        return lower
    kept: dict[str, Any] = {}
    for scale, styles in scales.items():
        if not isinstance(styles, dict):
            kept[scale] = styles  # wrong, and reported later
            continue
        kept_styles: dict[str, Any] = {}
        for name, rules in styles.items():
            kept_styles[name] = _without_keys(rules, mapping_at(own_styles, name))
        kept[scale] = kept_styles
    return lower | {"theme": lower["theme"] | {"scales": kept}}


def _without_translations(
    lower: dict[str, Any], row_labels: Mapping[str, Any], short_labels: Mapping[str, Any], upper: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `lower` without its translations of texts and labels that `upper` replaces, since they translate other
    words than those of the pack. `row_labels` and `short_labels` are those of `lower` by field.

    A new label replaces the short label, too, as in `merge_rows`.
    """
    language = _language(upper) or _language(lower) or DEFAULT_LANGUAGE
    own_labels = mapping_at(mapping_at(upper, "labels"), language)
    replaced_labels: set[str] = set()
    for field, label in (_row_labels(upper) | own_labels).items():
        if field in row_labels and row_labels[field] != label:
            replaced_labels.add(field)
    own_texts = _own_texts(upper, language)
    replaced_short_labels = set(replaced_labels)
    for field, label in (_row_labels(upper, "short_label") | mapping_at(own_texts, "short_labels")).items():
        if short_labels.get(field) != label:
            replaced_short_labels.add(field)
    replaced_texts: set[str] = set()
    inherited_texts = _own_texts(lower, language)
    for name in (*_TEXTS, "lead"):
        if name in own_texts and own_texts[name] != inherited_texts.get(name):
            replaced_texts.add(name)
    if not replaced_short_labels and not replaced_texts:
        return lower
    labels = {tag: _without_keys(texts, replaced_labels) for tag, texts in mapping_at(lower, "labels").items()}
    wording: dict[str, Any] = {}
    for tag, texts in mapping_at(lower, "wording").items():
        kept = _without_keys(texts, replaced_texts)
        if isinstance(kept, dict) and "short_labels" in kept:
            kept["short_labels"] = _without_keys(kept["short_labels"], replaced_short_labels)
        wording[tag] = kept
    return lower | {"labels": labels, "wording": wording}


def _own_texts(settings: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the texts that settings have in the language of their pack, by their names in `wording`, which takes
    precedence there.
    """
    texts = {name: settings[name] for name in _TEXTS if name in settings}
    lead = mapping_at(settings, "contact").get("lead")
    if lead is not None:
        texts["lead"] = lead
    return texts | mapping_at(mapping_at(settings, "wording"), language)


def _row_labels(settings: Mapping[str, Any], setting: str = "label") -> dict[str, str]:
    """Return the labels, or the short labels, that the `rows` of a file set, by field."""
    labels: dict[str, str] = {}
    for entry in row_entries(settings.get("rows")):
        label = entry.settings.get(setting) if isinstance(entry.settings, dict) else None
        if isinstance(label, str):
            labels[entry.field] = label
    return labels


def _without_keys(values: Any, names: Collection[str]) -> Any:
    """Return a mapping without some of its keys; a wrong value as it is, so that it is reported."""
    if not isinstance(values, dict):
        return values
    return {name: value for name, value in values.items() if name not in names}


def _language(settings: Mapping[str, Any]) -> str:
    """Return the language that settings name; empty if they name none, or have another value there."""
    language = settings.get("language")
    return language if isinstance(language, str) else ""


def mapping_at(value: Any, key: str) -> dict[str, Any]:
    """Return the mapping that is the value of a key; an empty one if there is none."""
    if not isinstance(value, dict):
        return {}
    fields = value.get(key)
    return fields if isinstance(fields, dict) else {}


def shipped_contact(settings: PackSettings, tree: LayeredTree, layers: PackLayers) -> str:
    """Return the office or the email address that a pack of the project inherits from a shipped pack; empty if none."""
    if all(layers.are_shipped):
        return ""
    contact = settings.contact
    for name, text in (("office", contact.office), ("email", contact.email)):
        if text and not layers.is_own(tree.depth(("contact", name))):
            return text
    return ""
