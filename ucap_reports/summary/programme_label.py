"""The programme label in the languages of a plan or its pack."""

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, ProblemsFound, did_you_mean, problem
from ucap_reports.summary.summary import LabelText
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import REGIONAL, primary


def programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """The label in each language; raises ProblemsFound for those that the pack does not have."""
    known = pack.settings.programme_label
    texts, problems = [], []
    for place, tag in enumerate(plan.label_languages or pack.label_languages(plan.language)):
        key = tag if tag in known else primary(tag)
        if key in known:
            texts.append(LabelText(REGIONAL.get(tag, tag), known[key].text))
        else:
            hint = did_you_mean(tag, known) or f"the pack {pack.name} has it in {', '.join(known)}"
            location = Location(field=f"label_languages[{place}]")
            problems.append(problem("label-language-unknown", location, language=tag, hint=hint))
    if problems:
        raise ProblemsFound(problems)
    return tuple(texts)
