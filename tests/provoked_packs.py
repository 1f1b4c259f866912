"""Problems of packs that no file alone can have."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from docx import Document

from tests.command import ucap
from ucap_reports.template.pack_opening import shipped_packs


def link_out_of_the_pack(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The codes for a pack whose picture is a link to a file outside."""
    images = folder / "templates" / "house" / "images"
    images.mkdir(parents=True)
    (images.parent / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    (folder / "secret.png").write_bytes(b"secret")
    (images / "logo.png").symlink_to(folder / "secret.png")
    (folder / "plans").mkdir()
    return set(ucap(folder, "template", "check", "house", "--json").codes)


def large_picture(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The codes for a pack with a picture of 33 MiB."""
    images = folder / "templates" / "house" / "images"
    images.mkdir(parents=True)
    (images.parent / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    (images / "logo.png").write_bytes(bytes(33 * 1024**2))
    (folder / "plans").mkdir()
    return set(ucap(folder, "template", "check", "house", "--json").codes)


def many_pictures(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The codes for a pack with 201 pictures."""
    images = folder / "templates" / "house" / "images"
    images.mkdir(parents=True)
    (images.parent / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    for number in range(201):
        (images / f"{number}.png").touch()
    (folder / "plans").mkdir()
    return set(ucap(folder, "template", "check", "house", "--json").codes)


def text_of_one_format(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The codes for a pack whose Word template has a line that its page template does not have."""
    pack = folder / "templates" / "house"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    document = Document(str(shipped_packs().path / "iuc-asia" / "summary.docx"))
    document.paragraphs[0].insert_paragraph_before("Visit our stand.")
    document.save(str(pack / "summary.docx"))
    (folder / "plans").mkdir()
    return set(ucap(folder, "template", "check", "house", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "file-outside": link_out_of_the_pack,
    "file-too-large": large_picture,
    "formats-differ": text_of_one_format,
    "pack-too-large": many_pictures,
}
