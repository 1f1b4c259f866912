"""Rich text and its parser for Markdown and HTML, links, language tags, and the direction of text."""
