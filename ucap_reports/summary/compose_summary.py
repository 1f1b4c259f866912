"""Composition of a summary from a plan and a pack: its table, its contact, its programme label, its properties."""

from datetime import date
from hashlib import sha256
from types import MappingProxyType

from ucap_reports.plan.field_descriptions import CITIES, FieldType
from ucap_reports.plan.plan_model import BUILT_IN, Plan
from ucap_reports.problems import Location, did_you_mean, problem, raise_found
from ucap_reports.summary.city_names import all_names, names_in_titles
from ucap_reports.summary.document_formats import DRAFT
from ucap_reports.summary.estimated_scale import estimated_scale
from ucap_reports.summary.fact_table import FactTable, fact_table, table_row
from ucap_reports.summary.pack_words import PackWords, words_of
from ucap_reports.summary.summary_model import (
    Contact,
    LabelText,
    Logo,
    Metadata,
    Summary,
)
from ucap_reports.summary.template_facts import Images, city_facts, custom_facts, goal_facts, picture_facts
from ucap_reports.summary.uniform_city_numbers import with_comparable_cities
from ucap_reports.template.pack import Pack, RequiredPart
from ucap_reports.text.language_tags import REGIONAL


def compose_summary(
    plan: Plan,
    pack: Pack,
    language: str | None = None,
    *,
    undated: date | None = None,
    images: Images = MappingProxyType({}),
) -> Summary:
    """Return the summary of a plan: the text of its documents, without a format.

    Args:
        plan: The plan.
        pack: The template pack, which has the rows, the labels and the number formats.
        language: The language of labels, numbers and dates, if the pack has it; by default the plan's.
        undated: The date in the properties of the documents if the plan has none. None leaves it out.
        images: The plan's pictures by the names of their files; a picture without one is left out.

    Raises:
        ProblemsFound: If the plan names a language for the programme label that the pack does not have.
    """
    words = words_of(pack, plan.language, language)
    plan = with_comparable_cities(plan, pack.fields.custom)
    rules = [rule for rule in pack.settings.rows if rule.field != CITIES]
    rows = [table_row(plan, words, rule) for rule in rules]
    table = fact_table(plan, words, [row for row in rows if row is not None])
    omitted = pack.settings.leaves_out
    contact = Contact() if RequiredPart.CONTACT in omitted else _contact(plan, words)
    names = ", ".join(name for city in plan.cities for name in city.name)
    return Summary(
        id=plan.id,
        title=plan.title or words.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=() if RequiredPart.PROGRAMME_LABEL in omitted else _programme_label(plan, pack),
        metadata=Metadata(contact.office, names, plan.known_themes, undated, pack.name, _digest(plan, table)),
        updated=plan.updated,
        updated_text=words.day_text(plan.updated) if plan.updated else "",
        status=plan.status,
        status_text=words.draft if plan.status == DRAFT else "",
        continued=words.continued,
        formats=words.formats,
        label_language=words.language,
        column_language=table.language,
        period=plan.period or "",
        cities=city_facts(plan, words, images),
        goals=goal_facts(plan, words),
        pictures=picture_facts(plan, images),
        scale=estimated_scale(table, pack, len(list(plan.all_pictures()))),
        names=names_in_titles(plan, words.formats),
        all_names=all_names(plan),
        as_of=words.as_of(plan.updated) if plan.updated else "",
        custom=custom_facts(plan, words),
        logo=logo_of(pack),
    )


def logo_of(pack: Pack) -> Logo:
    """Return the logo of a pack."""
    logo = pack.settings.logo
    return Logo() if logo is None else Logo(logo.file, logo.alt)


def _contact(plan: Plan, words: PackWords) -> Contact:
    """Return the contact of the plan or, if only that of the pack names an office or an email address, that one.

    It has the pack's lead, and is empty if nothing is known.
    """
    pack_contact = words.pack.settings.contact
    contact = plan.contact or pack_contact
    plan_names_one = bool(contact.office or contact.email)
    pack_names_one = bool(pack_contact.office or pack_contact.email)
    if pack_names_one and not plan_names_one:
        contact = pack_contact
    names = [field.name for field in BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)]
    parts = {name: getattr(contact, name) or "" for name in names}
    if not any(parts.values()):
        return Contact()
    is_web_site_alone = [name for name, text in parts.items() if text] == ["website"]
    return Contact(lead="" if is_web_site_alone else words.lead, **parts)  # nobody can be asked at a web site


def _programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """Return the label in each language, and the statement about the funding; raises ProblemsFound for languages that
    the pack does not have.
    """
    known = pack.settings.programme_label
    tags = plan.label_languages or pack.label_languages(plan.language, plan.country_codes)
    problems = []
    for index, tag in enumerate(tags):
        if pack.programme_label(tag) is None and pack.funding_statement(tag) is None:
            hint = did_you_mean(tag, known) or f"the pack {pack.name} has it in {', '.join(known)}"
            location = Location(field=f"label_languages[{index}]")
            problems.append(problem("label-language-unknown", location, language=tag, hint=hint))
    raise_found(problems)
    return tuple(LabelText(REGIONAL.get(tag, tag), text) for tag, text in pack.label_texts(tags))


def _digest(plan: Plan, table: FactTable) -> str:
    """Return the SHA-256 of what the document shows of the plan."""
    rows = [(row.key, row.cells) for row in table.rows]
    shown: tuple[object, ...] = (plan.language, table.columns, rows)
    pictures = []
    for field, picture in plan.all_pictures():
        pictures.append((field, picture.alt, picture.caption, picture.credit))
    if pictures:
        shown = (*shown, pictures)
    return sha256(repr(shown).encode(errors="surrogateescape")).hexdigest()
