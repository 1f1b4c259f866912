"""Artifacts that are kept in the user's cache: what is computed once for each version of the product.

Compiling the templates of one plan takes 75 ms, a fifth of its build, and opening its pack takes 14 ms. Artifacts are
kept as MessagePack. Compiled templates contain bytecode, and packs are pickled: both can run code, as Python's own
`__pycache__` can.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import TypeVar

from msgspec import MsgspecError, msgpack, toml

from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.user_cache import LIMIT, user_cache

MAX_BYTES = 4_000_000
"""Larger templates are not kept, since loading them takes as long as compiling them."""
Artifact = TypeVar("Artifact")


def cached_artifact(
    kind: str, key: tuple[str | bytes, ...], type_: type[Artifact], make: Callable[[], Artifact]
) -> Artifact:
    """Return the result of `make`, from the cache if this version of the product has made it before for the same key.

    The key must contain everything that the result depends on. Nothing is kept when `make` raises.
    """
    cache = user_cache()
    name = f"{_key_digest(key)}.{kind}"
    known = cache.load(name)
    if known is not None:
        with suppress(MsgspecError):
            return msgpack.decode(known, type=type_)
    made = make()
    content = msgpack.encode(made)
    if len(content) <= MAX_BYTES:
        cache.store(name, content)
        cache.trim(f".{kind}", LIMIT)
    return made


def shipped_table(path: Path, type_: type[Artifact]) -> Artifact:
    """Return the content of a TOML file of the product that affects documents: reading those of one build as TOML
    takes 3 ms.
    """
    return cached_artifact("table", (path.name,), type_, lambda: toml.decode(path.read_bytes(), type=type_))


def _key_digest(key: tuple[str | bytes, ...]) -> str:
    """Return the SHA-256 of the key, of Python's bytecode format and of the product's version."""
    digest = sha256(MAGIC_NUMBER + product_fingerprint().encode())
    for part in key:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(f"\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
