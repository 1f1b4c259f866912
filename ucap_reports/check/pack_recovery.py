"""A pack with invalid settings: opened without them, so that all its problems are reported at once.

The settings of the pack that it extends take their place.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.validation import remove_fields
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of, mapped
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE
from ucap_reports.template.pack_merging import PackLayers
from ucap_reports.template.pack_opening import OpenedPack, assemble

_MOST_TURNS = 10
"""How often settings are removed: each removal may reveal more problems."""
_MOST_PROBLEMS = 100
"""The largest number of invalid settings that are removed."""
_TEMPLATES = frozenset({WORD_TEMPLATE, PAGE_TEMPLATE, BOOK_TEMPLATE, STYLE_SHEET})
_OF_THEME = frozenset(
    {"glyph-missing", "block-too-high", "margin-exceeded", "style-missing", "style-unknown", "width-exceeded"}
)
"""Problems of templates that a wrong theme may cause."""


class RecoveredPack(Struct, frozen=True):
    """All problems of a pack's settings, and the pack without the fields `removed`, or None if the rest is no pack."""

    problems: tuple[Problem, ...]
    opened: OpenedPack | None
    removed: tuple[Loc, ...] = ()


def recover_pack(read: PackLayers) -> RecoveredPack:
    """Return the pack without its invalid settings, which those of the pack that it extends replace."""
    problems: list[Problem] = []
    removed: list[Loc] = []
    for _ in range(_MOST_TURNS):
        try:
            return RecoveredPack(tuple(problems), assemble(read), tuple(removed))
        except ProblemsFound as error:
            errors = error.problems
        problems += [error for error in errors if not _follows(error, removed)]
        if len(problems) > _MOST_PROBLEMS:
            break
        trees = tuple(_without(tree, errors) for tree in read.trees)
        is_changed = any(tree is not before for tree, before in zip(trees, read.trees, strict=True))
        if not is_changed:
            break
        removed += map(_loc_of_problem, errors)
        read = replace(read, trees=trees)
    return RecoveredPack(tuple(problems), None)


def template_problems(problems: Iterable[Problem], opened: OpenedPack, recovered: RecoveredPack) -> Iterator[Problem]:
    """Yield the problems of the templates that removed settings cannot have caused."""
    paths = {file.path for name, file in opened.pack.files.items() if name in _TEMPLATES}
    ignored = _OF_THEME if any(loc[:1] == ("theme",) for loc in recovered.removed) else frozenset()
    for finding in problems:
        if finding.location.path in paths and finding.code not in ignored:
            yield finding


def _follows(error: Problem, removed: Iterable[Loc]) -> bool:
    """Return whether a removed field causes an error: it is around the field of the error, inside it, or
    named by it.
    """
    loc = _loc_of_problem(error)
    for removed_loc in removed:
        if not removed_loc:
            continue
        length = min(len(loc), len(removed_loc))
        is_around_or_inside = length > 0 and loc[:length] == removed_loc[:length]
        if is_around_or_inside:
            return True
        name = removed_loc[-1]  # the index of an item is not a name: it may equal any number
        if isinstance(name, str) and name in error.details.values():
            return True
    return False


def _loc_of_problem(error: Problem) -> Loc:
    return loc_of(error.location.field or "")


def _without(tree: Tree, errors: Sequence[Problem]) -> Tree:
    """Return the tree without the values that have errors; the same tree if none of them is in its file."""
    path = tree.location(()).path
    copy = mapped(tree.value, lambda leaf: leaf)
    is_changed = remove_fields(copy, (_loc_of_problem(error) for error in errors if error.location.path == path))
    return replace(tree, root=replace(tree.root, value=copy)) if is_changed else tree
