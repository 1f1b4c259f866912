"""The reference of plan files is what the model says today."""

from docs.make_reference import PAGE, page


def test_the_reference_is_what_its_script_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_table_is_in_the_page() -> None:
    assert "{{ " not in page().replace("`{{`", "")
