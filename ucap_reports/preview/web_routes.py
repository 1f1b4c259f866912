"""The URLs of the preview: its page, the stream of states, the pictures, and the documents.

The preview is a server on this machine. It is protected from requests that other web sites cause.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ucap_reports.batch.pipeline import Produced
from ucap_reports.html.emblem_svg import emblem_svg
from ucap_reports.preview.browser_message import message
from ucap_reports.preview.page_pictures import RATIOS, PagePicture, pictures
from ucap_reports.preview.plan_previews import Choice, PlanPreviews, PreviewState
from ucap_reports.problems import problem
from ucap_reports.summary.document import MEDIA_TYPES, Format

CACHE_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
RETRY = 500
"""Milliseconds after which the page reconnects when the connection is lost."""
MAX_PICTURES = 500
"""Pictures that can be requested: many more than all pages that are shown at once."""

Result = TypeVar("Result")


class PreviewSite:
    """The web site of previews. `saves` yields after each save that may change what is shown; `ready` is called when it
    can be visited.
    """

    def __init__(self, previews: PlanPreviews, saves: AsyncIterator[None], ready: Callable[[], None]) -> None:
        self._previews = previews
        self._saves = saves
        self._ready = ready
        # Neither PDFium nor the previews are safe in threads: one thread does all of their work.
        self._worker = ThreadPoolExecutor(1, "preview")
        self._pictures: dict[str, PagePicture] = {}
        self._saved = asyncio.Event()
        self._ended = asyncio.Event()
        routes = [
            Route("/emblem.svg", _emblem),
            Route("/states", self._states),
            Route("/pictures/{name}.png", self._picture),
            Route("/documents/{name}", self._document),
            Mount("/", StaticFiles(packages=[("ucap_reports.preview", "page")], html=True)),
        ]
        self.app: ASGIApp = guarded(Starlette(routes=routes, lifespan=self._lifespan))

    def end(self) -> None:
        """End all streams, which otherwise last as long as their pages are open."""
        self._ended.set()
        self._wake_streams()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(self._follow_saves())
        self._ready()
        yield
        following.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _follow_saves(self) -> None:
        async for _ in self._saves:
            await self._in_worker(self._previews.saved)
            self._wake_streams()

    def _wake_streams(self) -> None:
        """Set the event that all streams wait for, and let them wait for a new one."""
        saved, self._saved = self._saved, asyncio.Event()
        saved.set()

    async def _in_worker(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def _states(self, request: Request) -> Response:
        parameters = request.query_params
        choice = Choice(parameters.get("plan") or self._previews.first() or "", parameters.get("pack") or None)
        ratio = parameters.get("ratio", "1")
        if ratio not in {f"{known:g}" for known in RATIOS}:
            raise HTTPException(400)
        return StreamingResponse(self._stream(choice, float(ratio)), media_type="text/event-stream")

    async def _stream(self, choice: Choice, ratio: float) -> AsyncIterator[str]:
        """The states as server-sent events: the current one, and each that differs from the one before."""
        yield f"retry: {RETRY}\n\n"
        sent = ""
        ended = asyncio.ensure_future(self._ended.wait())
        while not self._ended.is_set():
            saved = self._saved
            text = asyncio.ensure_future(self._in_worker(lambda: self._message(choice, ratio)))
            await asyncio.wait({text, ended}, return_when=asyncio.FIRST_COMPLETED)  # a first message may take seconds
            if text.done() and text.result() != sent:
                sent = text.result()
                yield f"data: {sent}\n\n"
            await saved.wait()

    def _message(self, choice: Choice, ratio: float) -> str:
        previews = self._previews
        state = previews.state(choice) if choice.plan else PreviewState(Produced((problem("plans-none"),)))
        pdf = next((each.content for each in state.documents if each.format is Format.PDF), None)
        pages = pictures(pdf, ratio) if pdf is not None else ()
        for page in pages:
            self._pictures.pop(page.name, None)
            self._pictures[page.name] = page
        while len(self._pictures) > MAX_PICTURES:
            del self._pictures[next(iter(self._pictures))]
        plans, packs = previews.plans(), previews.packs()
        return json.dumps(message(choice, state, pages, plans=plans, packs=packs, lines=previews.lines))

    async def _picture(self, request: Request) -> Response:
        picture = self._pictures.get(request.path_params["name"])
        if picture is None:
            raise HTTPException(404)
        return Response(picture.content, media_type="image/png", headers=CACHE_FOREVER)

    async def _document(self, request: Request) -> Response:
        """The document as it is now; 404 if errors prevent it."""
        plan, _, ending = request.path_params["name"].rpartition(".")
        choice = Choice(plan, request.query_params.get("pack") or None)
        state = await self._in_worker(lambda: self._previews.state(choice))
        document = next((each for each in state.documents if each.format.value == ending), None)
        if document is None or not state.publishable:
            raise HTTPException(404, "not built because of errors")
        disposition = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
        return Response(document.content, media_type=MEDIA_TYPES[document.format], headers=disposition)


async def _emblem(_: Request) -> Response:
    picture = emblem_svg().replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return Response(picture, media_type="image/svg+xml")


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


class _OwnPages(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        refused = PlainTextResponse("requests from other sites are refused", 403)
        response = await call_next(request) if _is_allowed(request.headers) else refused
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _is_allowed(headers: Headers) -> bool:
    follows_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return follows_link or headers.get("sec-fetch-site", "none") in OWN
