"""Misspell a tag of the Word template."""

from docx import Document

path = "templates/our-city/summary.docx"
document = Document(path)
title = document.paragraphs[0].runs[0]
title.text = title.text.replace("title", "titel")
document.save(path)
