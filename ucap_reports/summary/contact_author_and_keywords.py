"""The contact for readers that documents print: that of the plan or of the pack, and the line before it; and the
author, subject and keywords in the properties of documents, which are not on their pages.

Word files have the properties in the core properties, and PDF files in the information dictionary and the XMP packet.
"""

from datetime import date
from itertools import chain

from msgspec.structs import replace

from ucap_reports.plan.plan_model import Plan, PlanContact
from ucap_reports.summary.pack_and_book_words import PackWords
from ucap_reports.summary.summary_model import Contact, Metadata
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import PackContact, RequiredPart


def contact_of_plan(plan: Plan, words: PackWords) -> Contact:
    """Return the contact of the plan or, if only that of the pack has an office or an email address, that one.

    It is empty if nothing is known, or if the pack prints no contact.
    """
    settings = words.pack.settings
    if RequiredPart.CONTACT in settings.leaves_out:
        return Contact()
    contact: PlanContact | PackContact = plan.contact or settings.contact
    if settings.contact.named and not contact.named:
        contact = settings.contact
    return _with_lead(_without_lead(contact), words.lead)


def contact_of_book(pack: Pack, lead: str) -> Contact:
    """Return the contact of the pack with that lead; empty if nothing is known, or if the pack prints no contact."""
    if RequiredPart.CONTACT in pack.settings.leaves_out:
        return Contact()
    return _with_lead(contact_of_pack(pack), lead)


def contact_of_pack(pack: Pack) -> Contact:
    """Return the contact in the settings of a pack, without a lead."""
    return _without_lead(pack.settings.contact)


def _without_lead(contact: PlanContact | PackContact) -> Contact:
    parts = {name: getattr(contact, name) or "" for name in Contact.__struct_fields__ if name != "lead"}
    return Contact(**parts)


def _with_lead(contact: Contact, lead: str) -> Contact:
    """Return a contact with the line before it, unless it is only a web site, where readers cannot ask."""
    can_be_asked = contact.office or contact.email or contact.phone or contact.address
    return replace(contact, lead=lead) if can_be_asked else contact


# The properties of documents


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
