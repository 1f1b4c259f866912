"""Which problems of a pack are not reported: each mistake is reported once, without its effects."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.check.printed_content import NAMES
from ucap_reports.problems import Location, Problem, Severity, Suggestions
from ucap_reports.template.pack import RequiredPart

_CAUSES = {
    "content-not-shown": {"element-unknown", "name-unknown"},
    "row-uneven": {"attribute-unknown", "element-unknown"},
}
"""Problems that are not reported beside an error of the same file that may cause them."""


def is_about_missing(finding: Problem, missing: Iterable[Problem]) -> bool:
    """Return whether a problem is a warning about a name of content that is reported as missing."""
    if finding.code != "content-not-shown":
        return False
    name = str(finding.details.get("name"))
    for error in missing:
        prefix = NAMES.get(RequiredPart(error.details["name"]))
        if prefix is not None and name.startswith(prefix) and error.location.path == finding.location.path:
            return True
    return False


def without_effects(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems that no other one explains: each mistake is reported once."""
    known = {(finding.code, finding.location.path) for finding in problems}
    unknown_styles = [finding.details["name"] for finding in problems if finding.code == "style-unknown"]
    similar_unknown_styles = Suggestions(dict.fromkeys(unknown_styles))
    for finding in problems:
        is_misspelt_elsewhere = False
        if finding.code == "style-unused":
            is_misspelt_elsewhere = similar_unknown_styles.hint(finding.details["name"]) is not None
        causes = _CAUSES.get(finding.code, set())
        has_cause = any((cause, finding.location.path) in known for cause in causes)
        if not is_misspelt_elsewhere and not has_cause:
            yield finding


def without_contrasts(problems: Iterable[Problem], contrasts: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems of books without colours with too little contrast that are reported for summaries."""
    known = {_colours(contrast) for contrast in contrasts}
    for finding in problems:
        if finding.code != "contrast-low" or _colours(finding) not in known:
            yield finding


def each_once(problems: Iterable[Problem], word_parts: Iterable[str]) -> tuple[Problem, ...]:
    """Return the problems without duplicates, in the order of the files; of each file errors before warnings, and both
    in the order of the file.

    `word_parts` are the names of the parts of the Word template, as in `Location.place`, in their order.
    """
    seen: dict[tuple[str, str, Location], Problem] = {}
    for finding in problems:
        seen.setdefault((finding.code, finding.message, replace(finding.location, field=None)), finding)
    ranks = {part: rank for rank, part in enumerate((None, *word_parts))}  # the complete file comes first

    def order(finding: Problem) -> tuple[str, bool, int, int, int]:
        location = finding.location
        is_warning = finding.severity is not Severity.ERROR
        rank = ranks.get(location.place, len(ranks))
        return location.path or "", is_warning, location.line or 0, location.column or 0, rank

    return tuple(sorted(seen.values(), key=order))


def _colours(contrast: Problem) -> tuple[object, object]:
    return contrast.details["colour"], contrast.details["background"]
