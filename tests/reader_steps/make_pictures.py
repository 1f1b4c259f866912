"""Save two pictures."""

from pathlib import Path

from PIL import Image

folder = Path("plans/pictures")
folder.mkdir(parents=True)
Image.linear_gradient("L").resize((1200, 800)).save(folder / "workshop.jpg")
Image.radial_gradient("L").resize((1200, 800)).save(folder / "rome.jpg")
