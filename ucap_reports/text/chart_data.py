"""The data of charts, in any format: their kinds, categories and series, and all of it as text."""

from enum import StrEnum

from msgspec import Struct

_PATTERNS = ("solid", "up", "empty", "horizontal", "down", "cross")
"""The patterns of series, in order: they are distinct in black and white."""


class ChartKind(StrEnum):
    """How the values are shown."""

    BAR = "bar"
    """A bar for each value, with those of one category below each other."""
    STACKED = "stacked"
    """A bar for each category, which consists of its values."""
    LINE = "line"
    """A line for each series."""
    SHARE = "share"
    """One bar that consists of the values of the first series, with their shares of the total."""


def pattern_of(index: int) -> str:
    """Return the pattern of a series."""
    return _PATTERNS[index % len(_PATTERNS)]


class ChartSeries(Struct, frozen=True):
    """Values by category, None for unknown ones, and how they are printed; `name` is empty for the only series."""

    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    shares: tuple[str, ...] = ()
    """The shares of the total in percent as they are printed, empty for unknown ones; only of a chart of shares."""


class ChartData(Struct, frozen=True):
    """The data of a chart. Each series has as many values as there are categories."""

    title: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]

    @property
    def alt(self) -> str:
        """All of the data as text, for readers who cannot see the chart."""
        parts = []
        for index, category in enumerate(self.categories):
            values = []
            for series in self.series:
                text = series.texts[index]
                if text:  # not that of an unknown value
                    values.append(f"{series.name} {text}" if series.name else text)
            parts.append(f"{category}: {', '.join(values)}")
        return f"{self.title}: {'; '.join(parts)}" if self.title else "; ".join(parts)
