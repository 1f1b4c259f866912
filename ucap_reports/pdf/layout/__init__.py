"""Layout of the PDF: blocks, lists, tables, headers and footers, and how they split over pages."""
