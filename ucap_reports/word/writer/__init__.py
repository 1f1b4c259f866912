"""From a page tree to a Word file, for packs without a Word template."""
