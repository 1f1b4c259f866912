"""Protects the preview, a server on this machine, from requests that other web sites cause."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for requests of the page itself, and for typed addresses."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def guarded(app: ASGIApp) -> ASGIApp:
    """The application with checks: it only answers to its own host name and its own page.

    Other host names that lead here (DNS rebinding) are refused, and so is what the page of another site embeds or
    fetches. Links from other sites are allowed.
    """
    return TrustedHostMiddleware(_OwnPages(app), allowed_hosts=HOSTS, www_redirect=False)


class _OwnPages:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
        else:
            app = self._app if _is_allowed(Headers(scope=scope)) else PlainTextResponse("only for its own page", 403)
            await app(scope, receive, send_with_headers)


def _is_allowed(headers: Headers) -> bool:
    follows_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return follows_link or headers.get("sec-fetch-site", "none") in OWN
