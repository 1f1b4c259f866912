"""Save the plan as two cities would have it."""

from pathlib import Path

text = Path("plans/hanoi-toulouse.yaml").read_text(encoding="utf-8")
hanoi = text.replace("four", "six").replace("updated:", "  - {when: October 2019, text: Final meeting.}\nupdated:")
toulouse = text.replace("four", "five").replace("name: Toulouse", "name: Toulouse Métropole")
Path("plans/hanoi.yaml").write_text(hanoi, encoding="utf-8")
Path("plans/toulouse.yaml").write_text(toulouse, encoding="utf-8")
