"""What a pack's settings lead to outside of them: font families, font files, addresses. All that leads nowhere."""

from collections.abc import Callable, Collection, Iterator

from ucap_reports.fonts.font_families import FAMILIES
from ucap_reports.problems import Location, Problem, did_you_mean
from ucap_reports.source.tree import Loc
from ucap_reports.template.pack import PackSettings
from ucap_reports.text.links import link_address

Locate = Callable[[Loc], Location]


def reference_problems(settings: PackSettings, files: Collection[str], locate: Locate) -> Iterator[Problem]:
    """An error at its place for each font and address that cannot be used; `files` are the pack's, by their paths."""
    theme = settings.theme
    for name, font in theme.fonts.items():
        path: Loc = ("theme", "fonts", name)
        if font.pdf is not None and font.pdf not in FAMILIES:
            yield _unknown_family(font.pdf, locate((*path, "pdf")))
        for face, file in font.files or ():
            if file is not None and file not in files:
                yield _missing_font(file, files, locate((*path, "files", face)))
    for place, family in enumerate(theme.fallback):
        if family not in FAMILIES:
            yield _unknown_family(family, locate(("theme", "fallback", place)))
    for part in ("email", "website"):
        printed = getattr(settings.contact, part)
        if printed and link_address(printed) is None:
            message = f'"{printed}" is no {"mail" if part == "email" else "web"} address'
            hint = "write it as office@example.eu" if part == "email" else "write it as www.example.eu"
            yield Problem.error(f"{part}-invalid", message, hint, locate(("contact", part)))


def _unknown_family(name: str, location: Location) -> Problem:
    known = f"there are {', '.join(FAMILIES)}; or give the pack font files of its own, under files:"
    return Problem.error("font-unknown", f'no font family "{name}"', did_you_mean(name, FAMILIES) or known, location)


def _missing_font(file: str, files: Collection[str], location: Location) -> Problem:
    fonts = [path for path in files if path.startswith("fonts/")]
    hint = did_you_mean(file, fonts) or "put the file into the pack's folder fonts/"
    return Problem.error("font-file-missing", f'the pack has no file "{file}"', hint, location)
