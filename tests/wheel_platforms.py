"""The platforms on which the product is installed without a compiler, and the wheels that pip accepts on each."""

from collections.abc import Iterator, Mapping
from itertools import product

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms

PYTHONS = ((3, 11), (3, 12), (3, 13))
MANYLINUX = (*((2, minor) for minor in range(28, 16, -1)), (2, 12), (2, 5))
"""Versions of glibc up to that of Debian 10, RHEL 8 and Ubuntu 20.04 (PEP 600)."""
OLD_NAMES = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}


def _linux(architecture: str) -> Iterator[str]:
    for version in MANYLINUX:
        yield f"manylinux_{version[0]}_{version[1]}_{architecture}"
        if version in OLD_NAMES:
            yield f"{OLD_NAMES[version]}_{architecture}"


PLATFORMS: Mapping[str, tuple[str, ...]] = {
    "Windows on Intel": ("win_amd64",),
    "macOS 13 on Intel": tuple(mac_platforms((13, 0), "x86_64")),
    "macOS 13 on Apple silicon": tuple(mac_platforms((13, 0), "arm64")),
    "Linux on Intel": tuple(_linux("x86_64")),
    "Linux on ARM": tuple(_linux("aarch64")),
}


def accepted_tags() -> Mapping[str, list[Tag]]:
    """The tags that pip accepts, best first, by platform and Python."""
    return {
        f"{name}, Python {python[0]}.{python[1]}": [
            *cpython_tags(python, platforms=platforms),
            *compatible_tags(python, f"cp{python[0]}{python[1]}", platforms),
        ]
        for (name, platforms), python in product(PLATFORMS.items(), PYTHONS)
    }
