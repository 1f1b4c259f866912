"""The page that lists all published summaries, for readers who have a browser and nothing else."""

from ucap_reports.index.entry import Entry, PublishedFile
from ucap_reports.index.page import render_index

__all__ = ["Entry", "PublishedFile", "render_index"]
