"""The first Word template of a pack, generated from its theme."""
