"""The base of the models of `pack.yaml` and other settings."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """The base of all models of a pack: frozen, without unknown keys.

    The validator of a model is built when it is first needed: a process that receives an opened pack needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
