"""Jinja templates: their tags, how they are checked and compiled, and how compiled ones are rendered for a summary.

Compiling refuses what `sandbox` refuses, and puts a price on what could grow: loops, macros, joined texts and lists.

A rendering reports the names that it meets. It reports nothing after an error that stops it, and nothing in branches
that it does not take. Therefore each tag is also read alone, as its author wrote it, which finds the names that no
value of the kind can have.
"""

import marshal
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import copy_context
from functools import lru_cache
from types import GenericAlias, MappingProxyType
from typing import Any, get_args, get_origin

from jinja2 import Environment, nodes
from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import Context, LoopContext
from jinja2.visitor import NodeTransformer
from markupsafe import escape
from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, did_you_mean, problem, raise_found
from ucap_reports.template.jinja.rendering_state import (
    RENDERING,
    DrawShape,
    Place,
    Rendering,
    SourceLocations,
    WriteText,
)
from ucap_reports.template.jinja.sandbox import (
    Kind,
    Sandbox,
    instead_of,
    missing_name,
    public_names,
    refused_parts,
    sandbox,
    undeclared,
    unknown_name,
)
from ucap_reports.template.jinja.template_filters import EACH, ENTER, JOINED, MADE
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName, LazyItems, LazyTranslations, Shape

PRINT, STATEMENT, COMMENT, RAW = "variable", "block", "comment", "raw"
"""Jinja's names for `{{ … }}`, `{% … %}`, `{# … #}`, and for `{% raw %}` and `{% endraw %}`."""
_NOT_PARSED = (TemplateSyntaxError, ValueError, RecursionError, SyntaxError, MemoryError)
"""The exceptions for a text that Jinja cannot parse, or whose code exceeds Python's own limits."""


# Compiled templates
_MOST_RUNNABLE = 128
"""The number of templates that stay loaded: a pack has up to a dozen."""
_NO_NAMES: Mapping[str, object] = MappingProxyType({})


def _alternative(shape: Shape, _kind: str) -> str:
    return escape(shape.alt)


class Attempt(Struct, frozen=True):
    """A rendered template: its text in pieces, or None if an error stopped it, and all problems."""

    pieces: Sequence[str] | None
    problems: tuple[Problem, ...]

    @property
    def text(self) -> str | None:
        """The text, or None if an error stopped the rendering."""
        return None if self.pieces is None else "".join(self.pieces)


class CompiledTemplate(Struct, frozen=True):
    """A template for any number of summaries, in any number of threads."""

    code: bytes
    """The generated code as `marshal` writes it, so that the template can be cached and sent to other processes."""
    kinds: tuple[str, ...]
    locations: SourceLocations

    def attempt(
        self,
        summary: object,
        place: Place,
        text: WriteText,
        shape: DrawShape = _alternative,
        names: Mapping[str, object] = _NO_NAMES,
    ) -> Attempt:
        """Return the template rendered as far as possible, with all problems: `name-unknown`, `value-not-text`,
        `tag-forbidden`, `tag-failed`, `template-output-limit`, and those that `place` raises.

        `place` returns the markup of rich text, `text` that of plain text, `shape` that of a shape (default: its
        alternative text). `names` are the values that the template may use beside `summary`.
        """
        rendering = Rendering(self.locations, place, text, shape, tuple(names))
        return copy_context().run(self._attempted, rendering, {"summary": summary, **names})

    def pieces(  # noqa: PLR0917 - the same as of `attempt`
        self,
        summary: object,
        place: Place,
        text: WriteText,
        shape: DrawShape,
        names: Mapping[str, object],
        budget: int,
    ) -> Iterator[str]:
        """Yield the rendered template piece by piece, so that a long one is never in memory.

        Raises ProblemsFound with the problems of `attempt` at its end, or where an error stops it.
        """
        rendering = Rendering(self.locations, place, text, shape, tuple(names), remaining=budget)
        context = copy_context()
        context.run(RENDERING.set, rendering)
        values: Context | None = None
        try:
            template = _loaded(self.code, self.kinds)
            values = template.new_context({"summary": summary, **names})
            rendered = iter(template.root_render_func(values))
            piece = context.run(next, rendered, None)
            while piece is not None:
                yield piece
                piece = context.run(next, rendered, None)
        except ProblemsFound:
            raise
        except Exception as error:  # a template can provoke any
            if rendering.is_placing:
                raise
            context.run(rendering.report_error, error)
        finally:
            if values is not None:
                values.vars.clear()  # as above
        raise_found(rendering.problems)

    def _attempted(self, rendering: Rendering, values: dict[str, object]) -> Attempt:
        RENDERING.set(rendering)
        raised: Sequence[Problem] = ()
        pieces: list[str] | None = None
        try:
            template = _loaded(self.code, self.kinds)
            context = template.new_context(values)
            pieces = list(template.root_render_func(context))
            context.vars.clear()  # macros in it refer to it: a cycle, which would keep the summary in memory
        except ProblemsFound as errors:
            raised = errors.problems
        except Exception as error:  # a template can provoke any
            if rendering.is_placing:
                raise
            rendering.report_error(error)
        return Attempt(pieces, (*rendering.problems, *raised))


@lru_cache(maxsize=_MOST_RUNNABLE)
def _loaded(code: bytes, kinds: tuple[str, ...]) -> Template:
    environment = sandbox(kinds)
    names = dict(environment.globals)  # of which Jinja would make a chain of mappings, which takes long to copy
    return Template.from_code(environment, marshal.loads(code), names)  # noqa: S302 - generated by `compile_template`


# Compiling
def compile_template(text: str, locations: SourceLocations, kinds: Sequence[str] = ()) -> CompiledTemplate:
    """Return the compiled template. `locations` are those of the lines of `text`.

    Each of `kinds` adds a filter: `{{ (value)|kind_p }}` is printed with kind `p`.
    Raises ProblemsFound: `tag-syntax` for the first tag that cannot be parsed, or else all of `tag-forbidden`,
    `filter-unknown` and `test-unknown`.
    """
    environment = sandbox(tuple(kinds))
    try:
        tree = environment.parse(text)
        faults = refused_parts(tree, environment)
        if faults:
            raise ProblemsFound([locations.placed(line, fault) for line, fault in faults])
        code = environment.compile(_bounded(tree, environment))
    except _NOT_PARSED as error:
        raise ProblemsFound([_parse_problem(locations, error, text)]) from None
    return CompiledTemplate(marshal.dumps(code), tuple(kinds), locations)


def _bounded(tree: nodes.Template, environment: Sandbox) -> nodes.Template:
    """Return the template with private filters around everything that could grow: loops, macros, joined texts and
    lists.
    """
    _Bound().visit(tree)
    tree.set_environment(environment)
    return tree


class _Bound(NodeTransformer):
    """Inserts the private filters."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - named after the node
        self.generic_visit(node)
        size = nodes.Const(_constant_size(node), lineno=node.lineno)
        node.iter = _filtered(node.iter, EACH, [size])
        return node

    def visit_Macro(self, node: nodes.Macro | nodes.CallBlock) -> nodes.Node:  # noqa: N802 - named after the node
        self.generic_visit(node)
        size = nodes.Const(_constant_size(node), lineno=node.lineno)
        price = _filtered(size, ENTER, [])
        node.body.insert(0, nodes.ExprStmt(price, lineno=node.lineno))
        return node

    visit_CallBlock = visit_Macro  # noqa: N815 - named after the node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - named after the node
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), JOINED, [])

    def visit_List(self, node: nodes.Expr) -> nodes.Filter:  # noqa: N802 - named after the node
        self.generic_visit(node)
        return _filtered(node, MADE, [])

    visit_Dict = visit_List  # noqa: N815 - named after the node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802 - named after the node
        return self.visit_List(node) if node.ctx == "load" else node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Getitem:  # noqa: N802 - named after the node
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice) and isinstance(node.node, nodes.Const):
            node.node = _filtered(node.node, MADE, [])  # Python warns about slices of constants
        return node


def _filtered(node: nodes.Node, name: str, arguments: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=node.lineno)


def _constant_size(node: nodes.Node) -> int:
    """Return the number of characters that each run of a body prints by itself."""
    return sum([len(data.data) for data in node.find_all(nodes.TemplateData)])


# Tags
_BLOCKS = ("call", "for", "if", "macro", "set", "with")
_TAGS = (*_BLOCKS, "elif", "else", "raw", *[f"end{word}" for word in _BLOCKS], "endraw")
"""The tags that a template may use."""


class JinjaTag(Struct, frozen=True):
    """A tag as offsets: it is `start:end`, and its content `inner_start:inner_end`; a comment is one tag.

    `word` is the first name in it, the keyword of a statement. An end that strips white space (`-%}`) includes it.
    """

    kind: str
    start: int
    inner_start: int
    inner_end: int
    end: int
    word: str


def find_jinja_tags(text: str, path: str) -> Iterator[JinjaTag]:
    """Yield the tags of the file `path` as `_lex_tags` finds them. Raises ProblemsFound (`tag-syntax`) for a tag with
    an invalid character.
    """
    try:
        yield from _lex_tags(text)
    except TemplateSyntaxError as error:
        lines = range(1, text.count("\n") + 2)
        locations = SourceLocations(tuple([(Location(path, line), "") for line in lines]))
        raise ProblemsFound([_parse_problem(locations, error, text)]) from None


def _lex_tags(text: str) -> Iterator[JinjaTag]:
    """Yield all tags of `text` (with line feeds as line ends) in order, except one that does not end.

    Raises TemplateSyntaxError for a tag with an invalid character.
    """
    kind = word = ""
    start = inner_start = 0
    value_end = 0
    for _, lexeme, value in sandbox(()).lexer.tokeniter(text, None):
        value_start = text.index(value, value_end)  # only white space stripped by `-` can be between two lexemes
        value_end = value_start + len(value)
        name, _, side = lexeme.partition("_")
        if side == "begin" or name == RAW:
            kind = name
            word = ""
            start = value_start
            inner_start = value_end
        elif lexeme == "name" and not word:
            word = value
        if side == "end" or name == RAW:
            yield JinjaTag(kind, start, inner_start, max(value_start, inner_start), value_end, word)


# Syntax errors, as problems that name the tag at fault
_UNKNOWN_TAG = LazyPattern(r"Encountered unknown tag '(\w+)'")
_OPEN_BLOCK = LazyPattern(r"The innermost block that needs to be closed is '(\w+)'")
_CHARACTER = LazyPattern(r"unexpected char .* at (\d+)", re.DOTALL)
_DELIMITER = LazyPattern(r"(\{[{%#])\s*|[}%#]\}")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_LONG_NUMBER = LazyPattern(r"\b\d\w{999,}")
_SHOWN = 30
"""Characters of an unclosed tag in a message."""


def _parse_problem(locations: SourceLocations, error: Exception, text: str) -> Problem:
    """Return the problem `tag-syntax` for one of `_NOT_PARSED`."""
    match error:
        case TemplateSyntaxError():
            return _syntax_problem(locations, error, text)
        case ValueError():  # the only one: a number with more digits than `int` accepts
            number = _LONG_NUMBER.search(text)
            line = _line(text, number.start()) if number else 1
            return locations.placed(line, problem("tag-syntax", form="number"))
        case _:
            return locations.placed(1, problem("tag-syntax", form="deep"))


def _syntax_problem(locations: SourceLocations, error: TemplateSyntaxError, text: str) -> Problem:
    """Return the problem for a syntax error of Jinja in `text`, at the unclosed tag if there is one."""
    unclosed = _unclosed_tag(text)
    if unclosed is not None:
        start, _, _ = text[unclosed.start() : unclosed.start() + _SHOWN].partition("\n")
        hint = f"write {_ENDS[unclosed[1]]} at its end"
        line = _line(text, unclosed.end())
        return locations.placed(line, problem("tag-syntax", form="tag", hint=hint, start=start))
    message = error.message or ""
    unknown = _UNKNOWN_TAG.match(message)
    block = _OPEN_BLOCK.search(message)
    line = error.lineno
    if unknown is not None and unknown[1] not in _TAGS:
        suggestion = instead_of("tags", unknown[1]) or did_you_mean(unknown[1], _TAGS)
        fault = problem("tag-syntax", form="unknown", hint=suggestion, word=unknown[1])
    elif block is not None:
        hint = f"write {{% end{block[1]} %}}"
        if unknown is not None:
            hint += f" before {{% {unknown[1]} %}}"
        line = _open_block_line(text) or error.lineno
        fault = problem("tag-syntax", form="block", hint=hint, word=block[1])
    elif unknown is not None:
        fault = problem("tag-syntax", form="stray", word=unknown[1])
    else:
        fault = _other_syntax_problem(message, text)
    return locations.placed(line, fault)


def _other_syntax_problem(message: str, text: str) -> Problem:
    """Return the problem for a message of Jinja that is about no single tag."""
    character = _CHARACTER.match(message)
    if character is not None:
        return _character_problem(text[int(character[1])])
    reason = message.replace(". Jinja was looking for", ", expected").rstrip(".")
    return problem("tag-syntax", form="other", reason=reason[:1].lower() + reason[1:])


def _line(text: str, offset: int) -> int:
    """Return the number of the line of an offset."""
    return text.count("\n", 0, offset) + 1


def _character_problem(character: str) -> Problem:
    """Return the problem for a character that is not allowed in a tag."""
    name = unicodedata.name(character, "")
    hint = "write straight quotes" if "QUOTATION MARK" in name else None
    if unicodedata.category(character) == "Cf":
        hint = "delete the invisible character"
    shown = f"U+{ord(character):04X} {name}".rstrip()
    return problem("tag-syntax", form="character", hint=hint, character=shown)


def _unclosed_tag(text: str) -> re.Match[str] | None:
    """Return the first start of a tag that is followed by the start of another one, or by nothing,
    instead of its end.
    """
    opened: re.Match[str] | None = None
    for delimiter in _DELIMITER.finditer(text):
        is_start = bool(delimiter[1])
        if opened is None:
            opened = delimiter if is_start else None
        elif delimiter[0] == _ENDS[opened[1]]:
            opened = None
        elif is_start and opened[1] != "{#":
            return opened
    return opened


def _open_block_line(text: str) -> int | None:
    """Return the line of the innermost block that is open at the first end of another block, or at the
    end of the text.
    """
    blocks: list[JinjaTag] = []
    for tag in _lex_tags(text):
        content = text[tag.inner_start : tag.inner_end]
        if tag.word in _BLOCKS and tag.kind == STATEMENT and not (tag.word == "set" and "=" in content):
            blocks.append(tag)
        elif tag.word.startswith("end") and blocks:
            if tag.word != f"end{blocks[-1].word}":
                break
            blocks.pop()
    if not blocks:
        return None
    innermost = blocks[-1]
    return _line(text, text.index(innermost.word, innermost.start))


# Names in single tags, as their author wrote them
OPENING = ("for", "if", "with", "macro", "call")


class DeclaredFacts(Struct, frozen=True):
    """The kind of `custom`: the custom fields of the plan or of a city by name, each with the columns of its table."""

    facts: Mapping[str, "DeclaredFacts"]


class DeclaredFact(Struct, frozen=True):
    """The kind of a custom field; `columns` is that of a row of its table."""

    columns: DeclaredFacts


class FactRows(Struct, frozen=True):
    """The kind of the rows of a table."""

    columns: DeclaredFacts


NO_FACTS = DeclaredFacts({})


class WrittenTag(Struct, frozen=True):
    """A tag: the text between its delimiters, whether it prints, and its place."""

    content: str
    prints: bool
    locations: SourceLocations


def read_tags(
    tags: Iterable[WrittenTag], known: Mapping[str, Kind], facts: Mapping[type, DeclaredFacts] | None = None
) -> Iterator[Problem]:
    """Yield the problems of each tag: `tag-syntax`, `tag-forbidden`, `filter-unknown`, `test-unknown`, `name-unknown`.

    Args:
        tags: The tags of a template, in their order.
        known: The kinds of the template's variables.
        facts: The custom fields of each class of values that has them. Without them, any name may be one.
    """
    reader = _TagReader(known, facts or {})
    for tag in tags:
        yield from reader.read(tag)


def names_in(expression: str) -> frozenset[str]:
    """Return the names of variables in the expression of a tag that prints; none if it cannot be parsed."""
    return _names(f"{{{{ {expression} }}}}", "load")


def names_bound_by(statement: str) -> frozenset[str]:
    """Return the names to which a statement such as `for row in summary.rows` gives values."""
    word = _first_word(statement)
    end = f"{{% end{word} %}}" if word in OPENING else ""
    return _names(f"{{% {statement} %}}{end}", "store", "param")


def constant_condition(condition: str) -> bool | None:
    """Return the value of a condition that depends on nothing; None for any other."""
    try:
        output = Environment(autoescape=True).parse(f"{{{{ {condition} }}}}").find(nodes.Output)
    except TemplateSyntaxError:
        return None
    return None if output is None else _truth(output.nodes[0])


class _TagReader:
    """Reads the tags of a template in order, with the names that the tags before define.

    A name is known from there to the end: rendering the template finds uses of it outside of its block.

    Each expression has a kind, None if nothing is known about its value: then any field of it is accepted.
    """

    def __init__(self, known: Mapping[str, Kind], facts: Mapping[type, DeclaredFacts]) -> None:
        self._environment = sandbox(())
        self._facts = facts
        self._names: dict[str, Kind] = dict.fromkeys(self._environment.globals) | dict(known)
        """The kind of each name that is known so far."""
        self._are_all_known = True
        """Whether every statement could be parsed, so that all names which the template defines are known."""
        self._problems: dict[Problem, None] = {}
        """The problems of the tag that is read, each once, in order."""
        self._locations = SourceLocations.at(NOWHERE)

    def read(self, tag: WrittenTag) -> Iterable[Problem]:
        """Return the problems of the next tag."""
        self._problems = {}
        self._locations = tag.locations
        text = _alone(tag)
        try:
            tree = self._environment.parse(text)
            for _, fault in refused_parts(tree, self._environment):
                self._report(fault)
            self._kind(tree)
        except _NOT_PARSED as error:
            self._problems[_parse_problem(tag.locations, error, text)] = None
            if not tag.prints:
                self._are_all_known = False
        return self._problems

    def _kind(self, node: nodes.Node) -> Kind:
        """Return the kind of an expression, None for a statement or a result such as a sum; unknown names in it are
        reported.
        """
        match node:
            case nodes.Name(ctx="load"):
                return self._variable(node.name)
            case nodes.Getattr(attr=name) | nodes.Getitem(arg=nodes.Const(value=str(name))):
                return self._field(self._kind(node.node), name)
            case nodes.Getitem(arg=nodes.Slice()):
                self._kind(node.arg)
                return self._kind(node.node)
            case nodes.Getitem():
                self._kind(node.arg)
                return _item_of(self._kind(node.node))
            case nodes.Filter():
                return self._filtered(node)
            case nodes.CondExpr(expr1=first, expr2=second):
                self._kind(node.test)
                if second is None:  # `… if …` without `else`
                    return self._kind(first)
                return self._kind_of_either(first, second)
            case nodes.And(left=first, right=second) | nodes.Or(left=first, right=second):
                return self._kind_of_either(first, second)
            case _:
                return self._statement(node)

    def _kind_of_either(self, first: nodes.Expr, second: nodes.Expr) -> Kind:
        """Return the kind of an expression that has the value of one of two."""
        return _common_kind(self._kind(first), self._kind(second))

    def _filtered(self, node: nodes.Filter) -> Kind:
        """Return the kind of a filtered value; unknown names of attributes are reported, too."""
        kind = None if node.node is None else self._kind(node.node)
        for argument in (*node.args, *node.kwargs):
            self._kind(argument)
        match node.name:
            case "first" | "last":
                return _item_of(kind)
            case "list" | "reverse" | "select" | "reject" | "width":
                return kind
            case "batch":
                return _list_of(kind)
            case "selectattr" | "rejectattr" if node.args:
                self._attribute(_item_of(kind), node.args[0])
                return kind
            case "map":
                attributes = [argument.value for argument in node.kwargs if argument.key == "attribute"]
                if not attributes:
                    return None
                return _list_of(self._attribute(_item_of(kind), attributes[0]))
            case _:
                return None

    def _attribute(self, kind: Kind, path: nodes.Expr) -> Kind:
        """Return the kind of what a path such as `contact.email` leads to from a value."""
        if not isinstance(path, nodes.Const) or not isinstance(path.value, str):
            return None
        for step in path.value.split("."):
            kind = _item_of(kind) if step.isdecimal() else self._field(kind, step)
        return kind

    def _statement(self, node: nodes.Node) -> None:
        """Add the names that a tag defines; read its expressions."""
        match node:
            case nodes.For():
                self._define(node.target, _item_of(self._kind(node.iter)))
                self._names["loop"] = LoopContext
                for child in node.iter_child_nodes(exclude=("target", "iter")):
                    self._kind(child)
            case nodes.With():
                for target, value in zip(node.targets, node.values, strict=True):
                    self._define(target, self._kind(value))
            case nodes.Assign():
                self._define(node.target, self._kind(node.node))
            case nodes.Name():
                self._define(node, None)
            case _:
                if isinstance(node, nodes.Macro):
                    self._names |= {node.name: None, "caller": None}
                for child in node.iter_child_nodes():
                    self._kind(child)

    def _define(self, target: nodes.Node, kind: Kind) -> None:
        """Add the names to which a loop or an assignment gives values of a kind. Several names get parts of the value,
        whose kinds are not known.
        """
        if isinstance(target, nodes.Name):
            self._define_name(target.name, kind)
        for part in target.find_all(nodes.Name):
            self._define_name(part.name, None)

    def _define_name(self, name: str, kind: Kind) -> None:
        """Add a name, which may already have values of another kind."""
        if name in self._names:
            kind = _common_kind(self._names[name], kind)
        self._names[name] = kind

    def _variable(self, name: str) -> Kind:
        """Return the kind of a variable, and report an unknown one."""
        if name not in self._names and self._are_all_known:
            known = self._names.keys() - self._environment.globals.keys()
            self._report(unknown_name(name, tuple(sorted(known))))
        return self._names.get(name)

    def _field(self, kind: Kind, name: str) -> Kind:
        """Return the kind of a field of a value, and report an unknown one."""
        origin: Any = get_origin(kind)
        if origin is LazyTranslations:
            return _item_of(kind)
        if kind is FactsByName:
            return CustomFact
        if isinstance(kind, DeclaredFacts):
            if name not in kind.facts:
                self._report(undeclared(name, kind.facts))
                return CustomFact
            return DeclaredFact(kind.facts[name])
        if isinstance(kind, DeclaredFact):
            kind_of_field = self._field(CustomFact, name)
            return FactRows(kind.columns) if name == "rows" else kind_of_field
        owner: Any = kind if origin is None else origin
        if not isinstance(owner, type):  # nothing is known about the value
            return None
        names = public_names(owner)
        if name not in names:
            self._report(missing_name(owner, name))
        if names.get(name) is FactsByName:
            return self._facts.get(owner, FactsByName)
        return names.get(name)

    def _report(self, problem: Problem) -> None:
        self._problems[self._locations.placed(1, problem)] = None


def _names(text: str, *contexts: str) -> frozenset[str]:
    """Return the names in a template that are used in one of these contexts; none if it cannot be parsed."""
    try:
        tree = sandbox(()).parse(text)
    except _NOT_PARSED:
        return frozenset()
    return frozenset([node.name for node in tree.find_all(nodes.Name) if node.ctx in contexts])


def _common_kind(kind: Kind, other: Kind) -> Kind:
    """Return the kind of a value that has one of two kinds."""
    return kind if kind == other else None


def _list_of(kind: Kind) -> Kind:
    """Return the kind of a list whose items have that kind."""
    return GenericAlias(tuple, (kind, ...))


def _item_of(kind: Kind) -> Kind:
    """Return the kind of the items of a list, or of the values of a mapping by language."""
    if isinstance(kind, FactRows):
        return kind.columns
    origin: Any = get_origin(kind)
    if origin not in (tuple, list, LazyTranslations, LazyItems):
        return None
    return get_args(kind)[0]


def _first_word(statement: str) -> str:
    """Return the keyword of a statement; empty for an empty one."""
    words = statement.split(maxsplit=1)
    return words[0] if words else ""


def _alone(tag: WrittenTag) -> str:
    """Return a template of this tag and the tags that it requires."""
    content = tag.content
    if tag.prints:
        return f"{{{{ {content} }}}}"
    word = _first_word(content)
    if word in {"else", "raw", ""} or word.startswith("end"):
        return ""
    if word == "elif":
        return f"{{% if range %}}{{% {content} %}}{{% endif %}}"
    written = f"{{% {content} %}}"
    if word in OPENING or (word == "set" and "=" not in content):
        written += f"{{% end{word} %}}"
    return written


def _truth(expression: nodes.Expr) -> bool | None:
    """Return whether an expression of `true`, `false`, `not`, `and` and `or` is true; None if that depends on others.

    Nothing else is evaluated, since templates may be anyone's.
    """
    match expression:
        case nodes.Const(value=bool() as value):
            return value
        case nodes.Not(node=inner):
            inner_value = _truth(inner)
            return None if inner_value is None else not inner_value
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            deciding = isinstance(expression, nodes.Or)
            values = _truth(left), _truth(right)
            if deciding in values:
                return deciding
            return None if None in values else not deciding
        case _:
            return None
