"""The Word format: a pack's template is compiled once and filled in for each summary."""
