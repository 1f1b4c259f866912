"""Text of the PDF: text styles, font fallback, shaping, measuring, line breaking, drawing."""
