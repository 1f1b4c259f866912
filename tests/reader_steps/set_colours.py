"""Set the colours of the infographic, as a reader does in an editor."""

from pathlib import Path

settings = Path("templates/our-glance/pack.yaml")
text = settings.read_text()
old = '    pale: "#C9D6F2"\n'
assert old in text
colours = {"blue": "#00594C", "gold": "#E0A100", "tint": "#E6F2EF", "line": "#B7D3CC", "pale": "#CFE6E0"}
settings.write_text(text.replace(old, "".join(f'    {name}: "{value}"\n' for name, value in colours.items())))
