"""Composition of a summary from a plan and a pack: its table, its programme label, its digest, and its scale.

The scale of its text is estimated from the length of the text (`estimated_scale`), which `page/fitted_scale` corrects
when the page is measured. Other modules have its contact and the properties of its documents
(`contact_author_and_keywords`), and the facts of the plan as data (`city_groups_and_facts_for_templates`).
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from math import ceil
from types import MappingProxyType

from msgspec import msgpack

from ucap_reports.patterns.wide_characters import width_in_characters
from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import raise_found
from ucap_reports.summary.city_groups_and_facts_for_templates import (
    Images,
    city_facts,
    custom_facts,
    goal_facts,
    picture_facts,
)
from ucap_reports.summary.comparable_city_numbers import with_comparable_cities
from ucap_reports.summary.contact_author_and_keywords import contact_of_plan, properties_of_plan
from ucap_reports.summary.document_formats_and_pdf_standards import DRAFT
from ucap_reports.summary.document_titles import all_names, names_in_titles
from ucap_reports.summary.fact_table_and_values import FactTable, fact_table, table_row
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.summary.summary_model import LabelText, Logo, Row, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import RequiredPart
from ucap_reports.template.picture_bar_tile_and_emblem_look import PICTURES_IN_ROW
from ucap_reports.template.programme_label import plan_language_problems
from ucap_reports.template.theme_and_line_spacing import MAX_GENEROUS_COLUMNS, Scale
from ucap_reports.text.language_tags import plain_text, tag_in_documents
from ucap_reports.text.rich_text import RichText


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
    rows = []
    for rule in pack.settings.rows:
        if rule.field != CITIES:
            row = table_row(plan, words, rule)
            if row is not None:
                rows.append(row)
    table = fact_table(plan, words, rows)
    contact = contact_of_plan(plan, words)
    programme_label: tuple[LabelText, ...] = ()
    if RequiredPart.PROGRAMME_LABEL not in pack.settings.leaves_out:
        programme_label = _label_of_plan(plan, pack)
    picture_count = len(list(plan.all_pictures()))
    return Summary(
        id=plan.id,
        title=plan.title or words.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=programme_label,
        metadata=properties_of_plan(plan, contact, pack, undated, _digest(plan, table)),
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
        scale=estimated_scale(table, pack, picture_count),
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


def programme_label_in(tags: Iterable[str], pack: Pack) -> tuple[LabelText, ...]:
    """Return the label in these languages, and the statement about the funding, as plans and books print them."""
    return tuple([LabelText(tag_in_documents(tag), text) for tag, text in pack.label_texts(tags)])


def _label_of_plan(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """Return the label in each language, and the statement about the funding; raises ProblemsFound for languages that
    the pack does not have.
    """
    tags = pack.label_languages(plan.language, plan.country_codes, plan.label_languages)
    problems = plan_language_problems(pack.programme_labels, pack.settings.funding, tags, pack.name)
    raise_found(list(problems))
    return programme_label_in(tags, pack)


def _digest(plan: Plan, table: FactTable) -> str:
    """Return the SHA-256 of what the document shows of the plan."""
    rows = [(row.key, row.cells) for row in table.rows]
    shown: tuple[object, ...] = (plan.language, table.columns, rows)
    pictures = []
    for field, picture in plan.all_pictures():
        pictures.append((field, picture.alt, picture.caption, picture.credit))
    if pictures:
        shown = (*shown, pictures)
    packed = msgpack.encode(shown, enc_hook=plain_text, order="deterministic")
    return sha256(packed).hexdigest()


# The size of the text of a summary as its length suggests it

_MAX_LINES = 26
"""Lines of generous text in the table of one page; the space around each row counts as one."""
_TABLE_WIDTH = 57
"""Narrow characters in a line of generous text across all columns."""
_LABEL_WIDTH = 19
"""Narrow characters in a line of a label."""
_PICTURE_LINES = 12
"""The height of a row of pictures with their captions, in lines."""


def estimated_scale(table: FactTable, pack: Pack, picture_count: int) -> Scale:
    """Return the pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice != "auto":
        return Scale(choice)
    if len(table.columns) > MAX_GENEROUS_COLUMNS or any(row.is_city for row in table.rows):
        return Scale.COMPACT
    height = _PICTURE_LINES * ceil(picture_count / PICTURES_IN_ROW)
    # The longest rows are at the end in most packs, so that few rows of a long table need to be measured.
    for row in reversed(table.rows):
        if height > _MAX_LINES:
            break
        height += _height_in_lines(row)
    return Scale.COMPACT if height > _MAX_LINES else Scale.GENEROUS


def _height_in_lines(row: Row) -> int:
    """Return the estimated height of a row in lines."""
    width = _TABLE_WIDTH // len(row.cells)
    cell_heights = [_wrapped(cell, width) for cell in row.cells]
    return 1 + max(_wrapped(row.label, _LABEL_WIDTH), *cell_heights)


def _wrapped(text: RichText, width: int) -> int:
    """Return the number of lines of a text, in each of which that many narrow characters have space."""
    return sum([1 + width_in_characters(paragraph.text) // width for paragraph in text.paragraphs()])
