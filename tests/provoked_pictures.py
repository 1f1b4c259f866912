"""Problems of pictures that need a picture file."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command import ucap
from tests.photos import photograph, saved, write_pictures

PAGE = """<document><page-footer><p><page-number/></p></page-footer><h1>{{ summary.title }}</h1>
{% for label in summary.programme_label %}<p>{{ label.text }}</p>{% endfor %}
<p>{{ summary.contact.email }}</p></document>"""


def coarse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    write_pictures(folder)
    (folder / "plans" / "pictures" / "rome.jpg").write_bytes(saved(photograph((100, 80))))
    return set(ucap(folder, "check", "--json").codes)


def not_printed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    write_pictures(folder)
    pack = folder / "templates" / "house"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    (pack / "summary.page.xml").write_text(PAGE, encoding="utf-8")
    return set(ucap(folder, "build", "--template", "house", "--format", "pdf", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "picture-resolution-low": coarse,
    "picture-not-printed": not_printed,
}
