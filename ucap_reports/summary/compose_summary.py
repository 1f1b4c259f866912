"""Composition of a summary from a plan and a pack."""

from datetime import date
from hashlib import sha256
from types import MappingProxyType

from ucap_reports.plan.fields import CITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, did_you_mean, problem, raise_found
from ucap_reports.summary.city_names import all_names, names_in_titles
from ucap_reports.summary.fact_cells import cell
from ucap_reports.summary.facts import Images, city_facts, custom_facts, goal_facts, picture_facts
from ucap_reports.summary.label_languages import PackWords, words_of
from ucap_reports.summary.summary import Contact, LabelText, Metadata, Row, Summary
from ucap_reports.summary.table_orientation import FactTable, fact_table
from ucap_reports.summary.text_scale import scale_of
from ucap_reports.template.pack import LeftOut, Pack, RowRule
from ucap_reports.text.language_tags import REGIONAL, primary


def compose_summary(
    plan: Plan,
    pack: Pack,
    language: str | None = None,
    *,
    undated: date | None = None,
    images: Images = MappingProxyType({}),
) -> Summary:
    """The summary of a plan: the text of its documents, without a format.

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
    rules = [rule for rule in pack.settings.rows if rule.field != CITIES]
    table = fact_table(plan, words, [row for rule in rules if (row := _row(plan, words, rule)) is not None])
    omitted = pack.settings.leaves_out
    contact = Contact() if LeftOut.CONTACT in omitted else _contact(plan, words)
    names = ", ".join(name for city in plan.cities for name in city.name)
    return Summary(
        id=plan.id,
        title=plan.title or words.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=() if LeftOut.PROGRAMME_LABEL in omitted else _programme_label(plan, pack),
        metadata=Metadata(contact.office, names, plan.themes, undated, pack.name, _digest(plan, table)),
        updated=plan.updated,
        updated_text=words.day_text(plan.updated) if plan.updated else "",
        status=plan.status,
        status_text=words.draft if plan.status == "draft" else "",
        continued=words.continued,
        formats=words.formats,
        label_language=words.language,
        column_language=table.language,
        period=plan.period or "",
        cities=city_facts(plan, words, images),
        goals=goal_facts(plan, words),
        pictures=picture_facts(plan, images),
        scale=scale_of(table, pack, len(list(plan.all_pictures()))),
        names=names_in_titles(plan, words.formats),
        all_names=all_names(plan),
        as_of=words.as_of(plan.updated) if plan.updated else "",
        custom=custom_facts(plan, words),
    )


def _row(plan: Plan, words: PackWords, rule: RowRule) -> Row | None:
    """The row of a rule; None if all cells are unknown and the pack omits such a row."""
    row = words.pack.fields.rows[rule.field]
    if row.is_of_city:
        cells = [cell(row, city, words) for city in plan.cities]
        fields = [f"cities[{index}].{row.name}" for index in range(len(plan.cities))]
    else:
        cells, fields = [cell(row, plan, words)], [rule.field]
    if not any(cells) and words.pack.omits(rule):
        return None
    filled = tuple(content or words.unknown for content in cells)
    unknown = tuple(index for index, content in enumerate(cells) if not content)
    label, printed = words.label(rule.field), tuple((field,) for field in fields)
    return Row(rule.field, label, filled, shared=not row.is_of_city, fields=printed, unknown=unknown)


def _contact(plan: Plan, words: PackWords) -> Contact:
    """The first contact that names an office or an email address, with the pack's lead; empty if nothing is known."""
    of_pack = words.pack.settings.contact
    known = (plan.contact or of_pack, of_pack)
    own = next((each for each in known if each.office or each.email), known[0])
    names = [field.name for field in BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)]
    parts = {name: getattr(own, name) or "" for name in names}
    if not any(parts.values()):
        return Contact()
    is_web_site_alone = [name for name, text in parts.items() if text] == ["website"]
    return Contact(lead="" if is_web_site_alone else words.lead, **parts)  # nobody can be asked at a web site


def _programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """The label in each language; raises ProblemsFound for those that the pack does not have."""
    known = pack.settings.programme_label
    texts, problems = [], []
    for place, tag in enumerate(plan.label_languages or pack.label_languages(plan.language, plan.country_codes)):
        key = tag if tag in known else primary(tag)
        if key in known:
            texts.append(LabelText(REGIONAL.get(tag, tag), known[key].text))
        else:
            hint = did_you_mean(tag, known) or f"the pack {pack.name} has it in {', '.join(known)}"
            location = Location(field=f"label_languages[{place}]")
            problems.append(problem("label-language-unknown", location, language=tag, hint=hint))
    raise_found(problems)
    return tuple(texts)


def _digest(plan: Plan, table: FactTable) -> str:
    """The SHA-256 of what the document shows of the plan."""
    pictures = [(field, each.alt, each.caption, each.credit) for field, each in plan.all_pictures()]
    shown: tuple[object, ...] = (plan.language, table.columns, [(row.key, row.cells) for row in table.rows])
    shown += (pictures,) if pictures else ()
    return sha256(repr(shown).encode(errors="surrogateescape")).hexdigest()
