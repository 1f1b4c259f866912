"""The properties of documents, which are not on their pages: author, date, subject and keywords.

Word files have them in the core properties, and PDF files in the information dictionary and the XMP packet.
"""

from datetime import date
from itertools import chain

from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.summary_model import Contact, Metadata, Summary
from ucap_reports.template.pack import Pack


def properties_of_plan(plan: Plan, contact: Contact, pack: Pack, undated: date | None, digest: str) -> Metadata:
    """Return the properties of the documents of a plan: the office of the contact is their author, the cities are the
    subject, and the themes the keywords.

    Args:
        plan: The plan.
        contact: The contact that the documents print.
        pack: The template pack.
        undated: The date of the documents if the plan has none. None leaves it out.
        digest: The digest of what the documents show of the plan.
    """
    subject = ", ".join(chain.from_iterable([city.name for city in plan.cities]))
    return Metadata(contact.office, subject, plan.known_themes, undated, pack.name, digest)


def properties_of_book(
    contact: Contact, pack: Pack, undated: date | None, *, subject: str, countries: tuple[str, ...]
) -> Metadata:
    """Return the properties of a book, whose keywords are the countries of the partners.

    `undated` is its date if its plans have none.
    """
    return Metadata(contact.office, subject, countries, undated, pack.name, is_book=True)


def document_date(summary: Summary) -> date | None:
    """Return the date in the properties of a document; None if it has no date."""
    return summary.updated or summary.metadata.undated
