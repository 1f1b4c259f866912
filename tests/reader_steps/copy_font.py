"""Save font files, with the default font in place of that of an office."""

from pathlib import Path

import fontpkg_arimo

source = Path(fontpkg_arimo.__file__).parent / "files"
folder = Path("templates/our-city/fonts")
folder.mkdir(parents=True)
(folder / "House.ttf").write_bytes((source / "Arimo[wght].ttf").read_bytes())
(folder / "House-Italic.ttf").write_bytes((source / "Arimo-Italic[wght].ttf").read_bytes())
