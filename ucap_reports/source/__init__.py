"""YAML files as trees of plain values, with the line and column of every key and value, and their validation."""
