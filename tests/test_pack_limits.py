"""Absurd values in pack.yaml: each is a problem with a short message, found in little time, and never an exception."""

import os
import time
from pathlib import Path

import pytest

from tests.test_pack_opening import codes, opened, templates, write_pack
from ucap_reports.check.pack_check import check_named
from ucap_reports.problems import ProblemsFound
from ucap_reports.template.pack_opening import PackFolder, open_pack, shipped_packs

__all__ = ["templates"]

HUGE = "9" * 400
SECONDS = 5
LONGEST = 6_000


def title(rule: str) -> str:
    """A theme with a rule of the title."""
    return f"theme: {{styles: {{title: {{{rule}}}}}}}"


def thousands_of_styles(rule: str) -> str:
    """A theme with 4,900 styles that each have an unknown value in the rule."""
    return "theme:\n  styles:\n" + "".join(f"    s{number}: {{{rule}: t{number}}}\n" for number in range(4_900))


def thousands_of_rows() -> str:
    """Fifty declared rows with ninety unknown fields each."""
    fields = "".join(f"k{number}: 1, " for number in range(90))
    declared = "".join(f"  r{number}: {{type: line, label: a}}\n" for number in range(50))
    rows = "".join(f"  r{number}: {{label: a, {fields}}}\n" for number in range(50))
    return f"fields:\n{declared}rows:\n{rows}"


ABSURD = {
    "an infinite length": (title(f"width: {HUGE} mm"), "value-invalid"),
    "a length of ten kilometres": (title("space_after: 10000000 mm"), "value-invalid"),
    "a size of zero": (title("size: 0"), "value-invalid"),
    "a leading of almost zero": (title("leading: 0.001 pt"), "value-invalid"),
    "a boolean length": (title("width: false"), "value-invalid"),
    "a length that is not a number": (title("width: .nan"), "value-invalid"),
    "five thousand paddings": (title(f"padding: [{'1 mm, ' * 5000}]"), "value-invalid"),
    "margins wider than the paper": ("theme: {page: {margins: 300 mm}}", "margins-too-wide"),
    "margins that leave no height": ("theme: {page: {margins: [140 mm, 10 mm]}}", "margins-too-wide"),
    "an infinite margin": (f"theme: {{page: {{margins: {HUGE} mm}}}}", "value-invalid"),
    "a page limit of 5,000 digits": (f"page_limit: {HUGE * 13}", "type-invalid"),
    "a long paper size": (f"theme: {{page: {{size: {'A' * 100_000}}}}}", "paper-unknown"),
    "a long title": (f"title: {'x' * 900_000}", "value-invalid"),
    "a long label": (f"labels: {{en: {{period: {'x' * 500_000}}}}}", "value-invalid"),
    "a long number format": (f"number_format: '13.6{' ' * 500_000}'", "value-invalid"),
    "a long language": (f"language: {'x' * 500_000}", "language-invalid"),
    "a long pack name": (f"extends: {'x' * 100_000}", "pack-unknown"),
    "deep lists": (f"theme: {'[' * 10_000}{']' * 10_000}", "yaml-depth"),
    "deep fields": (f"theme: {'{a: ' * 3_000}1{'}' * 3_000}", "yaml-depth"),
    "a style that contains itself": ("theme: &a {styles: *a}", "yaml-alias"),
    "thousands of unknown colours": (thousands_of_styles("colour"), "colour-unknown"),
    "thousands of unknown styles": (thousands_of_styles("like"), "style-unknown"),
    "thousands of unknown fonts": (f"theme: {{fallback: [{'Arimmo, ' * 5_000}]}}", "font-unknown"),
    "thousands of unknown fields": ("\n".join(f"k{number}: 1" for number in range(5_000)), "field-unknown"),
    "thousands of wrong rows": (f"rows: [{'3, ' * 9_900}]", "type-invalid"),
    "thousands of wrong changes of rows": (thousands_of_rows(), "field-unknown"),
    "a list": ("- a\n- b", "type-invalid"),
    "a text": ("Hello", "type-invalid"),
    "a list of packs to extend": ("extends: [iuc-asia]", "type-invalid"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_setting_is_a_problem(name: str, tmp_path: Path) -> None:
    text, code = ABSURD[name]
    folder = tmp_path / "broken"
    folder.mkdir()
    begin = "" if text.startswith(("extends", "- ", "Hello")) else "extends: iuc-asia\n"
    (folder / "pack.yaml").write_text(f"{begin}{text}\n", encoding="utf-8")
    folders = [PackFolder(tmp_path, "templates"), shipped_packs()]

    start = time.process_time()
    checked = check_named("broken", folders)
    assert time.process_time() - start < SECONDS
    assert {problem.code for problem in checked.problems} == {code}
    assert max(len(problem.message) for problem in checked.problems) < LONGEST
    with pytest.raises(ProblemsFound) as found:
        open_pack("broken", folders)
    assert {problem.code for problem in found.value.problems} == {code}


@pytest.mark.parametrize(("files", "size"), [((51, 50), 1), ((2, 1), 30_000_000)])
def test_the_files_of_a_pack_and_those_that_it_extends_have_one_limit(
    templates: Path, files: tuple[int, int], size: int
) -> None:
    for name, count, base in zip(("blue", "green"), files, ("iuc-asia", "blue"), strict=True):
        write_pack(templates, name, f"extends: {base}\n")
        (templates / name / "images").mkdir()
        for number in range(count):
            path = templates / name / "images" / f"{number}.png"
            path.touch()
            os.truncate(path, size)

    assert opened(templates, "blue").files.keys() >= {"images/0.png"}
    assert [code for code, _, _ in codes(templates, "green")] == ["pack-too-large"]


def test_a_pack_extends_few_others(templates: Path) -> None:
    for number in range(12):
        write_pack(templates, f"pack-{number}", f"extends: {f'pack-{number - 1}' if number else 'iuc-asia'}\n")

    assert opened(templates, "pack-8").name == "pack-8"
    assert codes(templates, "pack-9") == [("pack-too-large", 1, "extends")]
