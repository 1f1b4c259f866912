"""Values that are computed when they are first looked up."""

from ucap_reports.text.bounded_cache import BoundedCache


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
