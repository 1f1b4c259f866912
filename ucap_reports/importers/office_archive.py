"""Office files opened with care: zip archives of bounded size, XML without entities."""

import re
import zipfile
from io import BytesIO

from lxml import etree

from ucap_reports.problems import Location, Problem, ProblemsFound

MAX_FILE = 32 * 1024 * 1024
MAX_MEMBERS = 4_000
MAX_UNPACKED = 128 * 1024 * 1024
MAX_XML = 24 * 1024 * 1024
_DOCTYPE = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def archive_problem(code: str, message: str, hint: str | None, path: str) -> ProblemsFound:
    """To be raised: why a file is not read."""
    return ProblemsFound([Problem.error(code, message, hint, Location(path))])


_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
_TYPES = "[Content_Types].xml"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_OPEN_DOCUMENTS = {b"text": ".odt", b"spreadsheet": ".ods"}


def kind_of(content: bytes) -> str | None:
    """The ending that a file should have by its content; None where that does not tell."""
    if content.startswith(b"%PDF-"):
        return ".pdf"
    if content.startswith(b"{\\rtf"):
        return ".rtf"
    if not content.startswith(b"PK\x03\x04"):
        return None
    for kind, ending in _OPEN_DOCUMENTS.items():
        if content.startswith(_OPEN_DOCUMENT + kind, 30):  # the name and content of the first member, not packed
            return ending
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, UnicodeDecodeError):
        return None
    return next((ending for name, ending in _PARTS.items() if {name, _TYPES} <= names), None)


class Archive:
    """The parts of an office file. Raises ProblemsFound for what is no such file or would unpack to too much."""

    def __init__(self, content: bytes, path: str, kind: str) -> None:
        self.path = path
        if content.startswith(_OLD_OFFICE):
            hint = f"open it and save it as .{kind}; a file with a password must be saved without it"
            raise archive_problem("import-old-format", "this is an old or encrypted office file", hint, path)
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, UnicodeDecodeError):
            hint = "open it in the program that made it, and save it again"
            raise archive_problem("import-damaged", f"this is no .{kind} file, or a damaged one", hint, path) from None
        if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise archive_problem("import-too-large", "this file unpacks to more than any summary needs", None, path)
        self._names = {info.filename.lstrip("/"): info for info in infos}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self._names)

    def read(self, name: str) -> bytes | None:
        """A part's content; None where the file has no such part."""
        info = self._names.get(name)
        if info is None:
            return None
        try:
            with self._zip.open(info) as part:
                content = part.read(MAX_XML + 1)
        except (
            zipfile.BadZipFile,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
            zipfile.LargeZipFile,
        ):
            raise self._damaged(name) from None
        except Exception as error:
            if type(error).__module__ in {"zlib", "lzma"}:
                raise self._damaged(name) from None
            raise
        if len(content) > MAX_XML:
            raise archive_problem(
                "import-too-large", f"its part {name} is larger than any summary needs", None, self.path
            )
        return content

    def xml(self, name: str) -> etree._Element | None:
        """A part as XML, read without entities, networks and comments; None where the file has no such part."""
        content = self.read(name)
        if content is None:
            return None
        self.refuse_entities(name, content)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError):
            raise self._damaged(name) from None

    def refuse_entities(self, name: str, content: bytes) -> None:
        """Raises ProblemsFound where a part declares entities, which office programs never write."""
        if _DOCTYPE.search(content.replace(b"\0", b"")):
            hint = "open it in an office program, and save it again"
            raise archive_problem("import-entities", f"its part {name} declares XML entities", hint, self.path)

    def _damaged(self, name: str) -> ProblemsFound:
        hint = "open it in the program that made it, and save it again"
        return archive_problem("import-damaged", f"its part {name} is damaged", hint, self.path)
