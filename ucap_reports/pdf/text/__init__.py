"""Text of the PDF: styles, font fallback, shaping, measuring, line breaking, drawing."""
