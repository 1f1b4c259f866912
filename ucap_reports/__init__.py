"""Validated plan files merged into Word and accessible PDF templates."""
