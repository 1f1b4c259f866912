"""Reads the pictures of the plan on a page: each with its caption and credit."""

from msgspec.structs import replace

from ucap_reports.pdf.file.picture_objects import read_picture
from ucap_reports.pdf.template.element_styles import natural_style
from ucap_reports.pdf.template.inline_elements import PLAIN, is_true
from ucap_reports.pdf.template.page_tree import PictureBlock
from ucap_reports.pdf.template.reading_context import Element, ElementContext, Reading
from ucap_reports.pdf.template.rich_blocks import rich_block
from ucap_reports.problems import problem
from ucap_reports.template.picture_size import CAPTION, PHOTO


def read_plan_picture(reading: Reading, element: Element, place: ElementContext) -> PictureBlock | None:
    """A picture of the plan; None without one. With `caption="false"`, only the picture is printed."""
    opened = reading.open(element)
    reading.expect_empty(element)
    wanted = opened.attributes.get("of")
    if wanted is None:
        reading.report(element, problem("attribute-missing", element="picture", name="of", example="{{ picture }}"))
    facts = reading.page.pictures.get(wanted or "")
    if facts is None:
        if wanted:
            known = "a picture of the summary, such as {{ picture }}"
            reading.report(element, problem("attribute-invalid", name="of", value=wanted, known=known))
        return None
    style = reading.style(element, opened, place.text, PHOTO)
    words = natural_style(reading.theme, CAPTION, place.text)
    inside = replace(place, name="picture", text=words, line=opened.line)
    form = replace(PLAIN, language=reading.language(element, opened, place.language))
    has_caption = is_true(reading, element, opened, "caption", default="true")
    texts = [facts.caption, facts.credit] if has_caption else []
    caption = tuple(rich_block(reading, block, inside, form) for text in texts for block in text.blocks)
    box = (style.width or 0.0, style.height or 0.0)
    return PictureBlock(facts, read_picture(facts.image.content), box, caption, style, opened.line)
