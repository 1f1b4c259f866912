"""Reading on after YAML that cannot be parsed, so that one run reports the errors of the complete file.

A working copy of the text is edited where libyaml gives up: as the hint about the mistake says, or, if that does not
help, by leaving out the entry. Edits keep the lines, and every character of the copy has the offset of its original.
"""

from array import array

from ucap_reports.source.yaml_mistakes import STARTS_BLOCK, Edit, YamlLine, lines_with_content
from ucap_reports.source.yaml_tree import LostLines
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_RECOVERED_CHARACTERS, MAX_YAML_EDITS


class WorkingCopy:
    """The text that is parsed; at first that of the file.

    `source` has the edited text. `lost` are the lines that were left out.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lost: list[LostLines] = []
        self._origins: array[int] | None = None
        """The offset in the file of each character, and of the end; None before the first edit."""
        self._seen: set[tuple[int, bool]] = set()
        """The lines of earlier errors, and whether they were left out."""
        self._edited = 0

    def original(self, offset: int) -> int:
        """Return the offset in the file of a character of the copy."""
        return offset if self._origins is None else self._origins[offset]

    def recover(self, offset: int, edits: tuple[Edit, ...]) -> bool:
        """Edit the copy so that the parser gets beyond the error at `offset`; False if nothing is left to try.

        The edits of the mistake come first. If there is an error in the line again, its entry is left out, then the
        complete field of the file that the line is part of.
        """
        self._edited += 1
        text = self.source.text
        if self._edited > MAX_YAML_EDITS or len(text) > MAX_RECOVERED_CHARACTERS:
            return False
        lines = list(lines_with_content(text))
        index = max((number for number, line in enumerate(lines) if line.start <= offset), default=0)
        if not lines:
            return False
        number = lines[index].number
        if edits and (number, False) not in self._seen:
            self._seen.add((number, False))
            self.apply(edits)
            return True
        if (number, True) not in self._seen:
            self._seen.add((number, True))
            self._leave_out(lines, index, _entry_end(lines, index))
            return True
        first = _field_start(lines, index)
        self._leave_out(lines, first, _entry_end(lines, first))
        return True

    def _leave_out(self, lines: list[YamlLine], first: int, end: int) -> None:
        """Replace the lines by spaces."""
        text = self.source.text
        edits = []
        for line in lines[first:end]:
            line_end = line.start
            while line_end < len(text) and text[line_end] not in "\r\n":
                line_end += 1
            edits.append(Edit(line.start, line_end, " " * (line_end - line.start)))
        self.apply(tuple(edits))
        self.lost.append(LostLines(lines[first].number, lines[end - 1].number))

    def apply(self, edits: tuple[Edit, ...]) -> None:
        """Edit the text. The edits do not overlap."""
        text = self.source.text
        origins = array("L", range(len(text) + 1)) if self._origins is None else self._origins
        pieces: list[str] = []
        new_origins = array("L")
        offset = 0
        for edit in sorted(edits, key=lambda edit: edit.start):
            pieces += [text[offset : edit.start], edit.text]
            new_origins += origins[offset : edit.start]
            if len(edit.text) == edit.end - edit.start:
                new_origins += origins[edit.start : edit.end]
            else:
                new_origins += array("L", [origins[edit.start]] * len(edit.text))
            offset = edit.end
        pieces.append(text[offset:])
        new_origins += origins[offset:]
        self._origins = new_origins
        self.source = Source(self.source.path, "".join(pieces))


def _entry_end(lines: list[YamlLine], index: int) -> int:
    """Return the index after the last line of the entry that starts in a line: the lines that are indented further.

    All items below a | or > that are not indented are one entry: none of them has a place in the file.
    """
    line = lines[index]
    is_unindented_text = line.is_item and index > 0 and STARTS_BLOCK.match(lines[index - 1].text)
    end = index + 1
    while end < len(lines):
        is_sibling = is_unindented_text and lines[end].is_item and lines[end].indent == line.indent
        if lines[end].indent <= line.indent and not is_sibling:
            break
        end += 1
    return end


def _field_start(lines: list[YamlLine], index: int) -> int:
    """Return the index of the line that starts the field of the file, at the outermost indent, with the line."""
    outermost = min(line.indent for line in lines)
    while index > 0 and (lines[index].indent > outermost or lines[index].is_item):
        index -= 1
    return index
