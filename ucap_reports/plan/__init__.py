"""A plan: what an author may write in a plan file, validated."""

from ucap_reports.plan.model import Activity, City, Contact, Focus, Plan, load_plan, parse_plan, read_plan
from ucap_reports.plan.schema import plan_schema, schema_content
from ucap_reports.plan.values import AgendaTopic, Country, Goal
from ucap_reports.quantities import Quantity

__all__ = [
    "Activity",
    "AgendaTopic",
    "City",
    "Contact",
    "Country",
    "Focus",
    "Goal",
    "Plan",
    "Quantity",
    "load_plan",
    "parse_plan",
    "plan_schema",
    "read_plan",
    "schema_content",
]
