"""A Word template made from the page template of a pack, for further work in Word.

Its text has the tags of Word templates, and its look is that of the Word files that the pack makes without it: the page
template becomes a page whose text has the tags, and the Word writer makes the template of it.

Statements between elements become paragraphs, rows or cells with the tags of Word templates (`{%p … %}`, `{%tr … %}`,
`{%tc … %}`). What page templates write with tags in attributes, Word templates write with tags in the text: spans,
languages, addresses, pictures, bars, tiles, and classes that depend on a condition.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import pairwise

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.fill_and_read_page import attempt_fill, attempt_page
from ucap_reports.page.page_elements import COLUMN, LABEL, NATURAL, Element, PageXml, without_box
from ucap_reports.page.page_tree import Block, Division, PageTree, Table, TableRow, TextBlock
from ucap_reports.summary.summary_model import Contact, Metadata, Row, Summary
from ucap_reports.template.jinja.jinja_templates import OPENING
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import PackLogo
from ucap_reports.template.theme_and_line_spacing import Theme
from ucap_reports.template.xml_templates import template_text
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.writer.statements_to_examples import CONDITION, OTHERWISE, SPAN, use_examples
from ucap_reports.word.writer.word_tables import TAG_WIDTH, is_cell_tag
from ucap_reports.word.writer.write_word import write_word


def word_template(pack: Pack) -> bytes:
    """Return a Word template with the look and the tags of the pack's page template.

    Raises ProblemsFound with the errors of a page template that cannot be compiled.
    """
    summary = _sample(pack)
    summary_with_rows = replace(summary, rows=_sample_rows(pack))
    filled, _ = attempt_fill(pack.page_template, summary_with_rows)
    contact = pack.settings.contact
    has_contact = bool(contact.office or contact.email or contact.website)
    template = template_text(pack.page_template)
    text = unfilled_page(template, pack.theme, has_contact=has_contact, logo=pack.settings.logo)
    text = _with_column_counts(text, filled.text)
    page = PageXml(text, pack.page_template.path, (), {}, summary, {}, {})
    tree, _ = attempt_page(page, pack)
    tree = _adapted_tree(tree, _foot_styles(template))
    content, _ = write_word(tree, summary, pack, is_template=True)
    return content


def _sample(pack: Pack) -> Summary:
    """Return a summary without content, whose metadata the template has."""
    settings = pack.settings
    return Summary(
        id=pack.name,
        title=settings.title,
        language=settings.language,
        column_label=RichText(),
        columns=(),
        rows=(),
        contact=Contact(),
        programme_label=(),
        metadata=Metadata("", ""),
    )


def _sample_rows(pack: Pack) -> tuple[Row, ...]:
    """Return a row of the fact table for each of those of the pack."""
    value = RichText.plain(pack.name)
    rows = []
    for rule in pack.settings.rows:
        rows.append(Row(rule.field, value, (value,), shared=not pack.fields.is_of_city(rule.field)))
    return tuple(rows)


_COLUMN_COUNT = re.compile(r'(?<=<columns )([^<>]*?)\bcount="([^"]*)"')
"""The attributes of a text in columns up to their number, and the number."""
_CLASS_OF_COLUMNS = re.compile(r'\bclass="([^"]*)"')


def _with_column_counts(text: str, filled: str) -> str:
    """Return a page whose texts in columns have as many as on the `filled` page of a summary with all rows: a Word
    template has a fixed number.

    If some are in a loop or a condition, those whose number depends on the summary have that of the first one on the
    filled page with their class.
    """
    counts = [columns[2] for columns in _COLUMN_COUNT.finditer(filled)]
    if len(counts) == len(_COLUMN_COUNT.findall(text)):
        remaining = iter(counts)
        return _COLUMN_COUNT.sub(lambda columns: f'{columns[1]}count="{next(remaining)}"', text)
    count_by_class: dict[str, str] = {}
    for columns in _COLUMN_COUNT.finditer(filled):
        count_by_class.setdefault(_class_of(columns), columns[2])

    def with_count(columns: re.Match[str]) -> str:
        count = count_by_class.get(_class_of(columns))
        if count is None or "{{" not in columns[2]:
            return columns[0]
        return f'{columns[1]}count="{count}"'

    return _COLUMN_COUNT.sub(with_count, text)


def _class_of(columns: re.Match[str]) -> str:
    """Return the class of a text in columns, which is before the number of columns."""
    own = _CLASS_OF_COLUMNS.search(columns[1])
    return own[1] if own is not None else ""


def _adapted_tree(tree: PageTree, feet: frozenset[str]) -> PageTree:
    """Return the tree, in which cells with a tag leave the room to the others, paragraphs for the cases of a table cell
    have no box of their own, and boxes with a style of `feet` are at the foot of the page.
    """
    first_header = None if tree.first_header is None else _adapted(tree.first_header)
    return replace(
        tree,
        header=_adapted(tree.header),
        footer=_adapted(tree.footer),
        body=tuple(_at_foot(block, feet) for block in _adapted(tree.body)),
        first_header=first_header,
    )


def _adapted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(_adapted_block(block) for block in blocks)


def _adapted_block(block: Block) -> Block:
    if isinstance(block, Division):
        return replace(block, blocks=_adapted(block.blocks))
    if isinstance(block, Table):
        return replace(block, head=_adapted_rows(block.head), body=_adapted_rows(block.body))
    if is_cell_tag(block):
        return replace(block, style=replace(block.style, width=TAG_WIDTH))
    return block


def _at_foot(block: Block, feet: frozenset[str]) -> Block:
    if isinstance(block, Division) and block.style.name in feet:
        return replace(block, style=replace(block.style, pin="foot"))
    return block


def _adapted_rows(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    adapted = []
    for row in rows:
        cells = []
        for cell in row.cells:
            blocks = tuple(_without_own_box(block) for block in cell.blocks)
            cells.append(replace(cell, blocks=blocks))
        adapted.append(replace(row, cells=tuple(cells)))
    return tuple(adapted)


def _without_own_box(block: Block) -> Block:
    if isinstance(block, TextBlock):
        return replace(block, style=without_box(block.style))
    return block


# The page whose text has the tags of a Word template
_COMMENT = re.compile(r"\{#[^#]*(?:#(?!\})[^#]*)*#\}|<!--[^-]*(?:-(?!->)[^-]*)*-->")
_IN_VALUE = r"[^}]*(?:\}(?!\})[^}]*)*"
_IN_STATEMENT = r"[^%]*(?:%(?!\})[^%]*)*"
"""What is before the first closing braces of a value and of a statement."""
_VALUE = re.compile(r"\{\{(" + _IN_VALUE + r")\}\}")
_STATEMENT = re.compile(r"\{%(" + _IN_STATEMENT + r")%\}")
_TAG = r"\{\{" + _IN_VALUE + r"\}\}|\{%" + _IN_STATEMENT + r"%\}"
_BRACE_OF_NO_TAG = r"\{(?![{%])"
_START_TAG = re.compile(r"<[A-Za-z](?:" + _TAG + r"|[^<>{]|" + _BRACE_OF_NO_TAG + r")*>")
"""A start tag; its attributes may contain tags, which may contain angle brackets."""
_ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]+)="((?:' + _TAG + r'|[^"{]|' + _BRACE_OF_NO_TAG + r')*)"')
"""An attribute, whose value may contain tags, which may contain quotation marks."""
_FIXED_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CLASS = re.compile(r"[\w-]*")
_MOST_CALLS = 1_000
"""The calls of macros that are replaced; a template has as many tags at most."""
_NAMED_ARGUMENT = re.compile(r"(\w+)\s*=(?!=)\s*(.+)", re.DOTALL)
_DECLARED_MACRO = re.compile(r"macro\s+(\w+)\(([^)]*)\)")
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"th", "td"})
_PARENTS_OF_ROWS = frozenset({"table", "thead", "tbody"})
_PARTS_OF_LINES = frozenset({"span", "a", "b", "strong", "i", "em", "u", "sub", "sup", "br"})
_LINES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", *_PARTS_OF_LINES})
"""Elements whose content is one paragraph or a part of it."""
_FLOWS = frozenset({"div", "td", "th", "foot"})
"""Elements whose content is one paragraph, if it is only text."""
_RICH = frozenset({"label", "head", "heads", "cell", "cells", "column_label", "caption", "credit"})
"""The last parts of the names of rich text."""
_LANGUAGE = "language("
"""The beginning of the filter that gives a value a language."""
_OWN_LANGUAGE = re.compile(r"\|\s*language\s*\(")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def unfilled_page(template: str, theme: Theme, *, has_contact: bool = False, logo: PackLogo | None = None) -> str:
    """Return the XML of a page whose text has the tags of the template.

    The template must be one that can be filled. `has_contact` if all documents have a contact. The `logo` is that of
    the pack.
    """
    text = _without_macros(_COMMENT.sub("", template))
    text = _START_TAG.sub(_prepared_start_tag, text)
    text = _STATEMENT.sub(lambda statement: f"<?tag {_inner(statement)}?>", text)
    root = etree.fromstring(text.strip().encode(), _PARSER)
    use_examples(root, has_contact=has_contact, logo=logo)
    _join_tiles(root)
    page = _Unfilled(theme)
    page.place_statements(root)
    elements = list(root.iter(etree.Element))
    for element in elements:
        page.convert(element)
    for element in reversed(elements):  # an element is copied with what it contains, which is finished then
        page.choose(element)
    _fill_rows(root)
    return etree.tostring(root, encoding="unicode")


def _foot_styles(template: str) -> frozenset[str]:
    """Return the names of the styles of the boxes that a page template prints at the foot of the last page."""
    names = set()
    for tag in _START_TAG.findall(_COMMENT.sub("", template)):
        if re.match(r"<foot\b", tag):
            attributes = dict(_ATTRIBUTE.findall(tag))
            names.add(attributes.get("class", NATURAL["foot"]))
    return frozenset(names)


def _join_tiles(root: Element) -> None:
    """Write boxes that have only tiles, side by side, as one paragraph with the tiles."""
    for box in root.iter("div"):
        goals = list(box.iterchildren(etree.Element))
        if not goals or any(goal.tag != "goal" for goal in goals):
            continue
        box.tag = "p"
        for goal in goals:
            goal.tag = "span"
            goal.text = _tile(goal)
            goal.tail = " "


def _tile(goal: Element) -> str:
    """Return the tag for the tile of a goal."""
    number = _number(_taken(goal, "number") or "")
    return _value_tag(f"{number.removesuffix('.number')}|tile")


def _value_tag(expression: str) -> str:
    """Return the tag that prints the value of an expression."""
    return f"{{{{ {expression} }}}}"


def _inner(tag: re.Match[str]) -> str:
    """Return what is in a tag, without the marks that remove white space around it."""
    return tag[1].removeprefix("-").removesuffix("-").strip()


def _without_macros(template: str) -> str:
    """Return the template with the text of each macro where it is called, since Word templates have no macros."""
    macros: dict[str, _Macro] = {}
    declaration: re.Match[str] | None = None
    """The name and the parameters of the macro that has begun and not ended."""
    body_start = 0
    text = ""
    last_end = 0
    """Where the last macro ends."""
    for statement in _STATEMENT.finditer(template):
        words = _inner(statement)
        declared = _DECLARED_MACRO.fullmatch(words)
        if declared is not None:
            text += template[last_end : statement.start()]
            declaration = declared
            body_start = statement.end()
        elif words == "endmacro" and declaration is not None:
            body = template[body_start : statement.start()]
            macros[declaration[1]] = _Macro(_parameters(declaration[2]), body)
            declaration = None
            last_end = statement.end()
    text += template[last_end:]
    return _MacroCalls(macros).replaced(text)


def _parameters(text: str) -> dict[str, str]:
    """Return the default values of the parameters of a macro by name; empty for one that has none."""
    parameters: dict[str, str] = {}
    for parameter in _arguments(text):
        name, _, default = parameter.partition("=")
        parameters[name.strip()] = default.strip()
    return parameters


def _arguments(text: str) -> list[str]:
    """Return what is between the commas that are outside of quotation marks and brackets."""
    arguments = [""]
    quotation_mark = ""
    """The mark that the string around a character began with; empty outside of strings."""
    depth = 0
    for character in text:
        if quotation_mark:
            if character == quotation_mark:
                quotation_mark = ""
        elif character in "\"'":
            quotation_mark = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if character == "," and not quotation_mark and depth == 0:
            arguments.append("")
        else:
            arguments[-1] += character
    return [argument.strip() for argument in arguments if argument.strip()]


class _MacroCalls:
    """Replaces the calls of macros by their text, also in the texts of macros."""

    def __init__(self, macros: Mapping[str, "_Macro"]) -> None:
        self._macros = macros
        self._remaining = _MOST_CALLS

    def replaced(self, text: str, around: AbstractSet[str] = frozenset()) -> str:
        """Return a text that is in the macros `around`, without calls. A macro in itself stays a call."""
        return _VALUE.sub(partial(self._with_macro, around), text)

    def _with_macro(self, around: AbstractSet[str], value: re.Match[str]) -> str:
        """Return the text of the macro that a value calls; any other value stays."""
        name, bracket, arguments = _inner(value).partition("(")
        is_call = bool(bracket) and arguments.endswith(")")
        if not is_call or name not in self._macros or name in around:
            return value[0]
        self._remaining -= 1
        if self._remaining < 0:
            return value[0]
        macro = self._macros[name]
        text = self.replaced(macro.body, around | {name})
        return macro.called(text, _arguments(arguments.removesuffix(")")))


class _Macro(Struct, frozen=True):
    """A macro: the default values of its parameters by name, empty for those that have none, and its text."""

    parameters: Mapping[str, str]
    body: str

    def called(self, text: str, arguments: Sequence[str]) -> str:
        """Return the text of the macro for the arguments of a call."""
        names = list(self.parameters)
        values = {name: default for name, default in self.parameters.items() if default}
        for number, argument in enumerate(arguments):
            named = _NAMED_ARGUMENT.fullmatch(argument)
            if named is not None:
                values[named[1]] = named[2]
            elif number < len(names):
                values[names[number]] = argument
        assignments = [f"{name} = {values[name]}" for name in names if values.get(name, name) != name]
        if not assignments:
            return text
        return f"{{% with {', '.join(assignments)} %}}{text}{{% endwith %}}"


def _prepared_start_tag(match: re.Match[str]) -> str:
    """Return a start tag whose attributes have no statements."""
    tag = _with_options(match[0])
    return _ATTRIBUTE.sub(_prepared_attribute, tag)


def _with_options(tag: str) -> str:
    """Return a start tag in which each attribute that depends on a condition has the condition beside it."""
    statements = list(_STATEMENT.finditer(tag))
    text = ""
    copied_end = 0
    for opening, closing in pairwise(statements):
        condition = _condition(_inner(opening))
        if not condition or _inner(closing) != "endif":
            continue
        name, equals, value = tag[opening.end() : closing.start()].strip().partition('="')
        if equals and value.endswith('"') and _CLASS.fullmatch(name):
            text += tag[copied_end : opening.start()]
            text += _prepared_option(condition, name, value.removesuffix('"'))
            copied_end = closing.end()
    return text + tag[copied_end:]


def _prepared_option(condition: str, name: str, value: str) -> str:
    """Return an attribute that an element has on a condition; any but a span or a class loses the condition."""
    if name == "colspan":
        tag = _VALUE.fullmatch(value)
        span = value if tag is None else _inner(tag)
        return f' {SPAN}="{_escaped(span)} if {_escaped(condition)} else 1"'
    if name == "class":
        return f' class="{value}" {CONDITION}="{_escaped(condition)}"'
    return f' {name}="{_escaped(value)}"'


def _prepared_attribute(attribute: re.Match[str]) -> str:
    """Return an attribute whose value is text: a class that depends on a condition, or a span with a tag, becomes other
    attributes.
    """
    name, value = attribute.groups()
    if name == "class":
        choice = _chosen(value) or _branched(value)
        if choice is not None:
            condition = _escaped(choice.condition)
            return f'class="{choice.first}" {OTHERWISE}="{choice.otherwise}" {CONDITION}="{condition}"'
    if name == "colspan":
        tag = _VALUE.fullmatch(value)
        if tag is not None:
            return f' {SPAN}="{_escaped(_inner(tag))}"'
    return f'{name}="{_escaped(value)}"'


class _ClassChoice(Struct, frozen=True):
    """The class of an element on a condition, and otherwise."""

    condition: str
    first: str
    otherwise: str


def _chosen(value: str) -> _ClassChoice | None:
    """Return the classes of `{{ 'a' if condition else 'b' }}`; None for any other value."""
    tag = _VALUE.fullmatch(value)
    if tag is None:
        return None
    first, _, words = _inner(tag).removeprefix("'").partition("'")
    test, _, otherwise = words.rpartition("else")
    otherwise = otherwise.strip().removeprefix("'").removesuffix("'")
    return _class_choice(_condition(test), first, otherwise)


def _branched(value: str) -> _ClassChoice | None:
    """Return the classes of `{% if condition %}a{% else %}b{% endif %}`; None for any other value."""
    statements = list(_STATEMENT.finditer(value))
    words = [_inner(statement) for statement in statements]
    if words[1:] != ["else", "endif"]:
        return None
    opening, middle, closing = statements
    if opening.start() > 0 or closing.end() < len(value):
        return None
    first = value[opening.end() : middle.start()]
    otherwise = value[middle.end() : closing.start()]
    return _class_choice(_condition(words[0]), first, otherwise)


def _class_choice(condition: str, first: str, otherwise: str) -> _ClassChoice | None:
    """Return the choice between two classes; None without a condition, or for what are no names of classes."""
    if not condition or not _CLASS.fullmatch(first) or not _CLASS.fullmatch(otherwise):
        return None
    return _ClassChoice(condition, first, otherwise)


def _condition(words: str) -> str:
    """Return the condition after the word "if"; empty for other words."""
    parts = words.split(None, 1)
    if len(parts) < 2 or parts[0] != "if":  # noqa: PLR2004 - the word and the condition
        return ""
    return parts[1].strip()


def _escaped(text: str) -> str:
    """Return text for an attribute in double quotation marks; text that is escaped already stays so."""
    text = re.sub(r"&(?!\w+;|#)", "&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class _Unfilled:
    """Replaces the statements and the elements with tags in their attributes."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def place_statements(self, root: Element) -> None:
        """Replace each statement by the tag for what is around it: a row, a cell, a paragraph or a line."""
        for mark in list(root.iter(etree.ProcessingInstruction)):
            parent = mark.getparent()
            if parent is None:
                continue
            new = self._statement(str(parent.tag), parent, (mark.text or "").strip())
            new.tail = mark.tail
            parent.replace(mark, new)

    def _statement(self, tag: str, parent: Element, statement: str) -> Element:
        """Return the element for a statement in an element with that tag."""
        if tag in _PARENTS_OF_ROWS:
            row = etree.Element("tr")
            etree.SubElement(row, "td").text = f"{{%tr {statement} %}}"
            return row
        if tag == "tr":
            return _element("td", f"{{%tc {statement} %}}")
        if tag in _LINES or self._is_line(parent):
            return _element("span", f"{{% {statement} %}}")
        if tag in _LISTS:  # what else is in a list is not read
            return _element("li", f"{{%p {statement} %}}")
        scope = "tc" if self._is_side_by_side(parent) else "p"
        return _element("p", f"{{%{scope} {statement} %}}")

    def _is_line(self, element: Element) -> bool:
        """Return whether a box or a cell has the words of one paragraph, and statements in it."""
        if str(element.tag) not in _FLOWS or self._is_side_by_side(element):
            return False
        if any(child.tag not in _PARTS_OF_LINES for child in element.iterchildren(etree.Element)):
            return False
        own_text = element.text or ""
        for child in element:
            own_text += child.tail or ""
        words = _VALUE.sub("", own_text)
        return bool(words.strip())

    def _is_side_by_side(self, element: Element) -> bool:
        """Return whether what is in an element is side by side, by its style."""
        name = element.get("class") or NATURAL.get(str(element.tag), "")
        style = self._theme.styles.get(name)
        return style is not None and style.layout == "columns"

    def convert(self, element: Element) -> None:
        """Replace what an element has in its attributes by tags in its text."""
        tag = str(element.tag)
        language = _value(_taken(element, "lang") or "")
        if language and tag != "document":
            _add_filter(element, f"{_LANGUAGE}{language})")
        _taken(element, "continued")
        if tag == "a":
            _add_link(element, _value(_taken(element, "href") or ""))
            element.tag = "span"
        elif tag == "foot" and _is_in_statement(element):
            element.tag = "div"  # the condition must stay around it; `_foot_styles` has its style
        elif tag == "picture":
            _convert_picture(element)
        elif tag == "bar":
            _become_paragraph(element, _value_tag(_bar(element)), self._figure_style(element))
        elif tag == "goal":
            _become_paragraph(element, _tile(element), self._figure_style(element))
        span = _taken(element, SPAN)
        if span is not None:
            statement = _element("span", f"{{% colspan {span} %}}")
            statement.tail = element.text
            element.text = None
            element.insert(0, statement)

    def _figure_style(self, element: Element) -> str:
        """Return the name of the style of a bar or a tile, which has its width beside other blocks."""
        name = element.get("class") or NATURAL[str(element.tag)]
        return name if name in self._theme.styles else ""

    def choose(self, element: Element) -> None:
        """Write an element whose class depends on a condition as one for each case, or its content if it is a cell."""
        condition = _taken(element, CONDITION)
        otherwise = _taken(element, OTHERWISE)
        if condition is None:
            return
        content = list(_content(element))
        first = element.get("class") or ""
        if str(element.tag) in _CELLS:
            element.text = None
            del element[:]
            element.append(_element("p", f"{{%p if {condition} %}}", first))
            element.append(_copied("p", content, first))
            other = otherwise or _natural_class(element)
            element.append(_element("p", "{%p else %}", other))
            element.append(_copied("p", content, other))
            element.append(_element("p", "{%p endif %}", first))
        elif element.getparent() is not None:
            element.addprevious(_element("p", f"{{%p if {condition} %}}", first))
            ending = _element("p", "{%p endif %}", first)
            element.addnext(ending)
            ending.addprevious(_element("p", "{%p else %}", first))
            ending.addprevious(_copied(str(element.tag), content, otherwise))


def _natural_class(cell: Element) -> str:
    """Return the class of a cell that has none of its own."""
    if cell.tag != "th":
        return NATURAL["td"]
    around = next(cell.iterancestors("thead", "table"), None)
    if around is not None and around.tag == "thead":
        return COLUMN
    return LABEL


def _is_in_statement(element: Element) -> bool:
    """Return whether paragraphs with statements before and after an element are around it, such as a condition."""
    open_statements = 0
    for sibling in element.itersiblings(preceding=True):
        text = sibling.text or ""
        if not text.startswith("{%p "):
            continue
        word = text.removeprefix("{%p ").partition(" ")[0]
        if word.startswith("end"):
            open_statements -= 1
        elif word in OPENING:
            open_statements += 1
    return open_statements > 0


def _element(tag: str, text: str, name: str = "") -> Element:
    """Return an element with a text, and with a class if `name` is not empty."""
    element = etree.Element(tag, {"class": name} if name else {})
    element.text = text
    return element


def _content(element: Element) -> Iterator[str | Element]:
    """Yield the texts and elements in an element, which lose the texts after them."""
    if element.text:
        yield element.text
    for child in element:
        tail = child.tail
        child.tail = None
        yield child
        if tail:
            yield tail


def _copied(tag: str, content: list[str | Element], name: str | None) -> Element:
    """Return an element of that class with a copy of the content."""
    element = etree.Element(tag, {"class": name} if name else {})
    for part in content:
        if not isinstance(part, str):
            element.append(etree.fromstring(etree.tostring(part)))
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + part
        else:
            element.text = (element.text or "") + part
    return element


def _value(written: str) -> str:
    """Return an attribute as one expression, in which fixed texts are strings; empty without an attribute."""
    parts: list[str] = []
    end = 0
    for match in _VALUE.finditer(written):
        parts += [_string(written[end : match.start()]), _inner(match)]
        end = match.end()
    parts.append(_string(written[end:]))
    filled = [part for part in parts if part]
    if len(filled) == 1:
        return filled[0]
    return " ~ ".join(f"({part})" for part in filled)


def _string(text: str) -> str:
    """Return a text as a string of the template language; empty for white space alone."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if text.strip() else ""


def _taken(element: Element, name: str) -> str | None:
    """Return an attribute, which the element does not have any more."""
    value = element.get(name)
    if value is not None:
        del element.attrib[name]
    return value


def _number(written: str) -> str:
    """Return the expression of an attribute with a number, or a fixed number as it is written."""
    number = written.strip()
    if _FIXED_NUMBER.fullmatch(number):
        return number
    return _value(written)


def _bar(element: Element) -> str:
    """Return the expression of a bar."""
    value = _number(element.get("value") or "")
    largest = _number(element.get("max") or "")
    label = _value(element.get("label") or "")
    if not label:
        return f"{value}|bar({largest})"
    return f"{value}|bar({largest}, {label})"


def _become_paragraph(element: Element, text: str, name: str = "") -> None:
    """Write an element as a paragraph; `name` is the style whose width it has beside other blocks."""
    tail = element.tail
    element.clear()
    element.tag = "p"
    element.text = text
    element.tail = tail
    if name:
        element.set("class", name)


def _convert_picture(element: Element) -> None:
    """Write a picture of the plan as a paragraph, with those of its caption and credit below it."""
    picture = _value(element.get("of") or "")
    name = picture.partition("|")[0]
    has_caption = element.get("caption") != "false"
    _become_paragraph(element, _value_tag(picture))
    if has_caption:
        scope = "" if name == "photo" else "p"
        element.addnext(_element("p", f"{{{{{scope} {name}.credit }}}}", "caption"))
        element.addnext(_element("p", f"{{{{{scope} {name}.caption }}}}", "caption"))


def _add_filter(element: Element, filter_: str) -> None:
    """Add a filter to the values in an element, but that of a language not where an element in it has its own."""
    element.text = _filtered(element.text, filter_)
    for child in element.iterchildren(etree.Element):
        if "lang" not in child.attrib or not filter_.startswith(_LANGUAGE):
            _add_filter(child, filter_)
        child.tail = _filtered(child.tail, filter_)


def _add_link(element: Element, address: str) -> None:
    """Write the texts and the values in an element as links to the address, which is an expression; none if it is
    empty.
    """
    if not address:
        return
    element.text = _linked(element.text, address)
    for child in element.iterchildren(etree.Element):
        _add_link(child, address)
        child.tail = _linked(child.tail, address)


def _linked(text: str | None, address: str) -> str | None:
    """Return a text in which the words and the values are links to the address."""
    if not text:
        return text
    linked = ""
    end = 0
    for tag in _VALUE.finditer(text):
        expression = _inner(tag)
        value = expression.partition("|")[0]
        is_address = value.removeprefix("summary.") == address.removeprefix("summary.")
        link = "link" if is_address else f"link({address})"
        linked += _linked_words(text[end : tag.start()], address)
        linked += _value_tag(_with_filter(expression, link))
        end = tag.end()
    return linked + _linked_words(text[end:], address)


def _linked_words(text: str, address: str) -> str:
    """Return fixed words as a value that is a link; a tag, or white space alone, as it is."""
    words = " ".join(text.split())
    if not words or "{%" in words:
        return text
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    link = _value_tag(f"{_string(words)}|link({address})")
    return f"{before}{link}{after}"


def _filtered(text: str | None, filter_: str) -> str | None:
    """Return a text whose values have a filter."""
    if not text:
        return text
    return _VALUE.sub(lambda tag: _value_tag(_with_filter(_inner(tag), filter_)), text)


def _with_filter(value: str, filter_: str) -> str:
    """Return an expression with a filter; rich text has its own languages, and so has a value with such a filter."""
    if filter_.startswith(_LANGUAGE):
        last_name = value.rpartition(".")[2].partition("[")[0]
        is_rich = "|" not in value and last_name in _RICH
        if is_rich or _OWN_LANGUAGE.search(value) is not None:
            return value
    return f"{value}|{filter_}"


def _fill_rows(root: Element) -> None:
    """Let the only cell of each row with a statement span all columns of its table."""
    for table in root.iter("table"):
        rows = list(table.iter("tr"))
        most_cells = max([len(row) for row in rows], default=1)
        for row in rows:
            if len(row) == 1 and most_cells > 1:
                row[0].set("colspan", str(most_cells))
