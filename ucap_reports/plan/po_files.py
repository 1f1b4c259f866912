"""PO files of plans: their entries, reading and writing, and which entries of an imported file replace the known ones.

The format is described in https://www.gnu.org/software/gettext/manual/, "PO Files". Babel reads the entries. It keeps
neither the header as it is written nor all text of invalid lines, and polib reports neither; therefore the errors that
Babel overlooks and the header are found here. Babel is imported where it is needed, as every build counts entries.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.storage.decoding import Source

if TYPE_CHECKING:
    from babel.messages.catalog import Message

MAX_PO_ERRORS = 100
"""errors in a PO file; others are not reported"""
_FUZZY = "fuzzy"
_OBSOLETE = "#~ "
_OBSOLETE_PREVIOUS = "#~|"
_WIDTH = 76
"""The width of lines."""
_LONGEST_WRAPPED = 500
"""The length of the longest word in a text that is wrapped: Babel takes quadratic time for a word."""
_START = LazyPattern(r'(?:#(?!~).*\n|\n)*msgid ""\nmsgstr .*\n(?:".*\n)*')
_NO_ID = LazyPattern(r'^msgid ""(?:\n"")*$(?!\n")', re.MULTILINE)
"""An entry without a text, which is a header, whatever its context is."""
_LINE = LazyPattern(
    r"""
    \#(?!~).* | \#~\|.*                                     # a comment, or the earlier text of an obsolete entry
    | (?:\#~\s*)?                                           # of an obsolete entry
      (?:
        (?: msg\w+ (?:\[\d+\])? \s* )?
        " (?: [^"\\] | \\. )* "
      )?
    """,
    re.VERBOSE,
)
"""A complete line: Babel drops the first or last character of a text without quotation marks."""
_KEYWORD = LazyPattern(r'^(?P<keyword>(?:#~\s*)?msg\w+(?:\[\d+\])?)\s*"')
_COMMENT = LazyPattern(r"#(?P<sign>[|,]|(?![.:~])) ?(?P<text>.*)")
"""A comment of a translator, a line of the earlier text of an entry, or one with flags."""
_LANGUAGE = LazyPattern(r'"Language:[ \t]*([\w-]+)')
_ENTRY = LazyPattern(r'^((?:msgctxt .*\n(?:".*\n)*)?msgid .*\n(?:".*\n)*)msgstr', re.MULTILINE)
_LINE_BREAK = LazyPattern(r'"\n"')
"""The end of a line of a text that goes on in the next one."""
_HEADER = """\
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"""
"""Without dates, so that the same plan gives the same bytes."""


class PoEntry(Struct, frozen=True):
    """A passage and its translation, empty if there is none. Its source may have changed since, if it is `fuzzy`."""

    field: str
    source: str
    text: str = ""
    fuzzy: bool = False
    notes: tuple[str, ...] = ()
    """The translator's comments."""
    line: int | None = None
    """The line in the PO file that it was read from."""
    previous: str = ""
    """The source text that was translated, if it is another one."""
    flags: tuple[str, ...] = ()
    """The other flags in the file, such as `no-wrap`."""


class PoFile(Struct, frozen=True):
    """The entries of a PO file; `obsolete` are those of passages that the plan does not have any more."""

    path: str
    entries: tuple[PoEntry, ...] = ()
    obsolete: tuple[PoEntry, ...] = ()
    header: str = ""
    """The comments at the start of the file and the header entry, as they are written."""

    @property
    def language(self) -> str:
        """The language tag in the header, such as `pt-BR`; empty if there is none."""
        match = _LANGUAGE.search(self.header)
        return "" if match is None else match[1].replace("_", "-")


class ImportedEntry(Struct, frozen=True):
    """An entry of an imported file; `has_own_state` is whether the translator has set its state, as PO editors do."""

    entry: PoEntry
    has_own_state: bool = True


class Completeness(Struct, frozen=True):
    """The numbers of passages of a translation; `path` is its PO file in messages."""

    plan: str
    language: str
    path: str
    total: int
    missing: int
    outdated: int

    @property
    def translated(self) -> int:
        """The number of passages with an up-to-date translation."""
        return self.total - self.missing - self.outdated

    @property
    def percent(self) -> int:
        """The part of the passages that is translated; 100 only if all are."""
        return 100 * self.translated // self.total if self.total else 100


class PoContext(Struct, frozen=True):
    """What a PO file shows of a passage beside its text: the comments in the plan, and its place."""

    comments: tuple[str, ...]
    place: str


def read_po_file(source: Source) -> PoFile:
    """Return the entries of a PO file. Raises ProblemsFound if it is not valid."""
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - see above

    lines = [line.strip() for line in source.text.splitlines()]
    text = "\n".join([*lines, ""])
    raise_found(list(_errors(lines, text, source.path)))
    start = _START.match(text)
    header = start[0] if start else ""
    readable_lines = _lines_for_babel(lines, header.count("\n"))
    further_header = _NO_ID.search("\n".join(readable_lines))
    if further_header is not None:  # Babel would read it: the plural forms that it declares may need gigabytes
        where = Location(source.path, further_header.string.count("\n", 0, further_header.start()) + 1)
        raise ProblemsFound([problem("po-invalid", where, form="twice")])
    try:
        catalog = read_po(readable_lines, abort_invalid=True)
    except PoFileError as error:
        where = Location(source.path, error.lineno + 1)
        raise ProblemsFound([problem("po-invalid", where, reason=str(error.args[0]))]) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # Babel's errors about a header further below
        raise ProblemsFound([problem("po-invalid", Location(source.path), reason=str(error))]) from None
    entries = tuple(_entry(message) for message in catalog if message.id)
    obsolete = tuple(_entry(message) for message in catalog.obsolete.values())
    return PoFile(source.path, entries, obsolete, header)


def _lines_for_babel(lines: Sequence[str], header: int) -> list[str]:
    """Return the lines of a PO file as Babel can read them, in the same number; the first ones are the header.

    Babel raises errors about values in the header that editors write, such as an empty date, and nothing here needs
    them. It does not know the earlier texts of obsolete entries (`#~|`), and keywords without a space behind them. Of
    equal comments of an entry it keeps one, as of the empty lines in an earlier text: therefore they are numbered. It
    keeps flags in no order, with flags of its own (`python-format`): therefore they are comments as well.
    """
    readable = [""] * header
    for number, line in enumerate(lines[header:]):
        comment = _COMMENT.fullmatch(line)
        if comment is not None:
            readable.append(f"# {number}{comment['sign']} {comment['text']}")
        elif line.startswith(_OBSOLETE_PREVIOUS):
            readable.append("")
        else:
            readable.append(_KEYWORD.sub(r'\g<keyword> "', line, count=1))
    return readable


def po_text(language: str, po: PoFile, contexts: Mapping[str, PoContext]) -> str:
    """Return the text of a PO file: its header, its entries and its obsolete entries, with empty lines between them.

    `contexts` are those of the fields of the entries.
    """
    blocks = [po.header or _HEADER.format(language=language)]
    for entry in po.entries:
        blocks.append(_entry_text(entry, contexts[entry.field]))
    for entry in po.obsolete:
        blocks.append(_entry_text(entry, None))
    return "\n".join(blocks)


def completeness_of(entries: Collection[PoEntry], plan: str, language: str, path: str) -> Completeness:
    """Return the completeness of a translation with an entry for each passage."""
    missing = [entry for entry in entries if not entry.text]
    outdated = [entry for entry in entries if entry.text and entry.fuzzy]
    return Completeness(plan, language, path, len(entries), len(missing), len(outdated))


def entry_key(entry: PoEntry) -> tuple[str, str]:
    """Return what identifies an entry in a PO file: its field and its source text."""
    return entry.field, entry.source


def imported_entries(imported: Iterable[ImportedEntry], known: PoFile) -> Iterator[PoEntry]:
    """Yield the entries of an imported file, completed with what the PO file knows about them.

    The state of an entry stays. Only an outdated row of a spreadsheet that now has another translation is up to date,
    because translators rarely change the state there. Notes and earlier source texts, which spreadsheets and some
    editors do not keep, come from the PO file.
    """
    outdated = {entry.field: entry.text for entry in known.entries if entry.fuzzy}
    replaced = {entry_key(entry): entry for entry in known.entries}
    for row in imported:
        entry = row.entry
        if not row.has_own_state and outdated.get(entry.field, entry.text) != entry.text:
            entry = replace(entry, fuzzy=False)
        before = replaced.get(entry_key(entry))
        if before is not None:
            earlier = before.previous if entry.fuzzy else ""
            entry = replace(
                entry,
                notes=entry.notes or before.notes,
                previous=entry.previous or earlier,
                flags=entry.flags or before.flags,
            )
        yield entry


def with_imported(known: PoFile, entries: Sequence[PoEntry]) -> PoFile:
    """Return the PO file with these entries in place of those for the same field and source."""
    imported = {entry_key(entry) for entry in entries if entry.text}
    others = [entry for entry in known.entries if entry_key(entry) not in imported]
    return replace(known, entries=(*entries, *others))


def _errors(lines: Sequence[str], text: str, path: str) -> Iterator[Problem]:
    """Yield errors that Babel does not report, although it loses text: the first of each kind."""
    unquoted = [number for number, line in enumerate(lines, 1) if not _LINE.fullmatch(line)]
    for number in unquoted[:MAX_PO_ERRORS]:
        yield problem("po-invalid", Location(path, number), form="quotes")
    known: set[str] = set()
    duplicates = 0
    for entry in _ENTRY.finditer(text):
        identity = _LINE_BREAK.sub("", entry[1])
        if identity in known and duplicates < MAX_PO_ERRORS:
            duplicates += 1
            line = text.count("\n", 0, entry.start()) + 1
            yield problem("po-invalid", Location(path, line), form="twice")
        known.add(identity)


def _entry(message: "Message") -> PoEntry:
    """Return the entry of a message; of several plural forms, which plans do not have, the first."""
    notes: list[str] = []
    before: list[str] = []
    flags: dict[str, None] = {}
    for comment in message.user_comments:
        number, _, text = comment.partition(" ")
        if number.endswith("|"):
            before.append(text.strip())
        elif number.endswith(","):
            flags |= dict.fromkeys(flag.strip() for flag in text.split(","))
        else:
            notes.append(text)
    text = _singular(message.string)
    if not text.strip():
        text = ""
    return PoEntry(
        field=message.context or "",
        source=_singular(message.id),
        text=text,
        fuzzy=_FUZZY in flags,
        notes=tuple(notes),
        line=message.lineno,
        previous=_previous(before),
        flags=tuple(flag for flag in flags if flag not in {_FUZZY, ""}),
    )


def _singular(text: Any) -> str:
    """Return a text of a message, or the first of its plural forms."""
    form = text[0] if isinstance(text, tuple | list) else text
    return str(form or "")


def _previous(lines: Sequence[str]) -> str:
    """Return the earlier source text of a fuzzy entry, which Babel reads as comments."""
    from babel.messages.pofile import denormalize  # noqa: PLC0415 - see above

    written: list[str] = []
    is_source = False
    for line in lines:
        if not line.startswith('"'):  # the earlier context may have several lines, too
            is_source = line.startswith("msgid ")
        if is_source:
            written.append(line.removeprefix("msgid").strip())
    return denormalize("\n".join(written)) if written else ""


def _entry_text(entry: PoEntry, context: PoContext | None) -> str:
    """Return the lines of an entry, which is obsolete without a context."""
    lines = [f"# {note}".rstrip() for note in entry.notes]
    if context is not None:
        lines += [f"#. {comment}".rstrip() for comment in context.comments]
        lines.append(f"#: {context.place}")
    flags = [_FUZZY, *entry.flags] if entry.fuzzy else entry.flags
    if flags:
        lines.append(f"#, {', '.join(flags)}")
    if context is not None and entry.previous:
        lines += [f"#| {line}" for line in _keyword("msgid", entry.previous)]
    beginning = _OBSOLETE if context is None else ""
    if entry.field:
        lines += [f"{beginning}{line}" for line in _keyword("msgctxt", entry.field)]
    for word, text in (("msgid", entry.source), ("msgstr", entry.text)):
        lines += [f"{beginning}{line}" for line in _keyword(word, text)]
    return "".join(f"{line}\n" for line in lines)


def _keyword(word: str, text: str) -> list[str]:
    """Return the lines of a keyword with its text in quotation marks."""
    from babel.messages.pofile import normalize  # noqa: PLC0415 - see above

    is_wrapped = all(len(part) <= _LONGEST_WRAPPED for part in text.split())
    quoted = normalize(text, width=_WIDTH if is_wrapped else 0)
    return f"{word} {quoted}".split("\n")
