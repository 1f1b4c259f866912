"""For designers of packs: what there is, a new one, what a template may use, what is wrong with one."""

from ucap_reports.designer.checking import Checked, check_named, check_pack
from ucap_reports.designer.creating import new_pack
from ucap_reports.designer.listing import Listed, list_packs
from ucap_reports.designer.names import NAMES, Name, template_names

__all__ = [
    "NAMES",
    "Checked",
    "Listed",
    "Name",
    "check_named",
    "check_pack",
    "list_packs",
    "new_pack",
    "template_names",
]
