"""Who may use the editor: only its own page, with the token of the project.

The editor is a server on this machine that writes files. A page of another web site must neither read nor write through
it, and neither may a program of another user: each request to `/api` needs the token, which only the user's private
cache and the address in the terminal have. Writes are also checked for their origin (OWASP, Cross-Site Request Forgery
Prevention: Fetch Metadata, and the Origin header).
"""

from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp

HOST = "127.0.0.1"
LOCALHOST = "localhost"
API = "/api/"
PROOF = "/proof/"
"""The start of the address at which an editor proves that it knows its token."""
TOKEN_HEADER = "X-Ucap-Token"  # noqa: S105 - the name of a header
READS = frozenset({"GET", "HEAD"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
"""The types of what a form of any web page can send (HTML, "Form submission"); the page of the editor sends none."""
OWN_SITE = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for requests of the page itself, and for typed addresses."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def proof_of(token: str, challenge: str, root: str) -> str:
    """Return what only an editor with that token can answer to a challenge: the token itself is not sent.

    Another program may listen on the port of an editor that has ended.
    """
    return new_hmac(token.encode(), f"{challenge}\0{root}".encode("utf-8", "surrogateescape"), sha256).hexdigest()


def guarded(app: ASGIApp, token: str) -> ASGIApp:
    """Return the application with the checks of this module.

    Host names that lead here by DNS rebinding are refused, and so is what other sites embed, fetch or send.
    """
    return TrustedHostMiddleware(_OwnPage(app, token), allowed_hosts=[HOST, LOCALHOST], www_redirect=False)


class _OwnPage(BaseHTTPMiddleware):
    def __init__(self, app: ASGIApp, token: str) -> None:
        super().__init__(app)
        self._token = token

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = self._refused(request)
        if response is None:
            response = await call_next(request)
        response.headers.update(HEADERS)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _refused(self, request: Request) -> Response | None:
        """Return the answer to a request that is refused, or None."""
        headers = request.headers
        if not _is_from_own_site(headers):
            return _refusal(403, "requests from other sites are refused")
        is_api = request.scope["path"].startswith(API)  # as the routes see it: `url` is made of the Host header, too
        if request.url.hostname == LOCALHOST:
            if is_api:
                return _refusal(403, f"use http://{HOST}")
            return RedirectResponse(str(request.url.replace(hostname=HOST)))
        if not is_api:
            return None if request.method in READS else _refusal(405, "this address can only be read")
        if not compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return _refusal(401, "the token is missing or wrong: open the address that `ucap edit` printed")
        if request.method in READS:
            return None
        if headers.get("origin") != _origin(request):
            return _refusal(403, "the request has another origin than the editor")
        if media_type(headers) in FORM_TYPES:
            return _refusal(415, "forms of web pages are refused")
        return None


def media_type(headers: Headers) -> str:
    """Return the type of the body of a request, without its parameters; empty if the request does not say it."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_from_own_site(headers: Headers) -> bool:
    """Return whether a browser says that its own page, a typed address or a link caused the request.

    A link may lead to the page from anywhere; it then has no token.
    """
    is_own = headers.get("sec-fetch-site", "none") in OWN_SITE
    follows_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return is_own or follows_link


def _origin(request: Request) -> str:
    parts = urlsplit(str(request.base_url))
    return f"{parts.scheme}://{parts.netloc}"


def _refusal(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status)
