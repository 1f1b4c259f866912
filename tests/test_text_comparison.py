"""Pairs of similar items in two sequences."""

from itertools import product
from random import Random

import pytest

from ucap_reports.text.text_comparison import closest_pairs, similarity

Pairs = list[tuple[int | None, int | None]]
WORDS = [f"word{number}" for number in range(3000)]


def all_compared(near: list[list[float]], least: float) -> Pairs:
    """The pairs with the greatest total closeness by the complete table of the algorithm of Needleman and Wunsch."""
    rows, columns = len(near), len(near[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row, column in product(reversed(range(rows)), reversed(range(columns))):
        value = near[row][column]
        paired = value + best[row + 1][column + 1] if value >= least else 0.0
        best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    pairs: Pairs = []
    row = column = 0
    while row < rows or column < columns:
        if column == columns or (row < rows and best[row][column] == best[row + 1][column]):
            pairs.append((row, None))
            row += 1
        elif row == rows or best[row][column] == best[row][column + 1]:
            pairs.append((None, column))
            column += 1
        else:
            pairs.append((row, column))
            row, column = row + 1, column + 1
    return pairs


@pytest.mark.parametrize("least", [0, 0.3])
def test_closest_pairs_have_the_greatest_total_closeness(least: float) -> None:
    random = Random(7)  # noqa: S311 - the same numbers each time
    for _ in range(300):
        rows, columns = random.randint(1, 9), random.randint(1, 9)
        near = [[random.choice([0, 0.25, 0.5, 0.75, 1]) for _ in range(columns)] for _ in range(rows)]

        def closeness(row: int, column: int, near: list[list[float]] = near) -> float:
            return near[row][column]

        pairs = closest_pairs(range(rows), range(columns), closeness, min_closeness=least)
        found = list(pairs)
        expected = all_compared(near, least)
        assert [pair for pair in found if None not in pair] == [pair for pair in expected if None not in pair]
        assert sorted(found, key=str) == sorted(expected, key=str)


def rewritten_texts(count: int) -> tuple[list[str], list[str]]:
    """Texts of forty words, and the same with other words for two fifths of them, between some new ones."""
    random = Random(count)  # noqa: S311 - the same numbers each time
    old = [" ".join(random.choices(WORDS, k=40)) for _ in range(count)]
    new = []
    for index, text in enumerate(old):
        if index % 9 == 0:
            new.append(" ".join(random.choices(WORDS, k=40)))
        new.append(" ".join(word if random.random() < 0.6 else random.choice(WORDS) for word in text.split()))
    return old, new


def test_comparisons_of_rewritten_texts_grow_with_their_number() -> None:
    calls = {}
    for count in (100, 400):
        old, new = rewritten_texts(count)
        compared: list[None] = []

        def closeness(before: str, after: str, compared: list[None] = compared) -> float:
            compared.append(None)
            return similarity(before, after)

        pairs = closest_pairs(old, new, closeness, str)
        expected = {text: new[index + index // 9 + 1] for index, text in enumerate(old)}
        paired = {before: after for before, after in pairs if before is not None and after is not None}
        right = [before for before, after in paired.items() if expected[before] == after]
        assert len(right) >= 0.99 * count
        calls[count] = len(compared)
    assert calls[400] <= 4**1.2 * calls[100]
