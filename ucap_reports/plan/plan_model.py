"""The model of a plan, the fields that all plans have, and reading a plan from a file, a source or a tree.

Each attribute has its description: see `field_descriptions`. To add a field, add an attribute here, and its label to
the packs.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import pydantic
from msgspec.structs import replace
from pydantic import BaseModel, BeforeValidator, PrivateAttr, Tag

from ucap_reports.plan import field_values
from ucap_reports.plan.custom_field_values import CustomContent, CustomValue, custom_content
from ucap_reports.plan.field_descriptions import Field, FieldType, KnownFields, Required, descriptions_of, names
from ucap_reports.plan.json_schema_of_values import OR_UNKNOWN
from ucap_reports.plan.plan_ids import id_of_file, id_problems
from ucap_reports.plan.undeclared_field_hints import with_declarations
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.source.model_validation import Strict, models_in, refusal, validate_file, validate_partly
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Tree, value_or_none
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import safe_folder_of
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE
from ucap_reports.text.rich_text import RichText

MAX_CITIES = 12
_MAX_PICTURES = 12
_STAND_INS = {"cities": [{"name": "\u2026"}], "name": "\u2026", "theme": "\u2026", "text": "\u2026"}
"""The values of required fields that are missing or invalid, in the valid part of a plan."""


class WithCustomFields(Strict):
    """A part of a plan that may have custom fields."""

    _custom: Mapping[str, CustomValue] = PrivateAttr(default_factory=dict)

    @property
    def custom(self) -> Mapping[str, CustomValue]:
        """The values of the custom fields that are known, by name."""
        return self._custom

    def with_custom(self, values: Mapping[str, CustomValue]) -> Self:
        """Return a copy with these values of custom fields."""
        copy = self.model_copy()
        copy._custom = values  # noqa: SLF001 - an attribute of this class
        return copy

    def value(self, field: Field) -> Any:
        """Return the value of a field, which may be a custom one; None if that is unknown."""
        if field.is_custom:
            return self._custom.get(field.name)
        return getattr(self, field.name)


class PlanPicture(Strict):
    """A picture: a file in the folder `pictures` beside the plan, with its description, caption and credit."""

    file: Annotated[
        field_values.PictureFile,
        Field(
            type=FieldType.FILE,
            hint="The name of a JPEG or PNG file in the folder `pictures` beside the plan.",
            examples=("rome-trevi.jpg",),
            required=Required.ERROR,
            is_translated=False,
        ),
    ]
    alt: Annotated[
        field_values.AltText,
        Field(
            type=FieldType.LINE,
            hint="A description of the picture, for readers who cannot see it.",
            examples=("The Trevi Fountain in the evening.",),
            required=Required.ERROR,
            template_names={"alt": "its alternative text"},
        ),
    ]
    caption: Annotated[
        field_values.Rich,
        Field(
            type=FieldType.TEXT,
            hint="The text below the picture.",
            examples=("The Trevi Fountain after its renovation.",),
            template_names={"caption": "its caption; rich text"},
        ),
    ] = RichText()
    credit: Annotated[
        field_values.Rich,
        Field(
            type=FieldType.TEXT,
            hint="The author or owner of the picture; printed after the caption.",
            examples=("Photo: Maria Rossi",),
            template_names={"credit": "its author or owner; rich text"},
        ),
    ] = RichText()


class City(WithCustomFields):
    """A column of the fact table: a city, or a group of cities that shares the column."""

    name: Annotated[
        field_values.CityNames,
        Field(
            type=FieldType.NAMES,
            item="name",
            hint="The name of the city; a list is a group of cities that share the column, printed with "
            '", " between them.',
            examples=("Tianjin", ["AKK", "Málaga", "Rome", "Nice"]),
            placeholders=("First city", "Second city"),
            required=Required.ERROR,
            template_names={"name": "its name"},
            condition="city",
            import_names=names(
                """city, cities, town, municipality, name, city name, name of the city, names of the cities,
                partner city, partner cities, paired city, paired cities, EU city, EU cities, European city,
                European cities, Asian city, Asian cities, cities involved, municipalities, Stadt, Städte, Partnerstadt,
                Partnerstädte, Gemeinde, Kommune, villes, commune, ville partenaire, villes partenaires, ciudades,
                municipio, cidades, município, città, comune, stad, gemeente, miasto, město"""
            ),
        ),
    ]
    region: Annotated[
        field_values.Lines,
        Field(
            type=FieldType.LINES,
            item="region",
            hint="Province, state, department …",
            examples=("Lazio",),
            starter="Province, state or department.",
            required=Required.INFO,
            has_row=True,
            plural="regions",
            template_names={"region": "its region; empty if a group has only one"},
            condition="region",
            import_names=names(
                """region, regions, province, state, department, prefecture, county, state or province,
                province or state, state / region, region / state, Provinz, Bundesland, Provinz / Region, région,
                département, región, provincia, provincia o estado, regione, região, estado, 省, 地区, 地域"""
            ),
            import_words=names("province, region, prefecture"),
            other_names=("province", "state"),
        ),
    ] = ()
    country: Annotated[
        field_values.Countries,
        Field(
            type=FieldType.COUNTRIES,
            item="country",
            hint="Country by its ISO 3166 name, common name or code; printed as written.",
            examples=("China", "CZ", ["Italy", "UK"]),
            starter="The name or the code of the country, such as China, UK or CZ.",
            required=Required.INFO,
            has_row=True,
            plural="countries",
            template_names={
                "country_code": "the code of its country (ISO 3166-1)",
                "country": "its country as printed",
            },
            condition="country",
            import_names=names(
                """country, countries, partner country, partner countries, EU country, EU countries, European country,
                European countries, Asian country, Asian countries, nation, Länder, Staat, pays, países, paese,
                land, kraj, země, 国"""
            ),
            import_words=names("country, countries"),
        ),
    ] = ()
    population: Annotated[
        field_values.Population,
        Field(
            type=FieldType.POPULATION,
            hint="A number is printed in the pack's number format, and text as it is written.",
            examples=(13600000, "13.6 Mio", "590,000"),
            starter="A number, or the text to print: 13600000, 13.6 Mio, 590,000.",
            required=Required.INFO,
            has_row=True,
            template_names={
                "population": "its population as a number; none if it is unknown or given only for a group",
                "population_text": "its population as printed",
            },
            import_names=names(
                """population, pop, inhabitants, number of inhabitants, residents, Einwohner, Einwohnerzahl,
                Einwohnerinnen und Einwohner, EW, Einw, Bevölkerungszahl, Bev, hab, habitants, nombre d'habitants,
                habitantes, número de habitantes, abitanti, popolazione, inwoners, ludność, obyvatel"""
            ),
            import_words=names("population, inhabitants"),
            other_names=("inhabitants",),
        ),
    ] = None
    area_km2: Annotated[
        field_values.Area,
        Field(
            type=FieldType.AREA,
            hint='Area in square kilometres; its unit, if any, is printed as "km²".',
            examples=(11760, "11,760 km²"),
            starter="The area in square kilometres: 11760, 757.20 or 11,760 km².",
            required=Required.INFO,
            has_row=True,
            template_names={
                "area_km2": "its area in square kilometres as a number; none if it is unknown or given only for a "
                "group",
                "area_text": "its area as printed",
            },
            import_names=names(
                """area, size, surface, surface area, area in square kilometres, area in square kilometers, Fläche,
                Stadtfläche, superficie, surface totale, área, extensión, oppervlakte, powierzchnia, rozloha"""
            ),
        ),
    ] = None
    visits: Annotated[
        field_values.Lines,
        Field(
            type=FieldType.LINES,
            item="visit",
            hint="Dates of visits to the counterpart.",
            examples=(["12 March 2018"],),
            starter='Dates of visits to the other city, a list: ["12 March 2018", "5 May 2019"].',
            has_row=True,
            import_names=names(
                "visits, city visits, dates of visits, Besuche, Besuchstermine, visites, visitas, visite"
            ),
            import_words=names("visit, visits"),
        ),
    ] = ()
    mayor: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.LINE,
            hint="The mayor's name.",
            examples=("Zhang Wei",),
            starter="The mayor's name; the template pack iuc-asia does not print it.",
            has_row=True,
            import_names=names(
                """mayor, name of the mayor, Bürgermeister, Oberbürgermeister, maire, alcalde, alcaldesa, prefeito,
                sindaco, 市长, 市長"""
            ),
            import_words=("mayor",),
        ),
    ] = None
    picture: Annotated[
        PlanPicture | None,
        field_values.unknown_as(None),
        OR_UNKNOWN,
        Field(
            type=FieldType.PICTURE,
            hint="A picture of the city.",
            examples=({"file": "rome.jpg", "alt": "The Colosseum."},),
            starter="A picture in plans/pictures, with a description for readers who cannot see it: "
            "{file: hanoi.jpg, alt: The lake.}",
            template_names={"picture": "its picture; false in a condition if there is none"},
        ),
    ] = None


class Focus(Strict):
    """The key focus of one theme; printed as "Theme: text"."""

    theme: Annotated[
        field_values.OneLine,
        Field(type=FieldType.LINE, hint="The theme.", examples=("Aerospace",), required=Required.ERROR),
    ]
    text: Annotated[
        field_values.Rich,
        Field(
            type=FieldType.TEXT,
            hint="What the cooperation on this theme is about.",
            examples=("Establishing deeper ties.",),
            required=Required.ERROR,
        ),
    ]


class Activity(Strict):
    """An activity or output; printed as an item of a list."""

    when: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.LINE,
            hint='When and where, in words; printed underlined before the text, followed by ": ".',
            examples=("31 May 2017 in Brussels",),
            other_names=("date",),
        ),
    ] = None
    text: Annotated[
        field_values.EntryText,
        Field(
            type=FieldType.ENTRY_TEXT,
            hint="What was or will be done.",
            examples=("IUC Project Launch Event.",),
            required=Required.ERROR,
        ),
    ]
    details: Annotated[
        field_values.Details,
        Field(
            type=FieldType.DETAILS,
            item="detail",
            hint="List items of the second level.",
            examples=(["40 participants"],),
            on_one_line=False,
        ),
    ] = ()


class PlanContact(Strict):
    """The contact for readers; every field is optional."""

    office: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.OFFICE,
            hint="The office or person.",
            examples=("IUC-ASIA",),
            template_names={"office": "the office"},
            import_names=names(
                """contact, office, contact person, contact office, contacts, for further information please contact,
                for more information please contact, please contact, contact us, further information, Kontakt,
                Ansprechpartner, Ansprechpartnerin, Ansprechperson, Kontaktperson, Dienststelle, weitere Informationen,
                personne de contact, persona de contacto, contacto, contato, contatto, referente, contactpersoon"""
            ),
        ),
    ] = None
    email: Annotated[
        field_values.Email,
        Field(
            type=FieldType.EMAIL,
            hint="Email address.",
            examples=("office@iuc-asia.eu",),
            is_translated=False,
            template_names={"email": "its email address"},
            import_names=names(
                "email, e-mail, mail, contact email, E-Mail-Adresse, courriel, correo electrónico, correo"
            ),
        ),
    ] = None
    phone: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.PHONE,
            hint="Telephone number.",
            examples=("+39 06 0606",),
            is_translated=False,
            template_names={
                "phone_link": "the address of a link to it in web pages, such as tel:+39060606; empty if `phone` also "
                "has other text",
                "phone": "its phone number",
            },
            import_names=names(
                """phone, telephone, tel, contact phone, Telefon, Telefonnummer, téléphone, teléfono, telefone,
                telefono"""
            ),
            other_names=("tel", "telephone"),
        ),
    ] = None
    website: Annotated[
        field_values.Website,
        Field(
            type=FieldType.WEBSITE,
            hint="Web address.",
            examples=("www.iuc-asia.eu",),
            is_translated=False,
            template_names={"website": "its website"},
            import_names=names(
                "website, web site, web, homepage, url, Webseite, Internet, site web, sitio web, sito web"
            ),
            other_names=("url",),
        ),
    ] = None
    address: Annotated[
        field_values.OptionalLines,
        Field(
            type=FieldType.ADDRESS,
            hint="Postal address, in one or more lines.",
            examples=("1 Main Street, Rome",),
            template_names={"address": "its address, with line breaks"},
            import_names=names("address, postal address, Anschrift, Adresse, dirección, endereço, indirizzo"),
        ),
    ] = None

    @property
    def named(self) -> bool:
        """Whether it names an office or an email address, without which another contact is printed if there is one."""
        return bool(self.office or self.email)


def _counted(value: Any) -> Any:
    """Refuses too few or too many cities, before the errors of each are found."""
    if is_unknown(value) or value == []:
        raise refusal(problem("cities-count", form="none"))
    if isinstance(value, list) and len(value) > MAX_CITIES:
        raise refusal(problem("cities-count", form="many", limit=MAX_CITIES, count=len(value)))
    return value


def _as_entry(value: Any) -> Any:
    """Return a text alone as an activity without a date; any other value as it is."""
    return {"text": value} if isinstance(value, str) else value


_Entry = Annotated[Activity, BeforeValidator(_as_entry, json_schema_input_type=Activity | str)]
_FocusField = Annotated[
    Annotated[field_values.Rich, Tag("rich-text")]
    | Annotated[tuple[Focus, ...], pydantic.Field(max_length=field_values.MAX_ENTRIES), Tag("entries")],
    field_values.TextOrEntries,
]
_ActivitiesField = Annotated[
    Annotated[field_values.Rich, Tag("rich-text")]
    | Annotated[tuple[_Entry, ...], pydantic.Field(max_length=field_values.MAX_ENTRIES), Tag("entries")],
    field_values.TextOrEntries,
]


class PlanFile(WithCustomFields):
    """An Urban Cooperation Action Plan, as in its file. A field that is absent, empty, "N/A" or "-" is unknown."""

    title: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.TITLE,
            hint="Title of the documents; by default that of the template pack.",
            examples=("Action Plan of Tianjin and Rome",),
            starter="The printed title; by default the title of the template pack.",
            template_names={"title": "the title"},
            import_names=names("Titel, titre, título, titolo"),
        ),
    ] = None
    template: Annotated[
        field_values.Template,
        Field(
            type=FieldType.PACK,
            hint="The template pack that the plan is published with.",
            examples=("iuc-asia",),
            starter="The template pack of the documents; by default iuc-asia.",
            is_translated=False,
            condition="template",
            import_names=names("template, template pack, pack"),
        ),
    ] = None
    language: Annotated[
        field_values.PlanLanguage,
        Field(
            type=FieldType.LANGUAGE,
            hint="Language of the texts (BCP 47); by default that of the project, or `en`.",
            examples=("en", "zh-CN"),
            starter="The language of your texts: a tag such as en, fr or zh.",
            is_translated=False,
            template_names={"language": "the language of the text (BCP 47)"},
            condition="language",
        ),
    ] = "en"
    status: Annotated[
        field_values.Status,
        Field(
            type=FieldType.STATUS,
            hint="Drafts are left out of the index page.",
            examples=("draft",),
            starter="draft or final. Drafts are left out of the list of all summaries.",
            is_translated=False,
            template_names={"status": "`draft` or `final`"},
            condition="status",
        ),
    ] = "final"
    cities: Annotated[
        tuple[City, ...],
        BeforeValidator(_counted),
        pydantic.Field(json_schema_extra={"minItems": 1, "maxItems": MAX_CITIES}),
        Field(
            type=FieldType.CITIES,
            item="city",
            hint="The columns of the fact table, in order; 1 to 12.",
            examples=([{"name": "Tianjin", "country": "China"}, {"name": "Rome", "country": "Italy"}],),
            starter="One entry for each column of the table, from 1 to 12. Every field except `name` may be empty.\n"
            "For a group of cities in one column, write lists: name: [Málaga, Rome], country: [Spain, Italy].",
            required=Required.ERROR,
            template_item="city",
        ),
    ]
    period: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.LINE,
            hint="Period of cooperation.",
            examples=("May 2017 to April 2019",),
            starter='The period of cooperation, such as "May 2017 to April 2019".',
            required=Required.INFO,
            has_row=True,
            template_names={"period": "the period of cooperation"},
            import_names=names(
                """period, duration, cooperation period, Laufzeit, Projektlaufzeit, Dauer, Zeitraum, durée, période,
                duración, período, periodo, duração, durata, looptijd, 期间, 期間"""
            ),
            import_words=names("period, duration, start, end"),
        ),
    ] = None
    signed: Annotated[
        field_values.Signed,
        Field(
            type=FieldType.DATE,
            hint="Signing date of the pairing agreement: a date or words.",
            examples=("2018-05-31",),
            starter="The date of the pairing agreement: a date such as 2018-05-31, or a text.",
            has_row=True,
            import_names=names(
                """signed, signed on, date of signature, signature, signing date, agreement signed, date of agreement,
                agreement date, unterzeichnet am, Unterzeichnung, Datum der Unterzeichnung, signé le, firmado,
                fecha de firma, assinado em, firmato il"""
            ),
            import_words=names("signed, signing, signature"),
        ),
    ] = None
    themes: Annotated[
        field_values.Lines,
        Field(
            type=FieldType.THEMES,
            item="theme",
            hint="Cooperation themes.",
            examples=(["Aerospace", "Economy and trade"],),
            starter="The themes of the cooperation, a list: [Smart city construction, Urban mobility].",
            required=Required.INFO,
            has_row=True,
            condition="theme",
            import_names=names(
                """themes, theme, cooperation theme, topic, topics, topics of cooperation, cooperation topics, thematic
                areas, areas of cooperation, cooperation areas, fields of cooperation, Themen, Thema, Themenfelder,
                Handlungsfelder, Kooperationsfelder, Kooperationsthemen, thèmes, domaines de coopération, temas, temi,
                主题, 主題, テーマ"""
            ),
            import_words=names("theme, themes"),
        ),
    ] = ()
    sdgs: Annotated[
        field_values.Goals,
        Field(
            type=FieldType.GOALS,
            item="goal",
            hint="Sustainable Development Goals, 1 to 17; the official title is printed unless a wording is given.",
            examples=([11, "SDG 9", "SDG 13 own wording", "SDG4: own wording", "own wording: SDG 5"],),
            starter="The Sustainable Development Goals, by number (1 to 17), with your own wording if you like:\n"
            "  - SDG 11\n"
            '  - "SDG 9: Industry and innovation for both cities"',
            required=Required.INFO,
            has_row=True,
            condition="sdg",
            import_names=names(
                """SDG, SDGs, SDG's, sustainable development goals, related SDGs, goals, Nachhaltigkeitsziele,
                Ziele für nachhaltige Entwicklung, ODD, objectifs de développement durable, ODS,
                objetivos de desarrollo sostenible, objetivos de desenvolvimento sustentável, 可持续发展目标,
                永續發展目標, 持続可能な開発目標"""
            ),
            import_words=names("sdg, sdgs, sustainable development"),
            other_names=("goals",),
        ),
    ] = ()
    urban_agenda: Annotated[
        field_values.Agenda,
        Field(
            type=FieldType.AGENDA,
            item="partnership",
            hint="Partnerships of the Urban Agenda for the EU; the wording is printed as written.",
            examples=(["EU UP Urban Mobility"],),
            starter="Partnerships of the Urban Agenda for the EU, a list: [Urban Mobility, Circular Economy].",
            required=Required.INFO,
            has_row=True,
            import_names=names(
                """urban agenda, urban agenda topics, urban agenda partnerships, urban agenda for the EU, Städteagenda,
                Urbane Agenda, EU-Städteagenda, programme urbain, agenda urbana"""
            ),
            import_words=("urban agenda",),
        ),
    ] = ()
    focus: Annotated[
        _FocusField,
        Field(
            type=FieldType.FOCUS,
            item="entry of focus",
            hint="Key focus of the themes: one text for all of them, or one for each.",
            examples=("Clean air.", [{"theme": "Aerospace", "text": "Establishing deeper ties."}]),
            starter="The focus of the cooperation: a text, or a list with a text for each theme:\n"
            "  - theme: Smart city\n"
            "    text: Joint projects of universities and companies of both cities.",
            required=Required.INFO,
            has_row=True,
            import_names=names("focus, key focus, Fokus, Schwerpunkte, Schwerpunkt, axes principaux, enfoque"),
            import_words=("focus",),
        ),
    ] = RichText()
    challenges: Annotated[
        field_values.Rich,
        Field(
            type=FieldType.TEXT,
            hint="Key challenges.",
            examples=("Traffic in the old town.",),
            starter="The challenges that both cities share.",
            required=Required.INFO,
            has_row=True,
            import_names=names(
                """challenges, key challenges, main challenges, Herausforderungen, défis, retos, desafíos, desafios,
                sfide, 挑战, 挑戰, 課題"""
            ),
            import_words=names("challenge, challenges"),
        ),
    ] = RichText()
    objectives: Annotated[
        field_values.Rich,
        Field(
            type=FieldType.TEXT,
            hint="Main objectives.",
            examples=("**Clean air** for both cities.",),
            starter="The main objectives of the plan.",
            required=Required.INFO,
            has_row=True,
            import_names=names(
                """objectives, main objectives, aims, Ziel, Ziele, Zielsetzung, Hauptziele, objectifs,
                objectifs principaux, objetivos, objetivos principales, principales objetivos, objetivos principais,
                principais objetivos, obiettivi, 目标, 主要目标, 目標"""
            ),
            import_words=names("objective, objectives, aim, aims"),
        ),
    ] = RichText()
    activities: Annotated[
        _ActivitiesField,
        Field(
            type=FieldType.ACTIVITIES,
            item="activity",
            hint="Main activities and key outputs: one text, or a list of entries.",
            examples=(
                "A workshop in Rome.",
                [{"when": "31 May 2017 in Brussels", "text": "IUC Project Launch Event."}],
            ),
            starter="What was done and what is planned: a text, or a list of dated entries, with details if you like:\n"
            "  - when: 31 May 2018 in Brussels\n"
            "    text: Workshop on clean air.\n"
            "    details:\n"
            "      - 40 participants of both cities",
            required=Required.INFO,
            has_row=True,
            import_names=names(
                """activities, main activities, key outputs, activities and outputs, pilot projects, actions, key
                actions, Aktivitäten, Aktionen, Maßnahmen, Pilotprojekte, activités, activités principales, actividades,
                actividades principales, principales actividades, acciones, atividades, atividades principais,
                principais atividades, attività, 活动, 主要活动, 活動"""
            ),
            import_words=names("activity, activities, output, outputs"),
        ),
    ] = RichText()
    results: Annotated[
        field_values.Rich,
        Field(
            type=FieldType.TEXT,
            hint="Expected results and benefits.",
            examples=("Less traffic.",),
            starter="The expected results and benefits.",
            required=Required.INFO,
            has_row=True,
            import_names=names(
                """results, expected results, benefits, expected benefits, Ergebnisse, erwartete Ergebnisse, Nutzen,
                résultats, résultats attendus, resultados, resultados esperados, risultati,
                成果, 预期成果, 预期结果"""
            ),
            import_words=names("result, results, benefit, benefits"),
        ),
    ] = RichText()
    pictures: Annotated[
        tuple[PlanPicture, ...],
        field_values.listed(_MAX_PICTURES),
        OR_UNKNOWN,
        Field(
            type=FieldType.PICTURES,
            item="picture",
            hint="Pictures of the cooperation.",
            examples=([{"file": "workshop.jpg", "alt": "Ten people at a table.", "credit": "Photo: Maria Rossi"}],),
            starter="Pictures: JPEG or PNG files in plans/pictures. `alt` describes the picture for readers who cannot "
            "see it:\n"
            "  - file: workshop.jpg\n"
            "    alt: Ten people stand around a map.\n"
            "    caption: The workshop of May 2018.\n"
            '    credit: "Photo: Maria Rossi"',
            template_item="picture",
        ),
    ] = ()
    contact: Annotated[
        PlanContact | None,
        field_values.unknown_as(None),
        OR_UNKNOWN,
        Field(
            type=FieldType.CONTACT,
            hint="Contact for readers; by default that of the template pack.",
            examples=({"office": "International Affairs", "email": "office@example.org"},),
            starter="The contact for readers; by default the contact of the template pack. Every field is optional:\n"
            "  office: International Affairs\n"
            "  email: international@example.org\n"
            "  phone: +84 24 0000 0000\n"
            "  website: www.example.org\n"
            "  address: 1 Main Street, Hanoi",
            template_item="summary.contact",
        ),
    ] = None
    languages: Annotated[
        field_values.Languages,
        Field(
            type=FieldType.LANGUAGES,
            hint="Further languages of the documents, from the files in `translations/`.",
            examples=(["zh", "fr"],),
            starter="Further languages of the documents, a list: [zh, fr]. `ucap translate zh` writes the file for the "
            "translator.",
            is_translated=False,
        ),
    ] = None
    label_languages: Annotated[
        field_values.Languages,
        Field(
            type=FieldType.LABEL_LANGUAGES,
            hint="Languages of the programme label; by default those of the template pack.",
            examples=(["en", "zh"],),
            starter='The languages of the line "A European Union Programme", a list: [en, zh]; by default those of '
            "the pack.",
            is_translated=False,
            on_one_line=True,
        ),
    ] = None
    updated: Annotated[
        field_values.Day,
        Field(
            type=FieldType.DAY,
            hint="Date of the content, which becomes the documents' date.",
            examples=("2019-04-30",),
            starter="The date of the content, such as 2019-04-30. It becomes the date of the documents.",
            required=Required.INFO,
            is_translated=False,
            template_names={
                "updated": "the date of the content, if it has one",
                "updated_text": "the date of the content, as printed",
            },
            condition="updated",
            import_names=names(
                """updated, last updated, last update, date of content, as of, updated on, last updated on,
                date of last update, Stand, letzte Aktualisierung, aktualisiert am, dernière mise à jour, mis à jour le,
                última actualización, actualizado el, última atualização, atualizado em, ultimo aggiornamento, 更新日期,
                最后更新, 最終更新日, 更新日"""
            ),
            import_words=names("updated, changed, revised"),
        ),
    ] = None
    sources: Annotated[
        field_values.Entries,
        Field(
            type=FieldType.SOURCES,
            item="source",
            hint="The sources of the facts; printed in books, and in packs that have a row for them.",
            has_row=True,
            examples=(["https://www.iuc.eu"],),
            starter="The sources of the facts, a list. Books print those with a web address.",
            is_translated=False,
            is_private=True,
            import_names=names(
                "source, sources, reference, references, Quelle, Quellen, fuente, fuentes, fonte, fontes"
            ),
        ),
    ] = ()

    def all_pictures(self) -> Iterator[tuple[str, PlanPicture]]:
        """Yield each picture with its field, in the order of documents: those of single cities, those of groups of
        cities, and the others.
        """
        of_groups: list[tuple[str, PlanPicture]] = []
        for index, city in enumerate(self.cities):
            if city.picture is None:
                continue
            field = f"cities[{index}].picture"
            if len(city.name) > 1:
                of_groups.append((field, city.picture))
            else:
                yield field, city.picture
        yield from of_groups
        for index, picture in enumerate(self.pictures):
            yield f"pictures[{index}]", picture


class Plan(PlanFile):
    """A validated plan; `id` is the stem of its file and names its documents."""

    id: str
    """The stem of the file."""

    @property
    def known_themes(self) -> tuple[str, ...]:
        """The themes without items such as "N/A"."""
        return tuple(theme for theme in self.themes if not is_unknown(theme))

    @property
    def country_codes(self) -> tuple[str, ...]:
        """The ISO 3166-1 alpha-2 code of each country of the partners, once, in the order of the plan."""
        codes: dict[str, None] = {}
        for city in self.cities:
            codes |= dict.fromkeys(country.code for country in city.country)
        return tuple(code for code in codes if code)


# Fields
PLAN_ID_FIELD = Field(
    type=FieldType.ID,
    path="id",
    hint="The name of the plan's file without its ending.",
    condition="id",
    import_names=names("id, plan, plan id, file name, pairing"),
)
PLACE = Field(
    type=FieldType.PLACE,
    path="cities.place",
    hint="The region and the country.",
    has_row=True,
    parts=("cities.region", "cities.country"),
    import_names=names("state/country, region/country, province/country, Region/Land, région/pays"),
)
TOPICS = Field(
    type=FieldType.TOPICS,
    path="topics",
    hint="The Sustainable Development Goals and the partnerships of the Urban Agenda.",
    has_row=True,
    parts=("sdgs", "urban_agenda"),
    import_names=names("SDGs and Urban Agenda, related topics"),
)


def _fields_of(model: type[BaseModel], owner: str = "") -> Iterator[Field]:
    """Yield the descriptions of a model with their paths, each before those of the fields in it."""
    for name, description in descriptions_of(model).items():
        path = f"{owner}.{name}" if owner else name
        yield replace(description, path=path)
        for inner in models_in(model.model_fields[name].annotation):
            yield from _fields_of(inner, path)


BUILT_IN = KnownFields(tuple(_fields_of(PlanFile)), (PLAN_ID_FIELD, PLACE, TOPICS))
"""The fields of all plans."""


# Reading
def load_plan(path: str | Path, shown: str | None = None, fields: KnownFields | None = None) -> Plan:
    """Return the plan of a file.

    Args:
        path: The file; its name without `.yaml` is the plan's id.
        shown: The name of the file in problems; by default the path.
        fields: The fields that the plan may have, such as those of its pack; by default the built-in ones.

    Raises:
        ProblemsFound: With all errors of the plan.
    """
    file = Path(path)
    source = read_source(file, shown, safe_folder_of(file))
    return parse_plan(source, fields)


def parse_plan(source: Source, fields: KnownFields | None = None) -> Plan:
    """Return the plan of a source; raises ProblemsFound with all its errors."""
    return read_plan(parse_tolerantly(source), fields)


def read_plan(tree: Tree, fields: KnownFields | None = None, language: str = DEFAULT_LANGUAGE) -> Plan:
    """Return the plan of a tree; raises ProblemsFound with all its errors, the name of its file first.

    `language` is that of a plan that names none: in a project, the one of its `ucap.yaml`.
    """
    problems = id_problems(tree.source.path)
    built_in_tree, content = _split_custom(tree, fields)
    if content is not None:
        problems += content.problems
    try:
        file = validate_file(PlanFile, built_in_tree, problems)
    except ProblemsFound as error:
        raise ProblemsFound(with_declarations(error.problems, tree, fields or BUILT_IN)) from None
    return _plan(tree, file, content, language)


def read_valid_part(tree: Tree, fields: KnownFields | None = None, language: str = DEFAULT_LANGUAGE) -> Plan | None:
    """Return the plan of the fields that are valid, so that they are checked beside the errors of others.

    An entry without a valid name, theme or text has an ellipsis there, and a plan without valid cities has none.
    None if the file has no fields.
    """
    built_in_tree, content = _split_custom(tree, fields)
    file = validate_partly(PlanFile, built_in_tree, _STAND_INS)
    if file is None:
        return None
    if file.cities == PlanFile(cities=_STAND_INS["cities"]).cities:
        file = file.model_copy(update={"cities": ()})
    return _plan(tree, file, content, language)


def _split_custom(tree: Tree, fields: KnownFields | None) -> tuple[Tree, CustomContent | None]:
    """Return the tree of a plan without its custom fields, and these; None if no fields are declared."""
    if fields is None or not fields.has_custom:
        return tree, None
    content = custom_content(tree, fields)
    return tree.with_value(content.others), content


def _plan(tree: Tree, file: PlanFile, content: CustomContent | None, language: str) -> Plan:
    """Return the plan of fields that have been validated."""
    plan_id = id_of_file(tree.source.path)
    values = dict(file)
    if is_unknown(value_or_none(tree.value, ("language",))):
        values["language"] = language
    plan = Plan.model_construct(file.model_fields_set, id=plan_id, **values)
    if content is None:
        return plan
    cities = tuple(map(City.with_custom, plan.cities, content.cities))
    return plan.model_copy(update={"cities": cities}).with_custom(content.plan)
