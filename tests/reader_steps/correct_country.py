"""Correct the misspelt country in the plan."""

from pathlib import Path

plan = Path("plans/hanoi-toulouse.yaml")
plan.write_text(plan.read_text(encoding="utf-8").replace("Frence", "France"), encoding="utf-8")
