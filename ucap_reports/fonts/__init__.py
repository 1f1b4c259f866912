"""Font files as the PDF needs them: families, character widths, subsets and the text of each glyph."""
