"""`manifest.json`: what each document in a folder was made of, so that the next build makes only what differs.

It is JSON with a plan a line, under a digest of all its lines: one that was cut short, mended by hand or written by
another program is known as such, and not believed.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from ucap_reports.files import NewFile, Status, write_files
from ucap_reports.problems import Location, Problem

MANIFEST = "manifest.json"
FORMAT = 1
"""Raised whenever an older product could not read what this one writes, or the other way round."""
_PLANS = b'"plans": {'
_END = b"}}"


class Made(Struct, frozen=True):
    """A file that is made of more than one plan: its own digest and that of what it was made of."""

    sha256: str
    of: str


class Manifest(Struct, frozen=True):
    """What is known of a folder of documents. `plans` has an encoded `PlanRecord` for each id."""

    plans: Mapping[str, bytes] = field(default_factory=dict)
    templates: str = ""
    """The `templates_digest` at which `packs` had these digests; empty when nobody knows."""
    packs: Mapping[str, str] = field(default_factory=dict)
    """The digest of each pack by its name."""
    index: Made | None = None
    schema: Made | None = None


def encode_manifest(manifest: Manifest) -> bytes:
    """The file's content: the same for the same manifest."""
    body = list(_body(manifest))
    digest = sha256()
    for piece in body:
        digest.update(piece)
    return b"".join([_head(digest.hexdigest()), *body])


def decode_manifest(content: bytes) -> Manifest | None:
    """The manifest that `encode_manifest` made this of; None for any other content."""
    start = content.find(b"\n") + 1
    if content[:start] != _head(sha256(memoryview(content)[start:]).hexdigest()):
        return None
    settings, plans = list[bytes](), dict[str, bytes]()
    lines = _lines(content, start)
    for line in lines:
        if line == _PLANS:
            break
        settings.append(line)
    decoder = json.JSONDecoder()
    for line in lines:
        if line == _END:
            break
        name, end = decoder.raw_decode(line.decode("ascii"))
        plans[name] = line[end + 2 :].removesuffix(b",")
    plain = json.loads(b"{" + b"".join(settings).removesuffix(b",") + b"}")
    return Manifest(plans, plain["templates"], plain["packs"], _made(plain["index"]), _made(plain["schema"]))


def _lines(content: bytes, start: int) -> Iterator[bytes]:
    """The lines from there on, one at a time: the manifest of ten thousand plans is too large for needless copies."""
    while (end := content.find(b"\n", start)) >= 0:
        yield content[start:end]
        start = end + 1


def _head(digest: str) -> bytes:
    return f'{{"format": {FORMAT}, "sha256": "{digest}",\n'.encode("ascii")


def _body(manifest: Manifest) -> Iterator[bytes]:
    """All but the first line, in pieces."""
    files = {"index": manifest.index, "schema": manifest.schema}
    settings = {
        "templates": manifest.templates,
        "packs": dict(sorted(manifest.packs.items())),
        **{name: made and [made.sha256, made.of] for name, made in files.items()},
    }
    for name, value in settings.items():
        yield f"{json.dumps(name)}: {json.dumps(value)},\n".encode("ascii")
    yield _PLANS
    between = b"\n"
    for plan, line in sorted(manifest.plans.items()):
        yield between + json.dumps(plan).encode("ascii") + b": "
        yield line
        between = b",\n"
    yield b"\n" + _END + b"\n"


def load_manifest(folder: Path, shown: str) -> tuple[Manifest, tuple[Problem, ...]]:
    """The folder's manifest, or an empty one; with a warning where there is one that cannot be believed."""
    try:
        manifest = decode_manifest((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return Manifest(), ()
    except OSError:
        manifest = None
    if manifest is not None:
        return manifest, ()
    message = "this is no manifest that this version of ucap has written, so every document is built again"
    return Manifest(), (Problem.warning("manifest-unknown", message, None, Location(f"{shown}/{MANIFEST}")),)


def save_manifest(manifest: Manifest, folder: Path, shown: str) -> Status:
    """Write the manifest whole. Raises ProblemsFound when the disk refuses; the old one is whole then."""
    file = NewFile(folder / MANIFEST, encode_manifest(manifest), f"{shown}/{MANIFEST}")
    return write_files([file])[0]


def _made(plain: list[str] | None) -> Made | None:
    return Made(*plain) if plain else None
