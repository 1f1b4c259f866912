"""Warnings about contacts: one that is missing, ignored, or that of another office, as a pack inherits it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ucap_reports.plan.field_descriptions import FieldType
from ucap_reports.plan.plan_model import BUILT_IN, Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.template.pack import Pack

if TYPE_CHECKING:  # not imported at run time: builds take packs from the cache and open none
    from ucap_reports.template.pack_opening import OpenedPack

_CONTACT = BUILT_IN.of_type(FieldType.CONTACT)


def contact_of_pack_missing(opened: "OpenedPack") -> Iterator[Problem]:
    """Yield a warning if a pack has no contact for the plans without one."""
    if not opened.pack.settings.contact.named:
        yield problem("contact-missing", opened.tree.location(("contact",), key=True), form="pack")


def ignored_contact(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield a warning if the contact of the pack is printed instead of that of the plan, which nobody can ask."""
    if pack.settings.contact.named and plan.contact is not None and not plan.contact.named:
        yield problem("contact-ignored", tree.location((_CONTACT.name,), key=True))


def contact_of_other_office(plan: Plan, pack: Pack) -> Iterator[Problem]:
    """Yield a warning if a plan without a contact of its own prints that of the office whose pack is extended."""
    has_own = plan.contact is not None and plan.contact.named
    if pack.shipped_contact and not has_own:
        office = pack.shipped_contact
        yield problem("contact-of-other-office", Location(pack.settings_path), pack=pack.name, office=office)
