"""The reference of plan files matches the model."""

from docs.make_reference import PAGE, page


def test_the_reference_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_placeholder_is_replaced_by_its_table() -> None:
    assert "{{ " not in page().replace("`{{`", "")
