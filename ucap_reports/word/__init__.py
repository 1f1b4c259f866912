"""The Word format: a pack's template compiled once, and filled in for each summary."""

from ucap_reports.word.render import render_word, word_warnings

__all__ = ["render_word", "word_warnings"]
