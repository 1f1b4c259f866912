"""Values that are computed when they are first looked up."""

from ucap_reports.text.bounded_cache import BoundedCache, kept_values


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
