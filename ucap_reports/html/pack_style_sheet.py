"""The style sheet of a pack for its web pages, `summary.css`, and its problems.

The policy of the pages allows no request, so an address in a style sheet would silently do nothing; it is an error.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.pack import STYLE_SHEET, Pack, PackFile

MOST_BYTES = 100_000
"""The largest style sheet: that of a pack has about 2,000."""
_SOURCES = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"})
"""Functions whose texts are addresses, also in other functions and in brackets inside of them."""
_NO_SOURCES = frozenset({"type", "format", "tech"})
"""Functions inside of these whose texts name a kind of file."""
_DATA = "data:"
_SHOWN = 60
_STATEMENTS = frozenset({"import", "charset", "namespace"})
"""Rules that only the start of a style sheet can have, and that refer to other files."""
_WITH_RULES = frozenset({"media", "supports", "container", "layer", "scope", "starting-style"})
"""Rules around other rules."""


_LINE_END = LazyPattern("\r\n?|\f")


def pack_style_sheet(pack: Pack) -> tuple[str, tuple[Problem, ...]]:
    """Return the style sheet of a pack, empty without one, and its problems.

    It has the characters that a browser reads (CSS Syntax, 3.3): the policy of the page has the digest of these.
    """
    file = pack.files.get(STYLE_SHEET)
    if file is None:
        return "", ()
    return _checked(file)


@lru_cache(maxsize=16)
def _checked(file: PackFile) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of a style sheet, and its problems."""
    whole = Location(file.path)
    if len(file.content) > MOST_BYTES:
        return "", (problem("css-invalid", whole, form="size", limit=f"{MOST_BYTES // 1000} kB"),)
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "", (problem("encoding-invalid", whole, form="page"),)
    text = _LINE_END.sub("\n", text).replace("\0", "\N{REPLACEMENT CHARACTER}")
    import tinycss2  # noqa: PLC0415 - few packs have a style sheet

    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    problems = dict.fromkeys(_problems(rules, file.path))
    in_order = sorted(problems, key=lambda fault: (fault.location.line or 0, fault.location.column or 0))
    return text, tuple(in_order)


def _problems(rules: Iterable[Any], path: str) -> Iterator[Problem]:
    """Yield the problems of rules, and of those inside of them."""
    pending = [(rule, True) for rule in rules]
    while pending:
        rule, is_outermost = pending.pop()
        location = Location(path, rule.source_line, rule.source_column)
        if rule.type == "error":
            yield problem("css-invalid", location, form="syntax", reason=rule.message)
            continue
        if rule.type == "at-rule" and rule.lower_at_keyword in _STATEMENTS:
            yield problem("css-invalid", location, form="rule", name=rule.at_keyword)
        if rule.type in {"at-rule", "qualified-rule"}:
            yield from _address_problems(rule.prelude, path)
            if is_outermost:  # with all that is nested in it
                yield from _address_problems(rule.content or (), path)
            pending += [(inner_rule, False) for inner_rule in _inner_rules(rule)]


def _inner_rules(rule: Any) -> Iterable[Any]:
    """Return the rules and declarations in a rule."""
    import tinycss2  # noqa: PLC0415 - few packs have a style sheet

    if rule.content is None:
        return ()
    if rule.type == "at-rule" and rule.lower_at_keyword in _WITH_RULES:
        return list(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
    if rule.type == "at-rule" and rule.lower_at_keyword not in {"font-face", "page"}:
        return ()
    return list(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True))


def _address_problems(tokens: Iterable[Any], path: str) -> Iterator[Problem]:
    """Yield a problem for each address that is not one of data in the style sheet."""
    pending = [(token, False) for token in tokens]
    while pending:
        token, is_source = pending.pop()
        is_address = token.type == "url" or (is_source and token.type == "string")
        if is_address and not token.value.lower().startswith(_DATA):
            location = Location(path, token.source_line, token.source_column)
            yield problem("css-invalid", location, form="address", address=token.value[:_SHOWN])
        if token.type == "function":
            name = token.lower_name
            is_inside_source = name in _SOURCES or (is_source and name not in _NO_SOURCES)
            pending += [(argument, is_inside_source) for argument in token.arguments]
        elif token.type in {"() block", "[] block", "{} block"}:
            pending += [(inner, is_source) for inner in token.content]
