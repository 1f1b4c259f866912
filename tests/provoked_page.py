"""Problems of page templates, pictures and fonts that no text file can provoke."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import ucap
from tests.pages import noise
from ucap_reports.fonts.font_faces import FAMILIES


def _page(folder: Path, template: bytes, picture: bytes = b"") -> set[str]:
    """The codes of checking a pack with a page template and the picture images/a.png."""
    pack = folder / "templates" / "house"
    (folder / "plans").mkdir()
    (pack / "images").mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: iuc-asia\ntheme: {styles: {wide: {width: 150 mm}}}\n", encoding="utf-8")
    (pack / "images" / "a.png").write_bytes(picture)
    (pack / "summary.page.xml").write_bytes(template)
    return set(ucap(folder, "template", "check", "house", "--json").codes)


def image_coarse(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A picture of 60 pixels that is 150 mm wide."""
    return _page(folder, b'<document><img class="wide" src="images/a.png" alt="A"/></document>', noise((60, 20)))


def image_heavy(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A picture of three million random bytes."""
    return _page(folder, b'<document><img class="wide" src="images/a.png" alt="A"/></document>', noise((2000, 500)))


def characters_too_many(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A page with six thousand Chinese characters."""
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 6_000)))
    return _page(folder, f"<document><p>{text}</p></document>".encode())


def font_not_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A fallback family whose package is missing."""
    family = replace(FAMILIES["Noto Sans KR"], package="no_such_package_of_fonts")
    monkeypatch.setitem(FAMILIES, family.name, family)
    (folder / "plans").mkdir()
    (folder / "templates" / "house").mkdir(parents=True)
    settings = "extends: iuc-asia\ntheme: {fallback: [Noto Sans KR]}\n"
    (folder / "templates" / "house" / "pack.yaml").write_text(settings, encoding="utf-8")
    return set(ucap(folder, "template", "check", "house", "--json").codes)


PROVOKED = {
    "characters-too-many": characters_too_many,
    "font-not-installed": font_not_installed,
    "image-resolution-low": image_coarse,
    "image-heavy": image_heavy,
}
