"""Correct the goal in the plan."""

from pathlib import Path

plan = Path("plans/hanoi-toulouse.yaml")
plan.write_text(plan.read_text(encoding="utf-8").replace("SDG 9 Climate action", "SDG 13"), encoding="utf-8")
