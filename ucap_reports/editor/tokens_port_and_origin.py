"""Who may use the editor, and where it is: its own page, with the token of the project, at the project's port.

Token and port last for the project: they are in the user's private cache, so that pages that are open go on working
after the server was started again, and a second editor of a project opens the one that is running.

The editor is a server on this machine that writes files. A page of another web site must neither read nor write through
it, and neither may a program of another user: each request to `/api` needs the token, which only the user's private
cache and the address in the terminal have. Writes are also checked for their origin (OWASP, Cross-Site Request Forgery
Prevention: Fetch Metadata, and the Origin header). An editor that was started with `--read-only` refuses each request
that may change a file.
"""

import http.client
import secrets
from contextlib import closing
from hashlib import sha256
from hmac import compare_digest
from hmac import new as new_hmac
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.user_cache import LIMIT, user_cache

HOST = "127.0.0.1"
LOCALHOST = "localhost"
API = "/api/"
PROOF = "/proof/"
"""The start of the address at which an editor proves that it knows its token."""
TOKEN_HEADER = "X-Ucap-Token"  # noqa: S105 - the name of a header
READS = frozenset({"GET", "HEAD"})
READS_SENT_FILES = frozenset({"/api/import", "/api/paste", "/api/review"})
"""Addresses that show what is sent to them. If they are asked to write it as well, they call `refuse_changes`."""
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
_CACHE_ENDING = ".editor"
"""The end of the names of the files in the user's cache with the ports and tokens of projects."""
_TIMEOUT = 3
"""Seconds in which an editor that is running answers."""
_READ_ONLY = "the editor was started with --read-only"
_PROOF_LENGTH = 64
"""Characters of a proof: a digest of SHA-256 in hexadecimal."""


class Access(Struct, frozen=True):
    """The port and the token of the editor of a project, and whether it changes no files."""

    port: int
    token: str
    read_only: bool = False

    def address(self, plan: str | None = None) -> str:
        """Return the address for a browser: that of a plan, or of the list of plans."""
        path = f"plans/{plan}" if plan else ""
        return f"http://{HOST}:{self.port}/{path}#{self.token}"

    def refuse_changes(self) -> None:
        """Raise HTTPException if the files of the project may not be changed."""
        if self.read_only:
            raise HTTPException(403, _READ_ONLY)


def known_access(project: Project) -> Access | None:
    """Return the port and the token of the last editor of a project, if the user's cache has them."""
    content = user_cache().load(_cache_name(project))
    if content is None:
        return None
    try:
        return msgspec.json.decode(content, type=Access)
    except msgspec.DecodeError:
        return None


def new_access(project: Project, port: int, *, read_only: bool) -> Access:
    """Return the access to an editor of the project that starts at that port, and store it for `known_access`.

    The token stays the one of the project's last editor.
    """
    known = known_access(project)
    token = known.token if known else secrets.token_urlsafe(32)
    access = Access(port, token, read_only)
    cache = user_cache()
    cache.store(_cache_name(project), msgspec.json.encode(access))
    cache.trim(_CACHE_ENDING, LIMIT)
    return access


def is_running(project: Project, access: Access) -> bool:
    """Return whether the editor of that project answers at its port and knows its token, which is not sent to it."""
    challenge = secrets.token_hex(32)
    try:
        with closing(http.client.HTTPConnection(HOST, access.port, timeout=_TIMEOUT)) as connection:
            connection.request("GET", f"{PROOF}{challenge}")
            answer = connection.getresponse().read(_PROOF_LENGTH + 1)
    except (OSError, http.client.HTTPException):
        return False
    return secrets.compare_digest(answer, proof_of(access.token, challenge, str(project.root)).encode())


def proof_of(token: str, challenge: str, root: str) -> str:
    """Return what only an editor with that token can answer to a challenge: the token itself is not sent.

    Another program may listen on the port of an editor that has ended.
    """
    message = f"{challenge}\0{root}".encode("utf-8", "surrogateescape")
    return new_hmac(token.encode(), message, sha256).hexdigest()


def guarded(app: ASGIApp, access: Access) -> ASGIApp:
    """Return the application with the checks of this module.

    Host names that lead here by DNS rebinding are refused, and so is what other sites embed, fetch or send.
    """
    return TrustedHostMiddleware(_OwnPage(app, access), allowed_hosts=[HOST, LOCALHOST], www_redirect=False)


class _OwnPage(BaseHTTPMiddleware):
    def __init__(self, app: ASGIApp, access: Access) -> None:
        super().__init__(app)
        self._access = access

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
        if not compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._access.token.encode()):
            return _refusal(401, "the token is missing or wrong: open the address that `ucap edit` printed")
        if request.method in READS:
            return None
        if headers.get("origin") != _origin(request):
            return _refusal(403, "the request has another origin than the editor")
        if media_type(headers) in FORM_TYPES:
            return _refusal(415, "forms of web pages are refused")
        if self._access.read_only and request.scope["path"] not in READS_SENT_FILES:
            return _refusal(403, _READ_ONLY)
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


def _cache_name(project: Project) -> str:
    return f"{sha256(str(project.root).encode('utf-8', 'surrogateescape')).hexdigest()}{_CACHE_ENDING}"
