"""The page that lists all published summaries, for readers who have only a browser."""
