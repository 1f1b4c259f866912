"""The base of the models of plans, of `pack.yaml` and of other settings."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """The base of all models of files: frozen, without unknown keys.

    The validator of a model is built when it is first needed: a process that receives an opened pack needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
