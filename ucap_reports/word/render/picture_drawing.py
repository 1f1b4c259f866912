"""A picture of the plan in WordprocessingML: an inline picture with its alternative text (ECMA-376, 20.4.2.8)."""

import posixpath
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path

from msgspec import Struct, field

from ucap_reports.pictures.picture_facts import PictureFacts
from ucap_reports.pictures.prepare_picture import PreparedPicture
from ucap_reports.template.picture_size import printed_size
from ucap_reports.word.file.allowed_content import IMAGE
from ucap_reports.word.file.package_parts import new_relationship
from ucap_reports.word.file.word_xml import FORBIDDEN, one_line
from ucap_reports.word.render.rich_text_runs import ValuePlace
from ucap_reports.word.render.shape_runs import DrawingSizes
from ucap_reports.word.render.table_grid import NUMBER, grid_mark

_XML = one_line(Path(__file__).with_name("picture.xml"))
"""The run with a picture."""


class PlacedPictures(Struct):
    """The pictures in a part of a document: their identifiers, and their widths in points by their fields."""

    sizes: DrawingSizes
    images: dict[str, PreparedPicture] = field(default_factory=dict)
    widths: dict[str, float] = field(default_factory=dict)

    def xml(self, picture: PictureFacts, site: ValuePlace) -> str:
        """A picture as a run or as a paragraph, whose lines are as high as the picture; nothing without a picture."""
        if not picture:
            return ""
        run = self._run(picture, site.run_properties)
        if site.paragraph is None:
            return run
        properties = site.paragraph_properties().replace('"exact"', '"atLeast"')
        return f"<w:p>{properties}{site.before}{run}</w:p>"

    def _run(self, picture: PictureFacts, properties: str) -> str:
        """The run with a picture."""
        width, height = printed_size(picture, self.sizes.box, self.sizes.text_width)
        self.widths[picture.field] = width
        known = {image: identifier for identifier, image in self.images.items()}
        identifier = known.get(picture.image, f"picture{len(known) + 1}")
        self.images[identifier] = picture.image
        size = f'cx="{width.emu}" cy="{height.emu}"'
        alt = escape(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", picture.alt))
        number = grid_mark(NUMBER)
        return _XML.format(properties=properties, size=size, number=number, identifier=identifier, alt=alt)

    def files(self, part: str) -> Mapping[str, tuple[bytes, str]]:
        """The content and the media type of the pictures, which are beside the part, by their names in the package."""
        folder = posixpath.dirname(part)
        return {posixpath.join(folder, _file(each)): (each.content, each.media_type) for each in self.images.values()}

    def relationships(self) -> list[str]:
        """The relationships to the files."""
        return [new_relationship(identifier, IMAGE, _file(image)) for identifier, image in self.images.items()]


def _file(image: PreparedPicture) -> str:
    """The name of the file of a picture beside the part, equal for equal pictures."""
    ending = "jpg" if image.media_type == "image/jpeg" else "png"
    return f"media/plan-{sha256(image.content).hexdigest()[:12]}.{ending}"
