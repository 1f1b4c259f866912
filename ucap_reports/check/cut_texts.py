"""Texts that look cut: those that begin or end in the middle of a sentence."""

from collections.abc import Iterator

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem
from ucap_reports.source.tree import Loc, Tree
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText

_OPEN_ENDS = {
    "en": """a an the this that these those its their our his her of in on at by for from to into onto with without
        within between among through across under over above during about against via per as than and or but nor so
        because which who whose whom while where when if whether is are was were be been being has have had will would
        shall should can could may might must not other such various including regarding towards upon""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber als wie von vom zu zum zur mit für
        bei nach über unter zwischen durch gegen ohne im am in an auf aus dass weil wenn sowie ist sind wird werden""",
    "fr": """le la les un une des du de d l et ou mais que qui dont où à au aux en dans par pour sur sous avec sans
        entre vers ainsi comme est sont sera seront""",
    "es": """el los las una unos unas del y o u pero al con sin por para sobre entre hacia desde hasta es son será""",
    "pt": """os as um uma uns umas do da dos das e ao aos à às em no na nos nas com sem sob ser são""",
}
"""Words that no sentence ends with, by the language of the plan."""
_OPEN_SIGNS = (",", ";", "(", "[", "-", "\u2013", "\u2014", "&", "/", "\u3001", "\uff0c", "\uff1b", "\uff08")
FEW_WORDS = 5
MAX_WORD = 30
_CLOSING = "\"'\u2019\u201d\u00bb)]"


def cut_text_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about every rich text; what stands after a theme or a date may begin with a small letter."""
    open_ends = frozenset(_OPEN_ENDS.get(plan.language.partition("-")[0].lower(), "").split())
    for loc, text, follows in rich_texts(plan):
        blocks = text.blocks
        if blocks and not follows and isinstance(blocks[0], Paragraph) and blocks[0].text[:1].islower():
            beginning = _shown(blocks[0].text)
            message = f'the text begins with a small letter: "{beginning}"'
            yield Problem.warning("text-cut", message, "is its beginning missing?", tree.location(loc))
        if blocks and _is_open(ending := _last_line(text), open_ends):
            message = f'the text ends in the middle of a sentence: "{_shown(ending, end=True)}"'
            yield Problem.warning("text-cut", message, "is its end missing?", tree.location(loc))


def rich_texts(plan: Plan) -> Iterator[tuple[Loc, RichText, bool]]:
    """Every rich text with its place, and whether other words are printed before it in its paragraph."""
    for field in ("challenges", "objectives", "results"):
        yield (field,), getattr(plan, field), False
    if isinstance(plan.focus, RichText):
        yield ("focus",), plan.focus, False
    else:
        for place, focus in enumerate(plan.focus):
            yield ("focus", place, "text"), focus.text, True
    if isinstance(plan.activities, RichText):
        yield ("activities",), plan.activities, False
    else:
        for place, activity in enumerate(plan.activities):
            yield ("activities", place, "text"), activity.text, True
            for number, detail in enumerate(activity.details):
                yield ("activities", place, "details", number), detail, True
    for key, text in plan.extra.items():
        yield ("extra", key), text, False


def _last_line(text: RichText) -> str:
    """The text's last paragraph; an introduction to a list that follows is none."""
    block = text.blocks[-1]
    while isinstance(block, ItemList):
        block = block.items[-1].blocks[-1]
    return block.text.strip()


def _is_open(ending: str, open_ends: frozenset[str]) -> bool:
    """Whether more must follow: an open sign, or a small word that no sentence ends with."""
    if ending.endswith(_OPEN_SIGNS):
        return True
    last = ending.rsplit(maxsplit=1)[-1] if ending else ""
    return last.lstrip(_CLOSING + "(\u201c\u00ab") in open_ends


def _shown(text: str, *, end: bool = False) -> str:
    """The first or the last few words of a text, of which none is too long for a line."""
    words = [word if len(word) <= MAX_WORD else f"{word[:MAX_WORD]}…" for word in text.split()]
    few = words[-FEW_WORDS:] if end else words[:FEW_WORDS]
    gap = "…" if len(words) > FEW_WORDS else ""
    return f"{gap}{' '.join(few)}" if end else f"{' '.join(few)}{gap}"
