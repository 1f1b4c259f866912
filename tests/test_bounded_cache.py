"""Values that are kept when they are computed."""

from ucap_reports.storage.bounded_and_compressed_values import BoundedCache, BoundedValues, kept_values


def test_kept_values_are_forgotten_at_the_limit() -> None:
    lengths: BoundedValues[str, int] = BoundedValues(limit=2)

    assert [lengths.keep("a", 1), lengths.keep("bb", 2)] == [1, 2]
    assert lengths == {"a": 1, "bb": 2}
    assert lengths.keep("ccc", 3) == 3
    assert lengths == {"ccc": 3}


def test_computed_values_are_computed_once_and_forgotten_at_the_limit() -> None:
    """Each value is computed once, until there are more of them than the limit."""
    computed: list[str] = []

    def length(word: str) -> int:
        computed.append(word)
        return len(word)

    lengths = BoundedCache(length, limit=2)
    assert [lengths[word] for word in ("a", "bb", "a")] == [1, 2, 1]
    assert computed == ["a", "bb"]
    assert lengths["ccc"] == len("ccc")
    assert lengths.keys() == {"ccc"}


def test_decorated_function_computes_each_value_once_until_it_begins_again() -> None:
    computed: list[str] = []

    @kept_values(2)
    def length(word: str) -> int:
        computed.append(word)
        return len(word)

    assert [length("a"), length("bb"), length("a")] == [1, 2, 1]
    assert computed == ["a", "bb"]
    assert [length("ccc"), length("a")] == [3, 1]
    assert computed == ["a", "bb", "ccc", "a"]
