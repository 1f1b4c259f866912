"""The base of the models of plans, of `pack.yaml` and of other settings."""

import re

from pydantic import BaseModel, ConfigDict

_TAG = re.compile(r"\{[{%]|[}%]\}")
"""The beginning or the end of a tag."""


class Strict(BaseModel):
    """The base of all models of files: frozen, without unknown keys.

    The validator of a model is built when it is first needed: a process that receives an opened pack needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


def without_tags(text: str) -> str:
    """Return a text of the settings; raises ValueError for one with tags of templates."""
    if _TAG.search(text):
        raise ValueError("tags do not work in settings: they would be printed")
    return text
