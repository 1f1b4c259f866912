"""What Word files have beside text and tables: pictures, shapes, the watermark, and the table at the foot of the page.

Pictures of the plan, with their alternative texts and sizes, are drawings in a line (ISO/IEC 29500-1, 20.4), and so are
bars and tiles of goals, as shapes ([MS-ODRAWXML], wps). The watermark of drafts is a shape in each header. The table at
the foot of the last page, such as the contact panel, floats.
"""

import posixpath
import re
from collections.abc import Container
from hashlib import sha256
from html import escape
from pathlib import Path
from unicodedata import east_asian_width

from msgspec import field

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts, PreparedPicture
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length
from ucap_reports.template.picture_bar_tile_and_emblem_look import (
    BAR_HEIGHT,
    TILE_SIDE,
    TileLook,
    bar_length,
    picture_box,
    printed_size,
    tile_look,
)
from ucap_reports.template.theme_and_line_spacing import Theme
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Shape, Tile
from ucap_reports.word.file.package_parts import HYPERLINK, IMAGE, OFFICE, new_relationship
from ucap_reports.word.file.word_languages import language_xml
from ucap_reports.word.file.word_styles import half_points
from ucap_reports.word.file.word_xml import DECLARATION, FORBIDDEN, WORD, escaped, one_line
from ucap_reports.word.render.rich_text_and_lists import TextContext, ValuePlace
from ucap_reports.word.render.table_grid import NUMBER, grid_mark

SHAPE_NAME = "Shape"
"""The name of the shapes in `shape.xml`."""
FULL_LENGTH = Length.mm(60)
"""The full length of bars whose style has no width."""
_FOLDER = Path(__file__).parent
_PICTURE = one_line(_FOLDER / "picture.xml")
"""The run with a picture."""
_SHAPE = one_line(_FOLDER / "shape.xml")
"""The run with a shape."""
_TILE_TEXTS = one_line(_FOLDER / "tile_texts.xml")
"""The content of a tile."""
_TILE_TEXT = one_line(_FOLDER / "tile_text.xml")
"""A text in a tile."""


class PartContext(TextContext, kw_only=True):
    """What the values of a part need from its document and the theme, and the links, pictures and shapes in them: the
    pictures by identifier, their widths in points by their fields, whether there are tables of the plan, and the kinds
    of the shapes.
    """

    theme: Theme
    language: str
    """The language of the document."""
    images: dict[str, PreparedPicture] = field(default_factory=dict)
    widths: dict[str, float] = field(default_factory=dict)
    has_data_tables: bool = False
    sample_words: Container[str] = frozenset()
    """In a trial, the words of its summary. In a document, each may be a colour."""
    shapes: set[type[Shape]] = field(default_factory=set)

    def drawing_xml(self, value: PictureFacts | Shape, value_place: ValuePlace) -> str:
        """Return a drawing as a run or as a paragraph, whose lines are as high as the drawing; empty without a picture
        and for an unknown number.

        Raises ValueError for a character in a shape that XML cannot represent.
        """
        if isinstance(value, PictureFacts):
            run = self._picture(value, value_place.run_properties)
        else:
            run = self._shape(value)
        if value_place.paragraph is None or not run:
            return run
        properties = value_place.paragraph_properties().replace('"exact"', '"atLeast"')
        return f"<w:p>{properties}{value_place.before}{run}</w:p>"

    def _picture(self, picture: PictureFacts, properties: str) -> str:
        """Return the run with a picture, whose file is added once for all pictures that are equal."""
        if not picture:
            return ""
        width, height = printed_size(picture, picture_box(self.theme), self.theme.text_width)
        self.widths[picture.field] = width
        known = {image: identifier for identifier, image in self.images.items()}
        identifier = known.get(picture.image, f"picture{len(known) + 1}")
        self.images[identifier] = picture.image
        return picture_xml(grid_mark(NUMBER), identifier, picture.alt, width, height, properties=properties)

    def _shape(self, shape: Shape) -> str:
        number = grid_mark(NUMBER)
        body = self.theme.style("body")
        if isinstance(shape, Tile):
            self.shapes.add(Tile)
            side = self.theme.styles.get("goal", body).width or TILE_SIDE
            return tile_xml(number, shape, tile_look(shape, side))
        if not shape.share:
            return ""
        self.shapes.add(Bar)
        style = self.theme.styles.get("bar", body)
        width = bar_length(shape.share, style.width or FULL_LENGTH)
        return shape_xml(number, shape.alt, width, style.height or BAR_HEIGHT, style.colour)

    def files(self, part: str) -> dict[str, tuple[bytes, str]]:
        """Return the content and the media type of the pictures, which are beside the part, by their names in the
        package.
        """
        folder = posixpath.dirname(part)
        files = {}
        for image in self.images.values():
            files[posixpath.join(folder, _file(image))] = (image.content, image.media_type)
        return files

    def relationships(self) -> list[str]:
        """Return the relationships to addresses and to the files of pictures."""
        relationships = []
        for address, identifier in self.links.items():
            relationships.append(new_relationship(identifier, HYPERLINK, address, is_external=True))
        for identifier, image in self.images.items():
            relationships.append(new_relationship(identifier, IMAGE, _file(image)))
        return relationships


def picture_xml(
    number: object, identifier: str, alt: str, width: Length, height: Length, *, properties: str = ""
) -> str:
    """Return the run with a picture: its number in the document, and the identifier of the relationship to its file."""
    return _PICTURE.format(
        properties=properties,
        size=_size(width, height),
        number=number,
        identifier=identifier,
        alt=escape(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", alt)),
    )


def shape_xml(number: object, alt: str, width: Length, height: Length, colour: Colour) -> str:
    """Return the run with a rectangle in one colour. Raises ValueError for a character that XML cannot represent."""
    return _filled(number, alt, _size(width, height), colour, attributes="", body="<wps:bodyPr/>")


def tile_xml(number: object, tile: Tile, look: TileLook) -> str:
    """Return the run with the tile of a goal. Raises ValueError for a character that XML cannot represent."""
    texts = look.texts(tile)
    if not texts:
        return shape_xml(number, tile.alt, look.side, look.side, look.background)
    language = language_xml(tile.language) if tile.language else ""
    paragraphs = []
    for text in texts:
        paragraphs.append(
            _TILE_TEXT.format(
                text=escaped(text.text),
                ink=look.ink.hex,
                bold=int(text.is_bold),
                size=half_points(text.size),
                leading=text.leading.twips,
                language=language,
            )
        )
    body = _TILE_TEXTS.format(paragraphs="".join(paragraphs), inset=look.padding.emu)
    size = _size(look.side, look.side)
    return _filled(number, tile.alt, size, look.background, attributes=' txBox="1"', body=body)


def _filled(number: object, alt: str, size: str, colour: Colour, *, attributes: str, body: str) -> str:
    """Return the run with a shape of one colour: the attributes and the XML of its text."""
    written = escaped(alt).replace('"', "&quot;")
    return _SHAPE.format(size=size, number=number, alt=written, attributes=attributes, colour=colour.hex, body=body)


def _size(width: Length, height: Length) -> str:
    return f'cx="{width.emu}" cy="{height.emu}"'


def _file(image: PreparedPicture) -> str:
    """Return the name of the file of a picture beside the part, equal for equal pictures."""
    ending = "jpg" if image.media_type == "image/jpeg" else "png"
    return f"media/plan-{sha256(image.content).hexdigest()[:12]}.{ending}"


# The watermark of drafts: a shape behind the text, in each header, as Word itself inserts it
DRAFT_HEADER = "ucapDraft"
"""The identifier of the relationship to the header that only drafts have."""
_HEADER_NAME = "ucap-draft.xml"
_HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_LARGEST_SIZE = 120
"""The largest size of the text, in points."""
_WIDEST_SHAPE = 480
"""The largest width of the shape, in points."""
_WIDTH_OF_IDEOGRAPHS, _WIDTH_OF_OTHERS = 1.0, 0.72
"""The widths of characters relative to the size of the text."""
_HEIGHT_OF_IDEOGRAPHS, _HEIGHT_OF_CAPITALS = 0.95, 0.73
"""The heights of characters, which fill the height of the shape, relative to that size."""
_FIRST_SHAPE = 2049
"""The number in the identifier of the first shape, as Word begins to count."""
_WATERMARK = one_line(_FOLDER / "draft_watermark.xml")
"""A paragraph with text in a shape (ISO/IEC 29500-4, 19.1.2.20), whose definition each part with such a shape needs."""


def watermark_xml(text: str, part: int) -> str:
    """Return the paragraph of a header with the watermark; `part` distinguishes the headers. Empty without a text."""
    if not text:
        return ""
    widths = []
    for character in text:
        is_ideograph = east_asian_width(character) in "FW"
        widths.append(_WIDTH_OF_IDEOGRAPHS if is_ideograph else _WIDTH_OF_OTHERS)
    size = min(_LARGEST_SIZE, _WIDEST_SHAPE / sum(widths))
    if _WIDTH_OF_IDEOGRAPHS in widths:
        font = "Microsoft YaHei"
        height = size * _HEIGHT_OF_IDEOGRAPHS
    else:
        font = "Arial"
        height = size * _HEIGHT_OF_CAPITALS
    return _WATERMARK.format(
        part=part, shape=_FIRST_SHAPE + part, width=size * sum(widths), height=height, font=font, text=escaped(text)
    )


def draft_header(name: str, part: bytes, watermark: str) -> dict[str, tuple[bytes, str]]:
    """Return the header with nothing but the watermark that the main part of a draft refers to if the template has
    none, and its type, by its name.
    """
    if not _has_draft_header(part, watermark):
        return {}
    header = f'{DECLARATION}<w:hdr xmlns:w="{WORD}">{watermark_xml(watermark, 0)}</w:hdr>'
    header_name = posixpath.join(posixpath.dirname(name), _HEADER_NAME)
    return {header_name: (header.encode(), _HEADER_TYPE)}


def header_relationships(part: bytes, watermark: str) -> list[str]:
    """Return the relationship to that header, if a part refers to it."""
    if not _has_draft_header(part, watermark):
        return []
    return [new_relationship(DRAFT_HEADER, f"{OFFICE}/header", _HEADER_NAME)]


def _has_draft_header(part: bytes, watermark: str) -> bool:
    return bool(watermark) and f'"{DRAFT_HEADER}"'.encode() in part


# The foot of the last page
#
# LibreOffice moves tracked changes of captions by one character if pictures in cells of a table come before a floating
# table (seen in 25.2.3): "The lake in autumn" came back as "Thelake in autumn". In documents with such pictures, the
# foot is therefore below the text, where it does not float.
AT_FOOT = (
    '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin"'
    ' w:tblpXSpec="center" w:tblpYSpec="bottom"/>'
)
"""The position of a table at the bottom margin (ECMA-376, 17.4.57)."""


LEAST_ABOVE_FOOT_BELOW_TEXT = Length.mm(4)
"""The least space between the text and the table that was at the foot of the page. A template has less: there, it is
what a long text leaves.
"""
_END_OF_EMPTY_LINE = 'w:lineRule="exact"/></w:pPr></w:p>'
_ABOVE_FOOT = re.compile(
    rf'w:line="(\d+)" {_END_OF_EMPTY_LINE}(<w:tbl><w:tblPr>(?:<w:tblStyle w:val="[^"]*"/>)?){AT_FOOT}'.encode()
)
"""The height of the empty paragraph above the table, and the start of the table."""


def with_foot_below_text(part: bytes) -> bytes:
    """Return the XML of a filled part with the table at the foot of the page below the text instead."""

    def placed(match: re.Match[bytes]) -> bytes:
        height = max(int(match[1]), LEAST_ABOVE_FOOT_BELOW_TEXT.twips)
        return b'w:line="%d" %b%b' % (height, _END_OF_EMPTY_LINE.encode(), match[2])

    return _ABOVE_FOOT.sub(placed, part).replace(AT_FOOT.encode(), b"")
