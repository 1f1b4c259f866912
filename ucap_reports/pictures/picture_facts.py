"""A picture of a plan, as templates use it."""

from msgspec import Struct

from ucap_reports.pictures.prepare_picture import PreparedPicture
from ucap_reports.text.rich_text import RichText


class PictureFacts(Struct, frozen=True):
    """A picture of the plan. `field` is its place in the plan, such as "pictures[0]"; `image` has its size in pixels.

    `width` is the printed width in points that the template's filter of that name gives it; 0 without one. False if
    there is no picture.
    """

    alt: str = ""
    caption: RichText = RichText()
    credit: RichText = RichText()
    field: str = ""
    image: PreparedPicture = PreparedPicture()
    width: float = 0

    def __bool__(self) -> bool:
        return bool(self.field)

    @property
    def text(self) -> str:
        """What is printed where only text is possible."""
        return self.alt


NO_PICTURE = PictureFacts()
