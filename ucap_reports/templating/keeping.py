"""The code that Jinja makes of a template, kept between runs: to make it takes as long as to fill it in fifty times."""

import marshal
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType

import jinja2
from msgspec import Struct

from ucap_reports.cache import user_cache
from ucap_reports.templating.vetting import Fault

LEAST = 500
"""Characters of a template that is worth keeping."""
ENDING, MOST = ".template", 200
"""What the names of kept templates end in, and how many there are: a designer makes a new one with each save."""


class Made(Struct, frozen=True):
    """The code that runs a template, and the names in it that nothing gives a value to."""

    code: CodeType
    unknown: Sequence[Fault]


def kept(text: str, kinds: Sequence[str]) -> Made | None:
    """What was made of a template of that text before, by this version of everything that makes it."""
    content = user_cache().load(_name(text, kinds)) if len(text) >= LEAST else None
    if content is None:
        return None
    code, unknown = marshal.loads(content)  # noqa: S302 - as Python's own compiled modules; the cache knows its owner
    return Made(code, tuple(Fault(*fault) for fault in unknown))


def keep(text: str, kinds: Sequence[str], made: Made) -> None:
    """Keep what was made of a template for the next run; short ones are made as fast as they are read."""
    if len(text) < LEAST:
        return
    store = user_cache()
    store.store(_name(text, kinds), marshal.dumps((made.code, [tuple(fault) for fault in made.unknown])))
    store.trim(ENDING, MOST)


def _name(text: str, kinds: Sequence[str]) -> str:
    """The name of what is made of a text: it changes with all that takes part in the making."""
    whole = sha256(_makers())
    for part in (*kinds, text):
        whole.update(b"\0" + part.encode("utf-8", "surrogatepass"))
    return f"{whole.hexdigest()}{ENDING}"


@cache
def _makers() -> bytes:
    """A digest of Python's notation for code, of Jinja, and of this room."""
    whole = sha256(MAGIC_NUMBER)
    for path in _sources():
        whole.update(path.read_bytes())
    return whole.digest()


def _sources() -> Iterator[Path]:
    for package in (jinja2.__path__[0], Path(__file__).parent):
        yield from sorted(Path(package).glob("*.py"))
