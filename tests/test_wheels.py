"""All locked packages have wheels for Windows, macOS and Linux, so that installing needs no compiler."""

import re
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.wheel_platforms import accepted_tags

LOCKS = Path(__file__).parent.parent / "locks"
REQUIREMENT = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.*?))? \\\n((?: {4}--hash=.*\n)+)", re.MULTILINE)
SYSTEMS = {"Windows": "win32", "macOS": "darwin", "Linux": "linux"}
"""The value of `sys_platform` in markers, by the first word of a platform."""


def locked(name: str) -> dict[str, tuple[str, str, set[str]]]:
    """The version, marker and hashes of each package in a lock file."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    found = REQUIREMENT.findall(text)
    assert len(found) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
    return {
        package: (version, marker, set(re.findall(r"sha256:(\w{64})", hashes)))
        for package, version, marker, hashes in found
    }


def listed() -> dict[str, list[tuple[str, str, str]]]:
    """The version, file name and hash of each wheel in the list, by package."""
    wheels: dict[str, list[tuple[str, str, str]]] = {}
    for line in (LOCKS / "wheels.txt").read_text(encoding="utf-8").splitlines():
        name, digest = line.split(" --hash=sha256:")
        package, version, _, _ = parse_wheel_filename(name)
        wheels.setdefault(package, []).append((str(version), name, digest))
    return wheels


WHEELS = listed()
TESTED, INSTALLED = locked("test.txt"), locked("reports.txt")


def test_each_wheel_in_the_list_is_one_that_the_lock_file_allows() -> None:
    """The hash ties the name to the lock: a list of another version would not match."""
    for package, wheels in WHEELS.items():
        version, _, hashes = TESTED[package]
        for listed_version, name, digest in wheels:
            assert (listed_version, digest in hashes) == (version, True), name


def test_the_list_has_all_packages_that_users_install() -> None:
    assert {canonicalize_name(name) for name in INSTALLED} - WHEELS.keys() == set()
    extras = {"uharfbuzz", "distributed", "starlette", "uvicorn", "watchfiles", "pylopdf-fonts-jp", "pyhanko"}
    assert extras - WHEELS.keys() == set()


def test_both_lock_files_have_the_same_versions() -> None:
    assert {name: found[:2] for name, found in INSTALLED.items()} == {name: TESTED[name][:2] for name in INSTALLED}


@pytest.mark.parametrize("platform", accepted_tags())
def test_each_package_has_a_wheel_for_the_platform(platform: str) -> None:
    accepted = set(accepted_tags()[platform])
    missing = [
        package
        for package, wheels in WHEELS.items()
        if is_needed(TESTED[package][1], platform)
        and not any(parse_wheel_filename(name)[3] & accepted for _, name, _ in wheels)
    ]
    assert missing == []


def is_needed(marker: str, platform: str) -> bool:
    """Whether a package with that marker is installed there."""
    system, version = SYSTEMS[platform.split(maxsplit=1)[0]], platform.rpartition(" ")[2]
    values = {"sys_platform": system, "python_version": version, "python_full_version": f"{version}.0"}
    return not marker or Marker(marker).evaluate(values)
