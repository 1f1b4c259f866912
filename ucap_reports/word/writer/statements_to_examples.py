"""Repetition by example instead of the usual statements of a page template, for a Word template that looks like the
document.

`{% for row in summary.rows %}` around a table row is not needed in a Word template that has `{{ row.label }}` in the
row, and neither is a condition around a paragraph whose values are empty if the condition is false. Other statements
stay.
"""

import re
from collections.abc import Mapping, Sequence

from lxml import etree
from msgspec import Struct

from ucap_reports.page.page_elements import Element
from ucap_reports.template.jinja.jinja_templates import OPENING, constant_condition, names_bound_by
from ucap_reports.template.pack_settings_and_number_format import PackLogo
from ucap_reports.word.compile.repetition_by_example import ITEMS, VALUES
from ucap_reports.word.file.word_xml import remove

SPAN, CONDITION, OTHERWISE = "span", "if", "otherwise"
"""Attributes of the prepared page: the columns of a cell, the condition of a class, and the class without it."""
_SHARED_SPAN = "summary.column_count if row.shared else 1"
_LOGO = re.compile(r"\bsummary\.logo\b(?:\.\w+)?")
_VALUE = re.compile(r"\{\{([^}]*(?:\}(?!\})[^}]*)*)\}\}")
"""A value, and the expression in it, which may contain single braces."""
_SHORT_NAME = re.compile(r"\bsummary\.(title|names|as_of|contact|custom|status_text)\b")
_SHORTENED = {"status_text": "status"}
_NEVER_EMPTY = frozenset({"summary.title", "summary.names", "title", "names"})
"""Values that all summaries have."""
_PATH = re.compile(r"[\w.]+")
_FILTERS = re.compile(
    r"(?:\s*\|\s*(?:capitalize|date|language|link|lower|number|title|trim|upper|width)\b(?:\([^()]*\))?)*\s*"
)
"""Filters that print nothing of an empty value."""
_CONDITION_NAME = re.compile(r"(?:summary\.)?([\w.]+)")
_WORD = re.compile(r"\w")
_ADDRESS_LINES = re.compile(r"for (\w+) in (?:summary\.)?contact\.address\.splitlines\(\)")
_OF_LABELS = ("status", "as_of", "contact.lead")
"""Short names whose values have the language of the labels already."""
_LABELS = "programme_label"
_LOOPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "for row in summary.rows": (("tr",), "row."),
    "for cell in row.cells": (("td", "th"), "cell"),
    "for head in summary.heads": (("td", "th"), "head"),
    "for city in summary.cities": (("td", "th"), "city."),
    "for picture in summary.all_pictures": (("picture",), "picture"),
}
"""Loops around one element with one of these tags, in which a value begins with the name."""
_PRINTED = frozenset({*VALUES, "label", "picture", "photo"})
"""Short names whose paragraphs disappear if they are empty."""
_REMOVABLE = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "foot", "span", "a", "b", "i", "em", "strong"})
"""Elements that disappear if nothing is printed in them."""
_PARTS_OF_LINES = frozenset({"span", "a", "b", "i", "em", "strong", "u", "sub", "sup"})
_LINES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", *_PARTS_OF_LINES})


class _StatementBlock(Struct):
    """Statements beside each other: the opening one, those that continue it, and the closing one."""

    opening: Element
    closing: Element
    continuing: Sequence[Element]

    @property
    def statement(self) -> str:
        return _statement(self.opening)

    def content(self) -> list[Element]:
        """Return the elements and statements between the opening and the closing statement."""
        content: list[Element] = []
        node = self.opening.getnext()
        while node is not None and node is not self.closing:
            content.append(node)
            node = node.getnext()
        return content

    def texts(self) -> list[str]:
        """Return the texts between the elements."""
        return [node.tail or "" for node in (self.opening, *self.content())]

    def has_text(self) -> bool:
        """Return whether there is text between the elements that is not only white space."""
        return any(text.strip() for text in self.texts())

    def remove(self) -> None:
        """Remove the statements, but not what is between them."""
        for node in (self.opening, self.closing):
            _remove_statement(node)


def use_examples(root: Element, *, has_contact: bool, logo: PackLogo | None) -> None:
    """Replace the usual statements of a page by short names; statements are processing instructions in it.

    `has_contact` if all documents have a contact, so that it needs no choice between two panels. The `logo` of the pack
    is known, and so is what is printed without one.
    """
    _settle_logo(root, logo)
    for element in root.iter(etree.Element):
        for block in _blocks(element):
            name = block.statement.removeprefix("with ").partition(" = ")[0]
            if name in VALUES and block.statement == f"with {name} = summary.{name}":
                block.remove()
    bound: set[str] = set()
    for node in root.iter(etree.ProcessingInstruction):
        statement = _statement(node)
        names = names_bound_by(statement)
        if statement.startswith("set ") and names & ITEMS.keys():
            return  # the page has a variable called "row" or "cell": that name is no short name in it
        bound |= names
    for element in root.iter(etree.Element):
        _shorten(element, bound)
    _simplify(root, has_contact=has_contact)


def _settle_logo(root: Element, logo: PackLogo | None) -> None:
    """Keep what a page template prints with the logo of the pack, or without one, and write its file and its
    alternative text instead of their names.
    """
    truth = "false" if logo is None else "true"
    for element in list(root.iter(etree.Element)):
        if logo is not None:
            _name_logo(element, logo)
        condition = element.get(CONDITION, "")
        if _LOGO.search(condition):
            _choose_class(element, _LOGO.sub(truth, condition))
        for block in _blocks(element):
            for node in block.continuing:
                if _statement(node).startswith("elif "):
                    node.text = _LOGO.sub(truth, _statement(node))
            if block.statement.startswith("if ") and _LOGO.search(block.statement):
                _choose_branch(block, _LOGO.sub(truth, block.statement.removeprefix("if ")))


def _name_logo(element: Element, logo: PackLogo) -> None:
    """Write the file and the alternative text of the logo in the attributes and texts of an element."""
    values = {"summary.logo.file": logo.file, "summary.logo.alt": logo.alt}

    def written(match: re.Match[str]) -> str:
        return values.get(match[1].strip(), match[0])

    for name, value in element.attrib.items():
        element.set(name, _VALUE.sub(written, str(value)))
    if element.text:
        element.text = _VALUE.sub(written, element.text)
    if element.tail:
        element.tail = _VALUE.sub(written, element.tail)


def _choose_class(element: Element, condition: str) -> None:
    """Keep the class that an element has, if the condition is known without a summary."""
    is_true = constant_condition(condition)
    if is_true is None:
        element.set(CONDITION, condition)
        return
    otherwise = element.get(OTHERWISE)
    if not is_true and otherwise is not None:
        element.set("class", otherwise)
    elif not is_true:
        del element.attrib["class"]
    for name in (CONDITION, OTHERWISE):
        if name in element.attrib:
            del element.attrib[name]


def _choose_branch(block: _StatementBlock, condition: str) -> None:
    """Keep the branch of a condition that is printed, if the condition is known without a summary."""
    is_true = constant_condition(condition)
    if is_true is None:
        block.opening.text = f"if {condition}"
        return
    content = block.content()
    if is_true and not block.continuing:
        block.remove()
    elif is_true:
        _keep_first_branch(block, content)
    else:
        _drop_first_branch(block, content)


def _keep_first_branch(block: _StatementBlock, content: Sequence[Element]) -> None:
    """Remove a condition that is true, with its other branches."""
    middle = block.continuing[0]
    for node in content[content.index(middle) + 1 :]:
        remove(node)
    middle.tail = ""
    _remove_statement(middle)
    block.remove()


def _drop_first_branch(block: _StatementBlock, content: Sequence[Element]) -> None:
    """Remove the first branch of a condition that is false; the next one becomes the first, or has no condition."""
    block.opening.tail = ""  # the text that the branch begins with
    if not block.continuing:
        for node in content:
            remove(node)
        block.remove()
        return
    middle = block.continuing[0]
    for node in content[: content.index(middle)]:
        remove(node)
    statement = _statement(middle)
    _remove_statement(middle)
    if statement.startswith("elif "):
        block.opening.text = statement.removeprefix("el")
    else:
        block.remove()


def _shorten(element: Element, bound: set[str]) -> None:
    """Write the values of an element with short names.

    A line whose values with short names are all empty disappears. Values keep their names in a line with words of its
    own, which is printed without them, too, unless a condition leaves it out then.
    """
    line = _line_of(element)
    is_printed_anyway = _has_own_words(line) and not _never_empty(line)

    def short(match: re.Match[str]) -> str:
        name = _SHORTENED.get(match[1], match[1])
        return match[0] if name in bound else name

    def value(match: re.Match[str]) -> str:
        expression = _SHORT_NAME.sub(short, match[1].strip())
        if is_printed_anyway and not _is_conditional(element, expression):
            return match[0]
        return f"{{{{ {expression} }}}}"

    if element.text:
        element.text = _VALUE.sub(value, element.text)
    for child in element:
        if child.tail:
            child.tail = _VALUE.sub(value, child.tail)
    values = _expressions(element.text)
    has_only_labels = not len(element) and values and all(value in _OF_LABELS for value in values)
    if has_only_labels and element.get("lang") == "{{ summary.label_language }}":
        del element.attrib["lang"]


def _line_of(element: Element) -> Element:
    """Return the element that is a paragraph, or contains one, which an element is or is a part of."""
    line = element
    parent = line.getparent()
    while str(line.tag) in _PARTS_OF_LINES and parent is not None:
        line = parent
        parent = line.getparent()
    return line


def _has_own_words(line: Element) -> bool:
    """Return whether a line has words that no statement in it leaves out."""
    texts = [line.text or ""]
    open_statements = 0
    for node in line:
        if not _is_element(node):
            word = _statement(node).partition(" ")[0]
            if word.startswith("end"):
                open_statements -= 1
            elif word in OPENING:
                open_statements += 1
        elif open_statements == 0 and str(node.tag) in _PARTS_OF_LINES:
            texts += _texts(node)
        if open_statements == 0:
            texts.append(node.tail or "")
    return _WORD.search(_VALUE.sub("", " ".join(texts))) is not None


def _never_empty(line: Element) -> bool:
    """Return whether no value in a line can be empty."""
    return all(value in _NEVER_EMPTY for value in _values(line))


def _is_conditional(element: Element, value: str) -> bool:
    """Return whether a condition around an element leaves it out if a value in it is empty."""
    parent = element.getparent()
    while parent is not None:
        for block in _blocks(parent):
            names = _condition_names(block.statement)
            if names and _is_named(value, names) and element in _first_branch(block):
                return True
        element = parent
        parent = element.getparent()
    return False


def _first_branch(block: _StatementBlock) -> list[Element]:
    """Return what is printed if the condition of a block is true."""
    content = block.content()
    if not block.continuing:
        return content
    return content[: content.index(block.continuing[0])]


def _simplify(element: Element, *, has_contact: bool) -> None:
    """Remove the statements that are not needed, those in other blocks first."""
    for child in element.iterchildren(etree.Element):
        _simplify(child, has_contact=has_contact)
    for block in _blocks(element):
        if block.continuing:
            if has_contact and block.statement == "if summary.contact":
                _simplify_choice(block)
        elif block.statement.startswith("if "):
            if _is_needless(block, str(element.tag) in _LINES) and not _is_in_sentence(element):
                block.remove()
        else:
            _simplify_loop(block)


def _simplify_choice(block: _StatementBlock) -> None:
    """Remove a choice between content and a part of it: what is empty in the first case disappears anyway.

    An example is a panel with all lines of the contact `if summary.contact`, and one with only its email otherwise.
    """
    if len(block.continuing) != 1 or block.has_text():
        return
    (middle,) = block.continuing
    names = _condition_names(block.statement)
    names |= _condition_names(_statement(middle).removeprefix("el"))  # an `else` has none
    content = block.content()
    index = content.index(middle)
    first_branch = content[:index]
    second_branch = content[index + 1 :]
    if not names or not all(_is_element(node) and _is_removable(node, names) for node in first_branch + second_branch):
        return
    values = []
    for node in first_branch:
        values += _values(node)
    values_otherwise = []
    for node in second_branch:
        values_otherwise += _values(node)
    is_part = bool(values_otherwise) and set(values_otherwise) < set(values)
    if is_part and all(_is_named(value, names) for value in values):
        for node in second_branch:
            remove(node)
        _remove_statement(middle)
        block.remove()


def _simplify_loop(block: _StatementBlock) -> None:
    """Remove a usual loop around one element, which is repeated by example."""
    content = block.content()
    if len(content) != 1 or block.has_text():
        return
    element = content[0]
    if not _is_element(element):
        return
    if block.statement.startswith(f"for label in summary.{_LABELS}"):
        _simplify_labels(block, element)
    elif block.statement == "for row in summary.picture_rows":
        _simplify_photos(block, element)
    elif block.statement in _LOOPS:
        _simplify_repetition(block, element)
    else:
        _simplify_address(block, element)


def _simplify_repetition(block: _StatementBlock, element: Element) -> None:
    """Remove the loop around a row, a cell or a picture with a value of each turn."""
    tags, name = _LOOPS[block.statement]
    has_value_of_turn = any(value.startswith(name) for value in _values(element))
    if str(element.tag) not in tags or not has_value_of_turn:
        return
    if element.get(SPAN) == _SHARED_SPAN:
        del element.attrib[SPAN]
    is_large = element.get("class") == "city" and element.get(CONDITION) == "summary.large_names"
    if is_large and OTHERWISE not in element.attrib:  # names in many columns are smaller without it, too
        del element.attrib[CONDITION]
    block.remove()


def _simplify_address(block: _StatementBlock, element: Element) -> None:
    """Write the loop over the lines of the address as one paragraph."""
    loop = _ADDRESS_LINES.fullmatch(block.statement)
    if loop is None or element.tag != "p" or len(element):
        return
    if _expressions(element.text) == [loop[1]]:
        element.text = "{{ contact.address }}"
        block.remove()


def _simplify_labels(block: _StatementBlock, element: Element) -> None:
    """Write the loop over the languages of the programme label as one paragraph."""
    names = {f"for label in summary.{_LABELS}": "label", f"for label in summary.{_LABELS}[:1]": "first_label"}
    name = names.get(block.statement)
    is_text = not len(element) and (element.text or "").strip() == "{{ label.text }}"
    if name is None or not is_text or element.get("lang") != "{{ label.language }}":
        return
    element.text = f"{{{{ {name} }}}}"
    if "lang" in element.attrib:
        del element.attrib["lang"]
    block.remove()


def _simplify_photos(block: _StatementBlock, element: Element) -> None:
    """Write the rows of pictures as one cell with a picture, which the Word template prints in the same sizes."""
    loops = [inner for inner in _blocks(element) if inner.statement == "for picture in row"]
    if len(loops) != 1:
        return
    (loop,) = loops
    cells = loop.content()
    has_only_loop = len(element) == len(cells) + 2  # with the statements at its beginning and end
    if not has_only_loop or len(cells) != 1:
        return
    pictures = list(cells[0].iter("picture"))
    if len(pictures) == 1:
        pictures[0].set("of", "{{ photo }}")
        loop.remove()
        block.remove()


def _is_needless(block: _StatementBlock, is_in_line: bool) -> bool:  # noqa: FBT001 - a property of the place
    """Return whether nothing of the content of a condition is printed if it is false, also without the condition."""
    names = _condition_names(block.statement)
    content = block.content()
    texts = block.texts()
    if not names or not all(_is_element(node) for node in content):
        return False
    values = []
    for text in texts:
        values += _expressions(text)
    for element in content:
        values += _values(element)
    if not values or not all(_is_named(value, names) for value in values):
        return False
    around_values = [_VALUE.sub("", text) for text in texts]
    if is_in_line:  # spaces and punctuation beside an empty value disappear, but no words
        for element in content:
            for text in _texts(element):
                around_values.append(_VALUE.sub("", text))
        return not any(_WORD.search(text) for text in around_values)
    if any(text.strip() for text in around_values):
        return False
    return all(_is_removable(element, names) for element in content)


def _is_in_sentence(element: Element) -> bool:
    """Return whether an element is a line, or a part of one, that has words of its own: they are printed if the
    conditions in it are false, too.
    """
    if str(element.tag) not in _LINES:
        return False
    line = _line_of(element)
    return _WORD.search(_VALUE.sub("", "".join(_texts(line)))) is not None


def _condition_names(statement: str) -> set[str]:
    """Return the names in a condition of names alone, such as "if contact.office or contact.email"; none for others."""
    names: set[str] = set()
    for part in statement.removeprefix("if ").split(" or "):
        name = _CONDITION_NAME.fullmatch(part.strip())
        if name is None or not statement.startswith("if "):
            return set()
        names.add(_SHORTENED.get(name[1], name[1]))
    return names


def _is_named(value: str, names: set[str]) -> bool:
    """Return whether a value with a short name prints nothing if the values with these names are empty."""
    path = _PATH.match(value)
    if path is None or not _FILTERS.fullmatch(value, path.end()):
        return False
    name = path[0]
    if name.partition(".")[0] not in _PRINTED:
        return False
    if name in ("label", "first_label"):
        name = _LABELS
    return any(name == known or name.startswith(f"{known}.") for known in names)


def _is_removable(element: Element, names: set[str]) -> bool:
    """Return whether an element disappears if its values are empty; the emblem belongs to the programme label."""
    if element.tag == "emblem":
        return _LABELS in names
    has_statements = next(element.iter(etree.ProcessingInstruction), None) is not None
    if element.tag not in _REMOVABLE or has_statements:
        return False
    if str(element.tag) in _LINES:
        return bool(_values(element))
    return len(element) > 0 and all(_is_removable(child, names) for child in element)


def _values(element: Element) -> list[str]:
    """Return the expressions of the values in an element, and of its pictures."""
    values = []
    for text in _texts(element):
        values += _expressions(text)
    for picture in element.iter("picture"):
        values += _expressions(picture.get("of"))
    return values


def _expressions(text: str | None) -> list[str]:
    return [value.strip() for value in _VALUE.findall(text or "")]


def _texts(element: Element) -> list[str]:
    return [str(text) for text in element.itertext(etree.Element)]


def _blocks(element: Element) -> list[_StatementBlock]:
    """Return the blocks of statements in an element, each after those in it."""
    open_blocks: list[list[Element]] = []
    blocks: list[_StatementBlock] = []
    for node in element.iterchildren(etree.ProcessingInstruction):
        word = _statement(node).partition(" ")[0]
        if word in OPENING:
            open_blocks.append([node])
        elif word.startswith("end") and open_blocks:
            opening, *continuing = open_blocks.pop()
            blocks.append(_StatementBlock(opening, node, continuing))
        elif word in ("else", "elif") and open_blocks:
            open_blocks[-1].append(node)
    return blocks


def _is_element(node: Element) -> bool:
    """Return whether a node in another element is an element itself, not a statement."""
    parent = node.getparent()
    return parent is not None and node in parent.iterchildren(etree.Element)


def _statement(node: Element) -> str:
    return " ".join((node.text or "").split())


def _remove_statement(node: Element) -> None:
    """Remove a statement, but not the text after it."""
    parent = node.getparent()
    before = node.getprevious()
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + (node.tail or "")
    else:
        before.tail = (before.tail or "") + (node.tail or "")
    parent.remove(node)
