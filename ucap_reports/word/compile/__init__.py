"""From the bytes of a Word template to a program that is filled in for each summary."""
