"""What a template may ask of a value: a closed list by type, so that nothing else can be reached."""

from datetime import date

from jinja2.runtime import LoopContext, Undefined
from msgspec import Struct

from ucap_reports.problems import did_you_mean
from ucap_reports.template.jinja.render_budget import RENDERING

TEXT_METHODS = frozenset({
    "capitalize", "casefold", "endswith", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "split",
    "splitlines", "startswith", "strip", "title", "upper",
})  # fmt: skip
"""Methods of text whose result is no longer than the text."""
DATE_NAMES = frozenset({"year", "month", "day", "isoformat"})
LOOP_NAMES = frozenset({
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "cycle", "changed",
    "depth", "depth0",
})  # fmt: skip
MOST_LISTED = 20
"""How many names a hint lists when none is near."""


class _PublicNames(dict[type, frozenset[str]]):
    """Found for a type when it is first met, and kept."""

    def __missing__(self, kind: type) -> frozenset[str]:
        self[kind] = names = _public_names(kind)
        return names


PUBLIC_NAMES = _PublicNames()
"""The names a template may use of a value, by its type."""


def _public_names(kind: type) -> frozenset[str]:
    """Fields and properties of the product's own values, and harmless methods of text."""
    if issubclass(kind, str):
        return TEXT_METHODS
    if issubclass(kind, date):
        return DATE_NAMES
    if issubclass(kind, LoopContext):
        return LOOP_NAMES
    if issubclass(kind, Struct):
        properties = {name for name, value in vars(kind).items() if isinstance(value, property)}
        return frozenset(name for name in {*kind.__struct_fields__} | properties if name[0] != "_")
    return frozenset()


class Unknown(Undefined):
    """A name that does not exist: it tells of itself when it is met and is nothing from then on, so that all are found.

    Jinja also makes nameless ones (the item before the first), which are simply nothing.
    """

    __slots__ = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Jinja's own call, passed on
        if self._undefined_name is not None:
            name = str(self._undefined_name)
            message, hint = self._undefined_hint or f'no name "{name}"', unknown_hint(name)
            RENDERING.get().report("name-unknown", message, None if self._undefined_hint else hint)


def unknown_hint(name: str) -> str:
    """What to do about a name that is none of those a template begins with."""
    if name == "loop":
        return "a template knows it between for and endfor"
    return did_you_mean(name, ("summary", "loop")) or 'a template knows the one name "summary"'


def missing_name(value: object, name: object) -> Undefined:
    """Nothing, in place of a name or item that `value` does not have or show; the problem is kept."""
    if isinstance(value, Undefined):
        return value
    report = RENDERING.get().report
    if isinstance(name, str):
        report(*missing(type(value), name))
    else:
        report("name-unknown", f"no item {name}")
    return Unknown()


def missing(kind: type, name: str) -> tuple[str, str, str | None]:
    """Code, message and hint of the problem that values of that type show nothing under that name."""
    known = sorted(PUBLIC_NAMES[kind])
    if name.startswith("_") or hasattr(kind, name):
        return "tag-forbidden", f'"{name}" is not for templates', _listed(known)
    return "name-unknown", f'no name "{name}"', did_you_mean(name, known) or _listed(known)


def _listed(names: list[str]) -> str | None:
    """The hint that lists the names there are, if they are few."""
    return f"it has {', '.join(names)}" if 0 < len(names) <= MOST_LISTED else None
