"""The programme label in the languages that a plan or its pack asks for."""

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.summary.summary import LabelText
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import REGIONAL


def programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """The label in each language asked for; raises ProblemsFound for those that the pack does not have."""
    known = pack.settings.programme_label
    texts, problems = [], []
    for place, tag in enumerate(plan.label_languages or pack.label_languages(plan.language)):
        key = tag if tag in known else tag.split("-", 1)[0]
        if key in known:
            texts.append(LabelText(REGIONAL.get(tag, tag), known[key].text))
        else:
            message = f'the pack {pack.name} has no programme label in the language "{tag}"'
            hint = did_you_mean(tag, known) or f"it has them in {', '.join(known)}"
            location = Location(field=f"label_languages[{place}]")
            problems.append(Problem.error("label-language-unknown", message, hint, location))
    if problems:
        raise ProblemsFound(problems)
    return tuple(texts)
