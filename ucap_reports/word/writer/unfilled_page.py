"""A page template as a page whose text has the tags of a Word template, so that the Word writer makes a template of it.

Statements between elements become paragraphs, rows or cells with the tags of Word templates (`{%p … %}`, `{%tr … %}`,
`{%tc … %}`). What page templates write with tags in attributes, Word templates write with tags in the text: spans,
languages, addresses, pictures, bars, tiles, and classes that depend on a condition.
"""

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from ucap_reports.page.element_styles import NATURAL
from ucap_reports.page.reading_context import Element
from ucap_reports.template.theme import Theme

_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(([^)]*)\)\s*-?%\}(.*?)\{%-?\s*endmacro\s*-?%\}", re.DOTALL)
_TAG = r"\{\{.*?\}\}|\{%.*?%\}"
_START_TAG = re.compile(rf"<[A-Za-z](?:{_TAG}|[^<>])*>", re.DOTALL)
"""A start tag; its attributes may contain tags, which may contain angle brackets."""
_STATEMENT = re.compile(r"\{%-?\s*(.*?)\s*-?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_OPTIONAL = re.compile(r'\{%-?\s*if\s+(.*?)\s*-?%\}\s*([\w-]+)="(.*?)"\s*\{%-?\s*endif\s*-?%\}', re.DOTALL)
"""An attribute that an element has only if a condition is true: the condition, the name and the value."""
_ATTRIBUTE = re.compile(rf'([\w-]+)="((?:{_TAG}|[^"])*)"', re.DOTALL)
_CHOICE = re.compile(r"\{\{\s*'([\w-]*)'\s+if\s+(.*?)\s+else\s+'([\w-]*)'\s*\}\}", re.DOTALL)
_BRANCHES = re.compile(
    r"\{%-?\s*if\s+(.*?)\s*-?%\}([\w-]*)\{%-?\s*else\s*-?%\}([\w-]*)\{%-?\s*endif\s*-?%\}", re.DOTALL
)
"""A value that depends on a condition, in the two ways that page templates write it."""
_CONDITION, _OTHERWISE, _SPAN = "if", "otherwise", "span"
"""Attributes of the prepared page: the condition of a class, the class without it, and the columns of a cell."""
_CELLS, _ROWS = frozenset({"th", "td"}), frozenset({"table", "thead", "tbody"})
_LINES = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "span", "a", "b", "strong", "i", "em", "u", "sub", "sup"}
)
"""Elements whose content is one paragraph or a part of it."""
_RICH = frozenset({"label", "head", "heads", "cell", "cells", "column_label", "caption", "credit"})
"""The last parts of the names of rich text."""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def unfilled_page(template: str, theme: Theme) -> str:
    """Return the XML of a page whose text has the tags of the template.

    The template must be one that can be filled.
    """
    prepared = _START_TAG.sub(_prepared_start_tag, _without_macros(_COMMENT.sub("", template)))
    marked = _STATEMENT.sub(lambda match: f"<?tag {match[1]}?>", prepared)
    root = etree.fromstring(marked.strip().encode(), _PARSER)
    page = _Unfilled(theme)
    page.place_statements(root)
    for element in list(root.iter(etree.Element)):
        page.convert(element)
    _fill_rows(root)
    return etree.tostring(root, encoding="unicode")


def _without_macros(template: str) -> str:
    """Return the template with the text of each macro where it is called, since Word templates have no macros."""
    macros: dict[str, tuple[list[str], str]] = {}
    for name, parameters, body in _MACRO.findall(template):
        macros[name] = [each.strip() for each in parameters.split(",") if each.strip()], body
    text = _MACRO.sub("", template)
    for name, (parameters, body) in macros.items():
        call = re.compile(rf"\{{\{{\s*{name}\(([^)]*)\)\s*\}}\}}")
        text = call.sub(partial(_called, parameters, body), text)
    return text


def _called(parameters: list[str], body: str, call: re.Match[str]) -> str:
    """Return the body of a macro for the arguments of a call."""
    arguments = [each.strip() for each in call[1].split(",") if each.strip()]
    renamed = [(name, value) for name, value in zip(parameters, arguments, strict=False) if name != value]
    if not renamed:
        return body
    pairs = ", ".join(f"{name} = {value}" for name, value in renamed)
    return f"{{% with {pairs} %}}{body}{{% endwith %}}"


def _prepared_start_tag(match: re.Match[str]) -> str:
    """Return a start tag whose attributes have no statements."""
    tag = _OPTIONAL.sub(_prepared_option, match[0])
    return _ATTRIBUTE.sub(_prepared_attribute, tag)


def _prepared_option(match: re.Match[str]) -> str:
    condition, name, value = match.groups()
    if name == "colspan":
        found = _VALUE.fullmatch(value)
        return f' {_SPAN}="{_escaped(found[1] if found else value)} if {_escaped(condition)} else 1"'
    if name == "class":
        return f' class="{value}" {_CONDITION}="{_escaped(condition)}"'
    return f' {name}="{_escaped(value)}"'


def _prepared_attribute(match: re.Match[str]) -> str:
    name, value = match.groups()
    if name == "class":
        if (choice := _CHOICE.fullmatch(value)) is not None:
            first, condition, second = choice.groups()
            return f'class="{first}" {_OTHERWISE}="{second}" {_CONDITION}="{_escaped(condition)}"'
        if (branches := _BRANCHES.fullmatch(value)) is not None:
            condition, first, second = branches.groups()
            return f'class="{first}" {_OTHERWISE}="{second}" {_CONDITION}="{_escaped(condition)}"'
    if name == "colspan" and (found := _VALUE.fullmatch(value)) is not None:
        return f' {_SPAN}="{_escaped(found[1])}"'
    return f'{name}="{_escaped(value)}"'


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
        if tag in _ROWS:
            row = etree.Element("tr")
            etree.SubElement(row, "td").text = f"{{%tr {statement} %}}"
            return row
        if tag == "tr":
            return _element("td", f"{{%tc {statement} %}}")
        if tag in _LINES:
            return _element("span", f"{{% {statement} %}}")
        scope = "tc" if self._is_side_by_side(parent) else "p"
        return _element("p", f"{{%{scope} {statement} %}}")

    def _is_side_by_side(self, element: Element) -> bool:
        name = element.get("class") or NATURAL.get(str(element.tag), "")
        style = self._theme.styles.get(name)
        return style is not None and style.layout == "columns"

    def convert(self, element: Element) -> None:
        """Replace what an element has in its attributes by tags in its text."""
        tag = str(element.tag)
        language = _value(_taken(element, "lang") or "")
        if language and tag != "document":
            _add_filter(element, f"language({language})")
        _taken(element, "continued")
        if tag == "a":
            _taken(element, "href")
            _add_filter(element, "link")
            element.tag = "span"
        elif tag == "foot":
            element.tag = "div"  # a condition around it must stay where it is
        elif tag == "picture":
            _convert_picture(element)
        elif tag == "bar":
            _become_paragraph(element, f"{{{{ {_bar(element)} }}}}")
        elif tag == "goal":
            number = _value(element.get("number") or "")
            _become_paragraph(element, f"{{{{ {number.removesuffix('.number')}|tile }}}}")
        span, condition, otherwise = (_taken(element, name) for name in (_SPAN, _CONDITION, _OTHERWISE))
        if span is not None:
            line = _element("span", f"{{% colspan {span} %}}")
            line.tail, element.text = element.text, None
            element.insert(0, line)
        if condition is not None:
            self._choose(element, condition, otherwise)

    def _choose(self, element: Element, condition: str, otherwise: str | None) -> None:
        """Write an element whose class depends on a condition as one for each case, or its content if it is a cell."""
        content = list(_content(element))
        first, second = element.get("class") or "", otherwise
        if str(element.tag) in _CELLS:
            natural = ("label" if element.getparent() is None else "column") if element.tag == "th" else "cell"
            element.text = None
            del element[:]
            cases = ((f"if {condition}", first), ("else", second or natural))
            for statement, name in cases:
                element.append(_element("p", f"{{%p {statement} %}}", name))
                element.append(_copied("p", content, name))
            element.append(_element("p", "{%p endif %}", first))
            return
        parent = element.getparent()
        if parent is None:
            return
        index = parent.index(element)
        other = _copied(str(element.tag), content, second)
        parent.insert(index, _element("p", f"{{%p if {condition} %}}", first))
        element.addnext(_element("p", "{%p endif %}", first))
        element.addnext(other)
        element.addnext(_element("p", "{%p else %}", first))


def _element(tag: str, text: str, name: str = "") -> Element:
    element = etree.Element(tag, {"class": name} if name else {})
    element.text = text
    return element


def _content(element: Element) -> Iterator[str | Element]:
    """Yield the texts and elements in an element."""
    if element.text:
        yield element.text
    for child in element:
        tail, child.tail = child.tail, None
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
    """Return the expression of an attribute, or a fixed text as an expression; empty without an attribute."""
    found = _VALUE.fullmatch(written.strip())
    if found is not None:
        return found[1]
    return f'"{written}"' if written else ""


def _taken(element: Element, name: str) -> str | None:
    """Return an attribute, which the element does not have any more."""
    value = element.get(name)
    if value is not None:
        del element.attrib[name]
    return value


def _bar(element: Element) -> str:
    value, largest, label = (_value(element.get(name) or "") for name in ("value", "max", "label"))
    return f"{value}|bar({largest}{f', {label}' if label else ''})"


def _become_paragraph(element: Element, text: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "p", text, tail


def _convert_picture(element: Element) -> None:
    """Write a picture of the plan as a paragraph, with those of its caption and credit below it."""
    picture = _value(element.get("of") or "")
    name = picture.partition("|")[0]
    has_caption = element.get("caption") != "false"
    _become_paragraph(element, f"{{{{ {picture} }}}}")
    if has_caption:
        for part in ("credit", "caption"):
            element.addnext(_element("p", f"{{{{p {name}.{part} }}}}", "caption"))


def _add_filter(element: Element, filter_: str) -> None:
    """Add a filter to the values in an element."""
    for each in element.iter(etree.Element):
        each.text = _filtered(each.text, filter_)
        if each is not element:
            each.tail = _filtered(each.tail, filter_)


def _filtered(text: str | None, filter_: str) -> str | None:
    if not text:
        return text
    return _VALUE.sub(lambda match: f"{{{{ {_with_filter(match[1], filter_)} }}}}", text)


def _with_filter(value: str, filter_: str) -> str:
    """Return an expression with a filter; rich text has its own languages."""
    name = re.split(r"[.|]", value)[-1] if "|" not in value else ""
    is_rich = re.sub(r"\[.*\]", "", name) in _RICH and filter_.startswith("language")
    return value if is_rich else f"{value}|{filter_}"


def _fill_rows(root: Element) -> None:
    """Let the only cell of each row with a statement span all columns of its table."""
    for table in root.iter("table"):
        rows = list(table.iter("tr"))
        count = max((len(row) for row in rows), default=1)
        for row in rows:
            if len(row) == 1 and count > 1:
                row[0].set("colspan", str(count))
