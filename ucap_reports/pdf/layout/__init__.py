"""Layout of the PDF: blocks, lists, tables, headers and footers, and their division into pages."""
