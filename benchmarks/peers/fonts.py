"""The fonts of the product's PDFs as files for other tools: four faces of Arimo, and Noto Sans SC."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ARIMO = {"Arimo[wght].ttf": (400, 700), "Arimo-Italic[wght].ttf": (400, 700)}


def write_fonts(folder: Path) -> None:
    """Write static fonts to `folder`, because not every tool reads the variable fonts of the packages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, weights in ARIMO.items():
        with as_file(files("fontpkg_arimo") / "files" / name) as path:
            for weight in weights:
                font = instantiateVariableFont(TTFont(path), {"wght": weight}, updateFontNames=True)
                font.save(folder / f"{path.stem.split('[')[0]}-{weight}.ttf")
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as chinese:
        shutil.copy(chinese, folder)
