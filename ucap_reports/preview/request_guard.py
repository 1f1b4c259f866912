"""What keeps other web sites out of a server on this machine, whose address any of them can name."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
OWN = frozenset({"same-origin", "none"})
"""What browsers say of requests that the page itself makes, or somebody who types the address (Fetch Metadata)."""
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
    """The application behind its guard: it answers to its own name alone, and to no page but its own.

    A name of somebody else's that leads here (DNS rebinding) is refused, and so is what another site's page embeds or
    fetches; its links may lead here.
    """
    return TrustedHostMiddleware(_OwnPages(app), allowed_hosts=HOSTS, www_redirect=False)


class _OwnPages:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        app = self._app if _welcome(Headers(scope=scope)) else PlainTextResponse("for its own page alone", 403)
        await app(scope, receive, send_guarded)


def _welcome(headers: Headers) -> bool:
    follows_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return follows_link or headers.get("sec-fetch-site", "none") in OWN
