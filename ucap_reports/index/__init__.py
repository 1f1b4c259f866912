"""The page that lists all published summaries, for readers who have a browser and nothing else."""

from ucap_reports.index.entry import THUMBNAILS, Entry, PublishedFile, thumbnail_name
from ucap_reports.index.page import render_index

__all__ = ["THUMBNAILS", "Entry", "PublishedFile", "render_index", "thumbnail_name"]
