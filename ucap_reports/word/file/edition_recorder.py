"""What a Word file records of the document that was sent, so that a reply can be compared with it."""

from collections.abc import Mapping
from typing import Protocol

from ucap_reports.summary.summary import Summary


class EditionRecorder(Protocol):
    """Makes the properties that record which field each text of a document is from.

    The readers of Word files, which know how replies are read, are in a later layer than the renderers.
    """

    @property
    def marked(self) -> Summary:
        """The summary with marks around its values."""

    def properties(self, parts: Mapping[str, bytes], main: str, marked: bytes) -> Mapping[str, str]:
        """Return the properties by name.

        Args:
            parts: The parts with text, each with its relationships, the styles and the lists.
            main: The name of the main part.
            marked: The main part of the document of the marked summary.
        """
