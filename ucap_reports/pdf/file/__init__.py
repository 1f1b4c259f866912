"""The PDF file: its objects, tag tree, fonts, pictures, bookmarks and metadata."""
