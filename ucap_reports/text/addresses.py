"""Web and mail addresses as contacts print them, and as links carry them."""

import re
from urllib.parse import quote, urlsplit

_SCHEME = re.compile(r"(https?://|mailto:)(?=[^\s/])", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+")
_WEB = re.compile(r"[^\s@/\\:?#]+\.[^\s@/\\:?#]+(?::\d+)?(?:[/?#]\S*)?")
_KEPT = "!#$%&'()*+,-./:;=?@[]_~"
"""What a link carries as it is beside letters and digits (RFC 3986), and the sign of what has been encoded already."""


def link_address(printed: str) -> str | None:
    """The http, https or mailto address in ASCII that a printed one stands for; None where it stands for none.

    `www.iuc-asia.eu` and `office@iuc-asia.eu` get their schemes, https and mailto.
    """
    written = printed.strip()
    if not _SCHEME.match(written):
        if _MAIL.fullmatch(written):
            written = f"mailto:{written}"
        elif _WEB.fullmatch(written):
            written = f"https://{written}"
        else:
            return None
    if re.search(r"\s", written):
        return None
    return written if written.isascii() else _in_ascii(written)


def _in_ascii(address: str) -> str | None:
    """The address with its host in the form that name servers know, and all else by its bytes in UTF-8."""
    try:
        host = urlsplit(address).hostname or ""
        return quote(address.replace(host, host.encode("idna").decode()) if host else address, safe=_KEPT)
    except ValueError:  # no such host can be
        return None
