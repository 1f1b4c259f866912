"""Validated plan files merged into Word and accessible PDF templates.

The public names below are imported when they are first asked for, so that nobody waits for what they do not use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ucap_reports.batch import build
    from ucap_reports.pdf.render_pdf import render_pdf
    from ucap_reports.plan.plan_model import load_plan
    from ucap_reports.problems import Problem, ProblemsFound
    from ucap_reports.summary.compose_summary import compose_summary
    from ucap_reports.template.pack_opening import open_pack
    from ucap_reports.word.render_word import render_word

__version__ = "0.1.0"

__all__ = [
    "Problem",
    "ProblemsFound",
    "build",
    "compose_summary",
    "load_plan",
    "open_pack",
    "render_pdf",
    "render_word",
]

_HOMES = {
    "Problem": "problems",
    "ProblemsFound": "problems",
    "build": "batch",
    "compose_summary": "summary.compose_summary",
    "load_plan": "plan.plan_model",
    "open_pack": "template.pack_opening",
    "render_pdf": "pdf.render_pdf",
    "render_word": "word.render_word",
}
"""The module that each public name lives in."""


if not TYPE_CHECKING:  # so that a misspelt name stays an error to type checkers

    def __getattr__(name: str) -> Any:
        """The public name, imported from its home."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
