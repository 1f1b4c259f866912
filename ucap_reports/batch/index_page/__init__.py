"""The index page: a list of all published summaries for web browsers."""
