"""Word files as such: the ZIP package, its parts, the XML in them, and their vocabulary."""
