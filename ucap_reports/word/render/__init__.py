"""From a compiled template and a summary to a Word file."""
