"""Comparison of two editions of plans: what has changed, by plan and field, to the word."""
