"""One table from labels to fields: in the wording of the packs, of the plan format, and near to both."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property

from msgspec import Struct

from ucap_reports.plan.plan_model import City, PlanContact, PlanFile
from ucap_reports.template.pack import EXTRA, NAMES_FIELD, Pack

CITY_FIELDS = ("name", *(name for name in City.model_fields if name != "name"), "place")
"""Fields that each column has of its own; `place` is region and country in one."""
ID = "id"
"""The name of the plan's file."""
_SYNONYMS = {
    NAMES_FIELD: "city, cities, town, municipality, name, city name, name of the city, partner cities",
    "region": "region, province, state, department, prefecture, county, state or province, province or state",
    "country": "country, countries, nation",
    "place": "state/country, region/country, province/country",
    "population": "population, pop, inhabitants, number of inhabitants, residents",
    "area_km2": "area, size, surface, area km2, size km2, area in km2, size in km2, surface area",
    "visits": "visits, city visits, dates of visits",
    "mayor": "mayor, name of the mayor",
    "period": "period, duration, cooperation period",
    "signed": "signed, date of signature, signature, signing date, agreement signed, date of agreement, agreement date",
    "themes": "themes, theme, cooperation theme, topic, topics, thematic areas, fields of cooperation",
    "topics": "SDGs and Urban Agenda, related topics",
    "sdgs": "SDG, SDGs, sustainable development goals, related SDGs, goals",
    "urban_agenda": "urban agenda, urban agenda topics, urban agenda partnerships, urban agenda for the EU",
    "focus": "focus, key focus",
    "challenges": "challenges, key challenges, main challenges",
    "objectives": "objectives, main objectives, aims",
    "activities": "activities, main activities, key outputs, activities and outputs, pilot projects",
    "results": "results, expected results, benefits, expected benefits",
    "contact.office": "contact, office, contact person, contact office",
    "contact.email": "email, e-mail, mail, contact email",
    "contact.phone": "phone, telephone, tel, contact phone",
    "contact.website": "website, web site, web, homepage, url",
    "contact.address": "address, postal address",
    "sources": "source, sources, reference, references",
    "updated": "updated, last updated, last update, date of content, as of, updated on, last updated on, "
    "date of last update, stand, letzte aktualisierung, aktualisiert am, dernière mise à jour, mis à jour le, "
    "última actualización, actualizado el, última atualização, atualizado em, 更新日期, 最后更新, 最終更新日, 更新日",
    "template": "template, template pack, pack",
    ID: "id, plan, plan id, file name, pairing",
}
"""What people write for a field, beside the labels of the packs."""
_TELLING_WORDS = (
    (r"challenges?", "challenges"),
    (r"objectives?|aims?", "objectives"),
    (r"activity|activities|outputs?", "activities"),
    (r"results?|benefits?", "results"),
    (r"focus", "focus"),
    (r"period|duration", "period"),
    (r"signed|signing|signature", "signed"),
    (r"visits?", "visits"),
    (r"population|inhabitants", "population"),
    (r"^(?:area|size|surface)|(?:area|size)\b.*\bkm2", "area_km2"),
    (r"mayor", "mayor"),
    (r"sdgs?\b.*\burban agenda", "topics"),
    (r"sdgs?|sustainable development", "sdgs"),
    (r"urban agenda", "urban_agenda"),
    (r"themes?", "themes"),
    (r"(?:province|region|state|prefecture)\b.*\bcountry", "place"),
    (r"country|countries", "country"),
    (r"province|region|prefecture", "region"),
    (r"city|cities|municipality|municipalities", NAMES_FIELD),
)
"""Words that tell the field of a longer label, the most telling first."""
_SPELT = sorted({word for words, _ in _TELLING_WORDS for word in re.findall(r"[a-z]{5,}", words)})
_UNIT = re.compile(r"[(\[\uff08]?\bkm\s*[²2][)\]\uff09]?", re.IGNORECASE)
_FEWEST_LETTERS = 5
"""Shorter words are near to too many others."""
_MAX_WORDS = 14
_NEAR = 0.86
"""How alike labels are that one slip of the pen makes of each other."""


class Labels(Struct, frozen=True, dict=True):
    """The labels that the packs know, in all their languages."""

    packs: tuple[Pack, ...]

    def find(self, text: str) -> str | None:
        """The field that a label means; None where it means none."""
        key = folded_label(text)
        if not key:
            return None
        if key in self._fields:
            return self._fields[key]
        if near := get_close_matches(key, self._fields, n=1, cutoff=_NEAR):
            return self._fields[near[0]]
        if len(key.split()) > _MAX_WORDS:
            return None
        mended = " ".join(_mended(word) for word in key.split())
        return next((field for words, field in _TELLING_WORDS if re.search(rf"\b(?:{words})\b", mended)), None)

    def printed(self, pack: Pack) -> dict[str, str]:
        """The labels of a pack, in all its languages, as they are printed, with their fields."""
        return {label.text: field for labels in pack.labels.values() for field, label in labels.items()}

    @cached_property
    def leads(self) -> frozenset[str]:
        """The lines before a contact in all languages, folded."""
        said = (lead for pack in self.packs for wording in pack.settings.wording.values() if (lead := wording.lead))
        return frozenset(map(folded_label, said))

    @cached_property
    def unknown(self) -> frozenset[str]:
        """What stands in cells of which nothing is known, in all languages."""
        said = (text for pack in self.packs for wording in pack.settings.wording.values() if (text := wording.unknown))
        return frozenset({*said, *(pack.settings.unknown for pack in self.packs)})

    @cached_property
    def _fields(self) -> dict[str, str]:
        fields = {folded_label(name): name for name in _named_fields()}
        for field, wordings in _SYNONYMS.items():
            fields |= {folded_label(wording): field for wording in wordings.split(", ")}
        for pack in reversed(self.packs):
            printed = self.printed(pack).items()
            fields |= {folded_label(without_unit(label)): field for label, field in printed}
            fields |= {folded_label(label): field for label, field in printed}
            fields |= {folded_label(rule.short_label): rule.field for rule in pack.settings.rows if rule.short_label}
            keys = {folded_label(rule.field.removeprefix(EXTRA)): rule.field for rule in pack.settings.rows}
            fields |= {key: field for key, field in keys.items() if key not in fields}
        fields.pop("", None)
        return fields


def without_unit(label: str) -> str:
    """A label without the unit behind it, as in "Size (km²)"."""
    return _UNIT.sub("", label).strip()


def _mended(word: str) -> str:
    """A word, or the telling one that it is a slip of the pen for."""
    near = get_close_matches(word, _SPELT, n=1, cutoff=_NEAR) if len(word) >= _FEWEST_LETTERS else []
    return near[0] if near else word


def _named_fields() -> Iterable[str]:
    yield from (name for name in PlanFile.model_fields if name not in {"extra", "contact"})
    yield from (name for name in City.model_fields if name != "name")
    yield from (f"contact.{name}" for name in PlanContact.model_fields)


def folded_label(text: str) -> str:
    """A label without what people write differently: case, accents, punctuation, underscores."""
    letters = unicodedata.normalize("NFKD", re.sub(r"<[^<>]*>", "", text)).casefold()
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))
