"""Correct the translation of the objectives, and remove its mark."""

from pathlib import Path

file = Path("translations/fr/hanoi-toulouse.po")
text = file.read_text(encoding="utf-8").replace("#, fuzzy\n", "").replace("**quatre**", "**six**")
file.write_text(text, encoding="utf-8")
