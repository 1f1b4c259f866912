"""Reviews of built Word files with random edits: no edit is silent, no word is lost, and no move is applied in part."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from msgspec import Struct

from tests.command import ucap
from tests.photos import write_pictures
from tests.random_edits import FALLBACK, HYPHEN, LINK, MARGIN, RELATED, P, RandomEdit, T, text_of, words_of
from tests.selected_cases import mostly_long
from tests.stages import SHIPPED_PACKS
from tests.test_review_packs import PLAN
from tests.translations import LANGUAGES, translated_project
from ucap_reports.text.text_comparison import word_tokens
from ucap_reports.word.compile.hidden_text_and_accepted_changes import accept_revisions
from ucap_reports.word.file.word_xml import qualified, read_finished
from ucap_reports.word.file.zip_package import read_package

EDITS = int(os.environ.get("UCAP_RANDOM_EDITS", "2"))
"""How many random edits are made of each built file."""
TEXTS = {
    "Less noise": "Less [noise](https://noise.example/x)",
    "challenges: Narrow streets and old quarters.": "challenges: |\n  - Narrow streets.\n  - Hills.\n    - Steep ones.",
}
TRANSLATED_PACKS = ("iuc-asia", "glance", "bilingual")
FILES = [(pack, "") for pack in SHIPPED_PACKS] + [(pack, tag) for pack in TRANSLATED_PACKS for tag in LANGUAGES]
QUICK = {("bilingual", "zh")}
UNKNOWN = {*word_tokens("N/A 不详 Non disponible mailto https")}
"""Words that are not in a plan but printed for values that it does not have, and those of the links of addresses."""
IN_PART = {"words", "delete", "copy cell", "drag cell", "empty cell", "delete row"}
"""Edits that may be of several fields, each of which is changed or not."""


class Built(Struct):
    """A project with a built Word file, and the files that a review may change."""

    folder: Path
    path: Path
    sources: Mapping[Path, bytes]


@cache
def _home() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="ucap-review-")


@cache
def built(pack: str, language: str) -> Built:
    """The Word file of a plan in a pack: of one with all kinds of fields, or of a translated one in that language."""
    folder = Path(_home().name) / f"{pack}-{language}"
    folder.mkdir()
    if language:
        plan = translated_project(folder)
    else:
        text = PLAN
        for old, new in TEXTS.items():
            text = text.replace(old, new)
        plan = write_pictures(folder, text)
    with plan.open("a", encoding="utf-8") as file:
        file.write(f"template: {pack}\n")
    assert ucap(folder, "build", "--format", "docx", "--no-index").code == 0
    name = f"{plan.stem}.{language}.docx" if language else f"{plan.stem}.docx"
    sources = [plan, *(folder / "translations").rglob("*.po")]
    return Built(folder, folder / "out" / name, {path: path.read_bytes() for path in sources})


def lines(path: Path) -> list[str]:
    """The words of all paragraphs of the body with the targets of their links, tracked changes accepted."""
    parts = read_package(path.read_bytes())
    root = read_finished(parts["word/document.xml"])
    targets = {each.get("Id"): each.get("Target") for each in read_finished(parts[RELATED])}
    accept_revisions(root)
    found = []
    for paragraph in root.iter(P):
        if next(paragraph.iterancestors(FALLBACK), None) is not None:
            continue
        own = [each for each in paragraph.iter(T, HYPHEN) if next(each.iterancestors(P)) is paragraph]
        links = [each for each in paragraph.iter(LINK) if words_of(each)]
        ends = [str(targets.get(each.get(qualified("r:id")))) for each in links]
        found.append(" ".join([*"".join(map(text_of, own)).split(), *ends]))
    return [*filter(None, found)]


def margins(path: Path) -> list[str]:
    """The words of headers and footers."""
    parts = read_package(path.read_bytes())
    roots = [read_finished(parts[name]) for name in sorted(parts) if MARGIN.fullmatch(name)]
    return [text_of(each) for root in roots for each in root.iter(T)]


def words(texts: Sequence[str]) -> "Counter[str]":
    """The words of texts, without markup."""
    tokens = word_tokens(re.sub(r"</?u>|[<>/:.-]", " ", "\n".join(texts)))
    return Counter(each for each in tokens if each[0].isalnum() and each not in UNKNOWN)


def faults(
    before: Sequence[str], edited: Sequence[str], after: Sequence[str], changes: Sequence[dict[str, str]]
) -> Iterator[str]:
    """What a review that reports these changes has not reported, and what it has lost or repeated."""
    old, new, now = map(words, (before, edited, after))
    told = words([each["old"] for each in changes]), words([each["new"] for each in changes])
    yield from (f"not reported: removal of {word}" for word in old - new if word not in told[0])
    yield from (f"not reported: addition of {word}" for word in new - old if word not in told[1])
    if list(before) != list(edited) and not changes:
        yield "not reported"
    yield from (f"lost: {word}" for word in (old & new) - now)
    yield from (f"repeated: {word}" for word in now - (old | new))


@pytest.mark.no_cover
@pytest.mark.parametrize("number", mostly_long(range(EDITS), {0}))
@pytest.mark.parametrize("pack_and_language", mostly_long(FILES, QUICK), ids="-".join)
def test_random_edits_are_reported_and_applied_completely_or_not_at_all(
    pack_and_language: tuple[str, str], number: int
) -> None:
    pack, language = pack_and_language
    file, chance = built(pack, language), Random(f"{pack} {language} {number}")  # noqa: S311 - variety, not secrecy
    folder = file.folder
    kind, done = RandomEdit(file.path, chance, chance.choice(["", "", "Li Wei"])).save_one(
        path := folder / "edited.docx"
    )
    before, edited = lines(file.path), lines(path)
    try:
        run = ucap(folder, "review", "edited.docx", "--apply", "--json")
        ucap(folder, "build", "--format", "docx", "--no-index", "--out", "after")
        after = lines(folder / "after" / file.path.name)
        changed = [each for each, content in file.sources.items() if each.read_bytes() != content]
    finally:
        for source, content in file.sources.items():
            source.write_bytes(content)

    changes, beside = run.report["changes"], [margins(each) for each in (file.path, path)]
    found = list(faults([*before, *beside[0]], [*edited, *beside[1]], [*after, *beside[0]], changes))
    is_complete = all(each["applied"] for each in changes)
    found += ["applied, but not as edited"] if is_complete and after != edited else []
    found += ["listed, but applied"] if changed and not any(each["applied"] for each in changes) else []
    found += ["applied in part"] if kind not in IN_PART and after not in (before, edited) else []
    assert not found, (kind, done, changes)
