"""The reference of elements and styles has each of them, and its pictures are those of its examples."""

import pytest
from PIL import Image

from docs.make_elements import PAGE, PICTURES, Example, examples, page, picture_of, rendered
from tests.test_goldens import MOST_PIXELS, differing
from ucap_reports.page.page_elements import ATTRIBUTES
from ucap_reports.template.theme_and_line_spacing import Border, Rule, StyleSettings

pytestmark = pytest.mark.no_cover

EXAMPLES = {example.names[0]: example for example in examples()}


def test_the_reference_has_every_element_and_every_key_of_a_style() -> None:
    shown = [name.replace("-", "_") for example in examples() for name in example.names]
    known = {name.replace("-", "_") for name in (*ATTRIBUTES, *StyleSettings.model_fields)}
    assert sorted(shown) == sorted(known)


def test_each_example_uses_what_it_is_about() -> None:
    for example in examples():
        for name in example.names:
            is_used = f"<{name}" in example.page or f"{name}:" in example.styles
            assert is_used or name in {"h4", "h5", "h6"}, name


@pytest.mark.parametrize("model", [Border, Rule])
def test_the_example_of_borders_has_every_part_of_a_border(model: type[Border | Rule]) -> None:
    section = PAGE.read_text(encoding="utf-8").partition("### `border`")[2].partition("###")[0]
    assert [name for name in model.model_fields if f"`{name}`" not in section and f"{name}: {{" not in section] == []


def test_the_page_is_generated() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run docs/make_elements.py"


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_has_no_problems_and_the_picture_that_is_shown(example: Example) -> None:
    result = rendered(example)
    assert [problem for problem in result.problems if problem.location.path != "plan.yaml"] == []
    with Image.open(example.picture) as expected:
        assert differing(expected.convert("L"), picture_of(result).convert("L")) <= MOST_PIXELS


def test_every_picture_is_that_of_an_example_and_all_are_small() -> None:
    assert {example.picture for example in examples()} == set(PICTURES.iterdir())
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 400_000
