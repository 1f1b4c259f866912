"""Font files as the PDF needs them: families, character widths, outlines and the text of each glyph."""
