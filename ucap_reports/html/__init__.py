"""The web page of a summary: one HTML file that needs no other file and no script."""
