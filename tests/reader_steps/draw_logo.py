"""Save a logo."""

from pathlib import Path

from PIL import Image, ImageDraw

folder = Path("templates/our-city/images")
folder.mkdir()
logo = Image.new("RGB", (360, 120), "white")
drawing = ImageDraw.Draw(logo)
for place, colour in enumerate(("#004D40", "#E0A100", "#7FB5A8")):
    drawing.rectangle((220 + place * 50, 80 - place * 35, 255 + place * 50, 119), fill=colour)
logo.save(folder / "logo.png")
