"""Where a text of a page comes from, for problems with it."""

from collections.abc import Iterable, Iterator

from ucap_reports.problems import Location
from ucap_reports.summary.summary import Contact, Summary


def placed_texts(texts: Iterable[str], summary: Summary, template: str) -> Iterator[tuple[str, Location]]:
    """Yield each text with each field that contains it; with the page template if no field does."""
    for text in texts:
        fields = dict.fromkeys(field for field, content in _fields(summary) if text in content)
        for location in [Location(field=field) for field in fields] or [Location(template)]:
            yield text, location


def _fields(summary: Summary) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the summary's fields."""
    yield "title", summary.title
    yield "cities", " ".join(summary.columns)
    for picture in summary.all_pictures:
        yield picture.field, f"{picture.caption.text} {picture.credit.text}"
    for row in summary.rows:
        yield row.key, " ".join([row.label.text, *(cell.text for cell in row.cells)])
    for name in Contact.__struct_fields__:
        yield f"contact.{name}", getattr(summary.contact, name)
    for label in summary.programme_label:
        yield f"programme_label.{label.language}", label.text
