"""Tracked changes: two editions of a Word file as one, in which the changes can be accepted or rejected."""
