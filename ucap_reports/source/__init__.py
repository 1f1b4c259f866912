"""The YAML of a file as a plain tree that knows the line and column of every key and value."""
