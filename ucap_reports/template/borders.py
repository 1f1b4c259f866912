"""The borders of boxes, as `pack.yaml` writes them."""

from typing import Self

from pydantic import AliasChoices, Field, model_validator

from ucap_reports.plan.validation import Strict
from ucap_reports.template.measures import Measure


class Rule(Strict):
    """A line: `width` thick, in a colour of the theme."""

    width: Measure
    colour: str
    length: Measure | None = None
    """Absent: as long as its box."""


BORDERS = {"top": "rule_above", "right": "rule_end", "bottom": "rule_below", "left": "rule_start"}
"""The line of a style on each side. In right-to-left languages, left and right are reversed."""


class Border(Strict):
    """The lines around a box: `width` and `colour` for all sides, and lines for each side, which take precedence."""

    width: Measure | None = None
    colour: str | None = None
    top: Rule | None = None
    right: Rule | None = Field(None, validation_alias=AliasChoices("right", "end"))
    bottom: Rule | None = None
    left: Rule | None = Field(None, validation_alias=AliasChoices("left", "start"))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.width is None) != (self.colour is None):
            raise ValueError("a border needs `width` and `colour`")
        return self

    def rules(self) -> dict[str, Rule | None]:
        """The lines that it sets, by their names in a style."""
        around = None if self.width is None or self.colour is None else Rule(width=self.width, colour=self.colour)
        own = {BORDERS[side]: getattr(self, side) for side in self.model_fields_set & BORDERS.keys()}
        return own if around is None else dict.fromkeys(BORDERS.values(), around) | own
