"""Compiled templates, kept between runs: compiling those of one plan takes 75 ms, a fifth of its build.

The files are MessagePack, which is plain data. The compiled templates in it contain bytecode, as Python's own
`__pycache__` does; therefore they are only loaded from the private folder that `user_cache` returns. Opened packs are
not kept, since that would save less than 20 ms.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from typing import TypeVar

from msgspec import MsgspecError, msgpack

from ucap_reports.storage.user_cache import user_cache
from ucap_reports.storage.version_fingerprint import product_fingerprint

LIMIT = 50
"""Files of each kind: each save of a template adds one."""
MAX_BYTES = 4_000_000
"""Larger templates are not kept, since loading them takes as long as compiling them."""
Artifact = TypeVar("Artifact")


def cached_artifact(
    kind: str, key: tuple[str | bytes, ...], type_: type[Artifact], make: Callable[[], Artifact]
) -> Artifact:
    """The result of `make`, from the cache if this version of the product has made it before for the same key.

    The key must contain everything that the result depends on. Nothing is kept when `make` raises.
    """
    cache, name = user_cache(), f"{_digest(key)}.{kind}"
    if (known := cache.load(name)) is not None:
        with suppress(MsgspecError):
            return msgpack.decode(known, type=type_)
    made = make()
    content = msgpack.encode(made)
    if len(content) <= MAX_BYTES:
        cache.store(name, content)
        cache.trim(f".{kind}", LIMIT)
    return made


def _digest(key: tuple[str | bytes, ...]) -> str:
    """The SHA-256 of the key, of Python's bytecode format and of the product's version."""
    digest = sha256(MAGIC_NUMBER + product_fingerprint().encode())
    for part in key:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(f"\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
