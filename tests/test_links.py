import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.common.normalize_url import normalizeLink

from ucap_reports.text.links import explicit_address, link_address


@pytest.mark.parametrize(
    ("printed", "address"),
    [
        ("https://a.eu/x?y=1&z=(2)#f", "https://a.eu/x?y=1&z=(2)#f"),
        ("HTTP://a.eu", "HTTP://a.eu"),
        ("mailto:a@b.eu?subject=x", "mailto:a@b.eu?subject=x"),
        (" office@iuc-asia.eu ", "mailto:office@iuc-asia.eu"),
        ("www.iuc-asia.eu", "https://www.iuc-asia.eu"),
        ("iuc-asia.eu/contact", "https://iuc-asia.eu/contact"),
        ("a.eu:8080/x", "https://a.eu:8080/x"),
        ("https://a.eu/a%20b", "https://a.eu/a%20b"),
        ("https://a.eu/城", "https://a.eu/%E5%9F%8E"),
        ("www.bücher.de/ü", "https://www.xn--bcher-kva.de/%C3%BC"),
    ],
)
def test_a_printed_address_becomes_that_of_a_link(printed: str, address: str) -> None:
    assert link_address(printed) == address


@pytest.mark.parametrize(
    "text",
    ["", "IUC", "a b.eu", "https://a b.eu", "https://", "javascript:alert(1)", "file:///etc/passwd", "//a.eu", "ftp://a.eu",
     "data:text/html,x", "https://é..eu", "two@signs@a.eu", "\\\\a.eu\\share"],
)  # fmt: skip
def test_text_that_is_not_an_address_gives_none(text: str) -> None:
    assert link_address(text) is None


ADDRESS_FRAGMENTS = ("a", "Z", "9", ".", "-", "/", "?", "#", "@", ":", "=", "%", "%20", "~", "'", "(", "|", "x" * 250)


@given(
    st.sampled_from(["https://", "HTTP://a.eu", "https://a.eu/", "mailto:a@b", "mailto:"]),
    st.lists(st.sampled_from(ADDRESS_FRAGMENTS), max_size=6).map("".join),
)
def test_explicit_addresses_are_encoded_like_links_of_markdown(start: str, end: str) -> None:
    address = explicit_address(start + end)

    assert address in (None, normalizeLink(start + end))
