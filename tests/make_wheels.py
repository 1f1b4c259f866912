"""Generate locks/wheels.txt from a lock file of PEP 751: python -m tests.make_wheels pylock.toml

The lock files have hashes and no names of files. This list has the wheel of each package for each platform, so that a
test can find out without a network whether all of them exist.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from tests.wheel_platforms import accepted_tags

LIST = Path(__file__).parent.parent / "locks" / "wheels.txt"


def main() -> None:
    """Write the list."""
    packages = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["packages"]
    lines = {line for package in packages for line in _lines(package["wheels"])}
    LIST.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8", newline="\n")


def _lines(wheels: Iterable[dict[str, object]]) -> Iterator[str]:
    """A line for each wheel that is the best one of a package for one of the platforms."""
    hashes = {str(wheel["url"]).rpartition("/")[2]: wheel["hashes"] for wheel in wheels}
    for accepted in accepted_tags().values():
        ranked = [(rank, name) for name in hashes if (rank := _rank(name, accepted)) is not None]
        if ranked:
            name, found = min(ranked)[1], hashes[min(ranked)[1]]
            assert isinstance(found, dict)
            yield f"{name} --hash=sha256:{found['sha256']}"


def _rank(wheel: str, accepted: list[Tag]) -> int | None:
    """The position of the wheel's best tag; None if pip does not accept it."""
    tags = parse_wheel_filename(wheel)[3]
    return min((accepted.index(tag) for tag in tags if tag in accepted), default=None)


if __name__ == "__main__":
    main()
