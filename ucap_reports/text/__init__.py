"""Rich text and how it is read from Markdown and HTML, links, language tags, and text in both directions."""
