"""Regular expressions that are compiled when they are first used."""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, AnyStr, Generic


class LazyPattern(Generic[AnyStr]):
    """A regular expression that the build of an ordinary plan does not need, with the methods of `re.Pattern`.

    Compiling one takes 0.1 ms, and up to 3 ms if it has the letters of a script, whose sets `re` makes letter by
    letter: more than a hundred of them took a twentieth of the time of a build of one plan. What nearly every plan
    needs is compiled with `re.compile`, whose methods are faster.
    """

    def __init__(self, source: AnyStr, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._source: AnyStr = source
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[AnyStr]:
        """The compiled pattern."""
        return re.compile(self._source, self._flags)

    @property
    def is_compiled(self) -> bool:
        """Whether the pattern was needed in this process."""
        return "compiled" in vars(self)

    def match(self, text: AnyStr, start: int = 0, end: int = sys.maxsize) -> re.Match[AnyStr] | None:
        """Return the match that begins at `start`."""
        return self.compiled.match(text, start, end)

    def fullmatch(self, text: AnyStr, start: int = 0, end: int = sys.maxsize) -> re.Match[AnyStr] | None:
        """Return the match of the whole text."""
        return self.compiled.fullmatch(text, start, end)

    def search(self, text: AnyStr, start: int = 0, end: int = sys.maxsize) -> re.Match[AnyStr] | None:
        """Return the first match."""
        return self.compiled.search(text, start, end)

    def finditer(self, text: AnyStr, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[AnyStr]]:
        """Return all matches, from left to right."""
        return self.compiled.finditer(text, start, end)

    def findall(self, text: AnyStr, start: int = 0, end: int = sys.maxsize) -> list[Any]:
        """Return the texts of all matches: their groups, if the pattern has any."""
        return self.compiled.findall(text, start, end)

    def split(self, text: AnyStr, maxsplit: int = 0) -> list[AnyStr | Any]:
        """Return the parts between the matches."""
        return self.compiled.split(text, maxsplit)

    def sub(self, replacement: AnyStr | Callable[[re.Match[AnyStr]], AnyStr], text: AnyStr, count: int = 0) -> AnyStr:
        """Return the text with each match replaced."""
        return self.compiled.sub(replacement, text, count)
