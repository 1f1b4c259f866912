"""The state of writing a Word file: what its parts share, and the links and pictures of each part."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from ucap_reports.page.drawn_pictures import png_of_drawing
from ucap_reports.page.page_tree import Heading
from ucap_reports.page.tree_pictures import Picture
from ucap_reports.pictures.document_pictures import JPEG, PreparedPicture
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.word.file.allowed_content import HYPERLINK, IMAGE
from ucap_reports.word.file.package_parts import new_relationship
from ucap_reports.word.writer.chart_part import CHART_RELATION, ChartPart
from ucap_reports.word.writer.list_definitions import ListDefinitions
from ucap_reports.word.writer.named_styles import NamedStyles, accents_by_colour

EMBLEM_PNG = Path(__file__).with_name("emblem.png").read_bytes()
"""The emblem of the European Union: 1,000 pixels to the inch at a height of 12 mm."""


class PackagePicture(Struct, frozen=True):
    """A picture of the package: its name beside the parts with text, and its content."""

    name: str
    content: bytes


class StoryPart:
    """The links and pictures of a part with text, by their identifiers."""

    def __init__(self) -> None:
        self._links: dict[str, str] = {}
        self.pictures: dict[PackagePicture, str] = {}
        self.charts: dict[str, ChartPart] = {}

    def relate(self, address: str) -> str:
        """Return the identifier of the relationship to an address."""
        return self._links.setdefault(address, f"address{len(self._links) + 1}")

    def image(self, picture: PackagePicture) -> str:
        """Return the identifier of the relationship to a picture."""
        return self.pictures.setdefault(picture, f"image{len(self.pictures) + 1}")

    def chart(self, part: ChartPart) -> str:
        """Return the identifier of the relationship to a chart."""
        identifier = f"chart{len(self.charts) + 1}"
        self.charts[identifier] = part
        return identifier

    def relationships(self) -> list[str]:
        """Return the relationships to the addresses, the pictures and the charts."""
        written = [
            new_relationship(identifier, HYPERLINK, address, TargetMode="External")
            for address, identifier in self._links.items()
        ]
        written += [new_relationship(identifier, IMAGE, file.name) for file, identifier in self.pictures.items()]
        written += [new_relationship(name, CHART_RELATION, f"charts/{name}.xml") for name in self.charts]
        return written


class DocumentParts(Struct):
    """What the parts of a document share: styles, lists, and the numbers of pictures."""

    theme: Theme
    language: str
    styles: NamedStyles
    lists: ListDefinitions
    is_template: bool = False
    """Whether the document is a template, whose text has tags."""
    headings: tuple[Heading, ...] = ()
    """The headings of a book, which its contents list."""
    picture_widths: dict[str, Length] = field(default_factory=dict)
    """The widths of the plan's pictures, by their fields."""
    _pictures: int = 0

    @property
    def right_to_left(self) -> bool:
        """Whether the document is right-to-left."""
        return is_right_to_left(self.language)

    @property
    def accents(self) -> Mapping[str, str]:
        """The names of Office for the colours of the theme; none in documents."""
        return accents_by_colour(self.theme) if self.is_template else {}

    def next_number(self) -> int:
        """Return a number that no picture of the document has yet."""
        self._pictures += 1
        return self._pictures

    def image_file(self, picture: Picture) -> PackagePicture:
        """Return the file of a picture of the pack or of the emblem, as PNG or JPEG."""
        if not picture.content:
            return picture_file("emblem", EMBLEM_PNG)
        content = png_of_drawing(picture.content) if picture.is_drawn else picture.content
        return picture_file("pack", content)

    def plan_picture(self, image: PreparedPicture) -> PackagePicture:
        """Return the file of a picture of the plan."""
        return picture_file("plan", image.content)


def new_document(theme: Theme, language: str, *, is_template: bool) -> DocumentParts:
    """Return the state of a document without content."""
    lists = ListDefinitions(theme, right_to_left=is_right_to_left(language))
    return DocumentParts(theme, language, NamedStyles(theme, is_template=is_template), lists, is_template)


def picture_file(kind: str, content: bytes) -> PackagePicture:
    """Return the file of a picture, whose name is equal for equal pictures."""
    ending = "jpg" if content.startswith(JPEG) else "png"
    return PackagePicture(f"media/{kind}-{sha256(content).hexdigest()[:12]}.{ending}", content)
