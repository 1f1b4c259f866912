"""Warnings about links on a page whose texts do not say where they lead: those of the template, and those of texts of
the pack, such as its contact.
"""

from collections.abc import Iterator

from ucap_reports.page.page_tree import PageTree, tree_paragraphs
from ucap_reports.problems import Location, Problem, problem, shortened
from ucap_reports.text.links import vague_link_texts


def vague_link_warnings(tree: PageTree, template: str) -> Iterator[Problem]:
    """Yield `link-text-vague` for each of these links, at its line of the template, whose path is given."""
    for paragraph in tree_paragraphs(tree.blocks):
        for link_text in vague_link_texts(paragraph.content):
            yield problem("link-text-vague", Location(template, paragraph.line), text=shortened(link_text))
