"""Generate docs/reference/template-names.md from the code: python docs/make_names.py"""

from pathlib import Path

from ucap_reports.cli.template_command import template_names
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_opening import open_pack

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "template-names.md"
TEXT = PAGE.with_suffix(".md.in")
PLAN = ROOT / "plans" / "tianjin-rome.yaml"


def page() -> str:
    """Return the text of the page, with the list of names inserted."""
    return TEXT.read_text(encoding="utf-8").replace("{{ names }}", names_list())


def names_list() -> str:
    """Return an item of a list for each name."""
    summary = compose_summary(load_plan(PLAN), open_pack("iuc-asia"))
    names = template_names(summary)
    return "\n".join(f"- `{name.name}`: {_code(name.about)}" for name in names)


def _code(about: str) -> str:
    """Return the description with its tag marked as code."""
    words, brace, tag = about.partition("{%")
    return f"{words}`{brace}{tag}`" if tag else words


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
