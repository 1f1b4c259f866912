"""A tree as a pydantic model, or everything that is wrong with it."""

from ucap_reports.validation.validating import Located, in_file_order, validate
from ucap_reports.validation.wording import described, refusal, text_refusal

__all__ = ["Located", "described", "in_file_order", "refusal", "text_refusal", "validate"]
