"""Font files as the PDF needs them: families, character widths, outlines, the text that glyphs stand for."""
