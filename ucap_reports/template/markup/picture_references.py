"""References to pictures of the plan in attributes of XML templates."""

from html import escape

from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.problems import problem
from ucap_reports.template.jinja.render_budget import RENDERING
from ucap_reports.template.markup.prepared_template import TEXT_KIND


def picture_reference(picture: PictureFacts, kind: str, pictures: dict[str, PictureFacts], example: str) -> str:
    """The reference to a picture in an attribute, by which it is added to `pictures`; empty without a picture.

    A tag of that `kind` that prints a picture into text is reported; `example` is how to print it.
    """
    if kind == TEXT_KIND:
        RENDERING.get().report(problem("value-not-text", kind="a picture", hint=f"print it as in {example}"))
    if not picture or kind:
        return ""
    reference = f"{picture.field} {picture.width:g}"
    pictures[reference] = picture
    return escape(reference)
