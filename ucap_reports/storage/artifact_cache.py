"""Compiled templates and opened packs, kept between runs: to make them takes longer than the documents of one plan."""

import pickle
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from typing import TypeVar

from ucap_reports.storage.user_cache import user_cache
from ucap_reports.storage.version_fingerprint import product_fingerprint

MOST = 50
"""How many of a kind there are: a designer makes a new one with each save."""
LARGEST = 4_000_000
"""Bytes of what is worth keeping: a pack with large fonts is read as fast as it was kept."""
Made = TypeVar("Made")


def _always() -> bool:
    return True


def cached_artifact(
    kind: str, key: tuple[str | bytes, ...], make: Callable[[], Made], holds: Callable[[], bool] = _always
) -> Made:
    """What `make` makes, or has made for the same key before, in this run or another of this very product.

    The key names everything that it is made of beside the product. Where `holds` says afterwards that this was not so,
    and where `make` raises, nothing is kept.
    """
    cache, name = user_cache(), _name(kind, key)
    known = cache.load(name)
    if known is not None:
        with suppress(Exception):  # what another release of a library has written: it is made again
            found: Made = pickle.loads(known)  # noqa: S301 - trusted as Python's own compiled modules: the cache knows its owner
            return found
    made = make()
    if holds() and len(content := pickle.dumps(made, pickle.HIGHEST_PROTOCOL)) <= LARGEST:
        cache.store(name, content)
        cache.trim(_ending(kind), MOST)
    return made


def _name(kind: str, key: tuple[str | bytes, ...]) -> str:
    """The name of a file that changes with everything that takes part in the making."""
    whole = sha256(MAGIC_NUMBER + product_fingerprint().encode())
    for part in key:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(f"\0{len(content)}\0".encode() + content)
    return whole.hexdigest() + _ending(kind)


def _ending(kind: str) -> str:
    return f".{kind}"
