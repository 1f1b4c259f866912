"""The Word format: a pack's template compiled once, and filled in for each summary."""

from ucap_reports.word.render import render_word

__all__ = ["render_word"]
