"""The emblem of the European Union as a picture for Word files: 1,000 pixels to the inch at a height of 12 mm."""

from pathlib import Path

EMBLEM_PNG = Path(__file__).with_name("emblem.png").read_bytes()
