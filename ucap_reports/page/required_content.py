"""Errors for page templates without a contact, programme label or page numbers, unless the pack leaves them out."""

from collections.abc import Collection, Iterator

from ucap_reports.page.page_tree import PageNumber, PageTree, tree_paragraphs, tree_texts
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.summary.summary import Contact, Summary
from ucap_reports.template.pack import Pack, RequiredPart

PROGRAMME_LABELS = "{% for label in summary.programme_label %}{{ label.text }}{% endfor %}"
"""How a template prints the programme label."""
PAGE_NUMBER = "<page-number/>"
_TAGS = {RequiredPart.CONTACT: "{{ summary.contact.email }}", RequiredPart.PROGRAMME_LABEL: PROGRAMME_LABELS}


def printed_parts(tree: PageTree, summary: Summary) -> frozenset[RequiredPart]:
    """Return the parts of a summary that a page prints."""
    texts = "\n".join(tree_texts(tree)).casefold()
    contact = [getattr(summary.contact, name) for name in Contact.__struct_fields__]
    words = {
        RequiredPart.CONTACT: contact,
        RequiredPart.PROGRAMME_LABEL: [label.text for label in summary.programme_label],
    }
    found = set()
    for part, values in words.items():
        lines = [line.strip().casefold() for value in values for line in value.splitlines()]
        if any(line in texts for line in lines if line):
            found.add(part)
    paragraphs = tree_paragraphs((*tree.headers, *tree.footers))
    if any(isinstance(inline, PageNumber) for text in paragraphs for inline in text.content):
        found.add(RequiredPart.PAGE_NUMBER)
    return frozenset(found)


def content_problems(
    printed: Collection[RequiredPart], pack: Pack, template: str, page_number: str = PAGE_NUMBER
) -> Iterator[Problem]:
    """Yield an error for each part that a template does not print, or that it prints although the pack leaves it out.

    Args:
        printed: The parts that the template prints of a summary with everything.
        pack: The pack.
        template: The path of the template.
        page_number: How the template prints a page number.
    """
    where, omitted = Location(template), pack.settings.leaves_out
    for part in RequiredPart:
        if part not in printed and part not in omitted:
            example = _TAGS.get(part, page_number)
            hint = f"print {example}, or write `leaves_out: [{part.value}]` in pack.yaml"
            yield problem("content-required", where, form=part.value, hint=hint, name=part.value)
        elif part in printed and part in omitted:
            yield problem("left-out-printed", where, form=part.value, name=part.value)
