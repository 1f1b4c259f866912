"""Validated plan files merged into Word and accessible PDF templates.

    from ucap_reports import render

    result = render("plans/tianjin-rome.yaml")
    result.pdf.save("tianjin-rome.pdf")

The public names are imported when they are first used, so that `import ucap_reports` loads no library.
"""

from importlib import import_module

TYPE_CHECKING = False  # `python -m ucap_reports` imports this file while modules of the current folder come first

if TYPE_CHECKING:
    from ucap_reports.batch.build_project import build as build  # noqa: I001 - a line for each module
    from ucap_reports.batch.build_request_and_report import BuildReport as BuildReport
    from ucap_reports.batch.render_plans_and_mappings import Rendered as Rendered, render as render
    from ucap_reports.html.render_html import render_html as render_html
    from ucap_reports.pdf.render_pdf import render_pdf as render_pdf
    from ucap_reports.plan.plan_model import Plan as Plan, load_plan as load_plan
    from ucap_reports.problems import (
        Location as Location,
        Problem as Problem,
        ProblemsFound as ProblemsFound,
        Severity as Severity,
    )
    from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary as compose_summary
    from ucap_reports.summary.document_formats_and_pdf_standards import Document as Document, Format as Format
    from ucap_reports.summary.summary_model import Summary as Summary
    from ucap_reports.template.pack import Pack as Pack
    from ucap_reports.template.pack_opening import open_pack as open_pack
    from ucap_reports.word.render_word import render_word as render_word

__version__ = "0.1.0"

_MODULES = {
    "batch.build_project": ("build",),
    "batch.build_request_and_report": ("BuildReport",),
    "batch.render_plans_and_mappings": ("Rendered", "render"),
    "html.render_html": ("render_html",),
    "pdf.render_pdf": ("render_pdf",),
    "plan.plan_model": ("Plan", "load_plan"),
    "problems": ("Location", "Problem", "ProblemsFound", "Severity"),
    "summary.compose_summary_and_estimate_scale": ("compose_summary",),
    "summary.document_formats_and_pdf_standards": ("Document", "Format"),
    "summary.summary_model": ("Summary",),
    "template.pack": ("Pack",),
    "template.pack_opening": ("open_pack",),
    "word.render_word": ("render_word",),
}
"""The modules that define the public names."""
__all__ = tuple(name for names in _MODULES.values() for name in names)


if not TYPE_CHECKING:  # so that an unknown name is an error to type checkers

    def __getattr__(name: str) -> object:
        """Return the public name, imported from its module."""
        for module, names in _MODULES.items():
            if name in names:
                value = getattr(import_module(f"{__name__}.{module}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted({*globals(), *__all__})
