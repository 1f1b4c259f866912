"""The addresses of the preview: its page, the looks as they change, the pictures, and the documents."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from typing import TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from ucap_reports.preview.browser_message import message, nothing
from ucap_reports.preview.page_pictures import RATIOS, PagePicture, pictures, png
from ucap_reports.preview.plan_previews import PlanPreviews
from ucap_reports.preview.preview_state import Choice
from ucap_reports.preview.request_guard import guarded
from ucap_reports.summary.document import Format
from ucap_reports.template.emblem_geometry import ALTERNATIVE_TEXT, BLUE, GOLD, PROPORTION, stars

PARTS = {
    "/": ("preview_page.html", "text/html"),
    "/page.css": ("preview_page.css", "text/css"),
    "/page.js": ("preview_page.js", "text/javascript"),
}
MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NOW = {"Cache-Control": "no-store"}
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
RETRY = 500
"""Milliseconds after which the page asks again when the connection is lost."""
MOST_PICTURES = 500
"""How many are remembered: many more than all pages that are shown at once."""

Result = TypeVar("Result")


class PreviewSite:
    """The preview of a studio. `saves` yields after each save that may change what is shown."""

    def __init__(self, studio: PlanPreviews, saves: AsyncIterator[None]) -> None:
        self._studio = studio
        self._saves = saves
        # Neither PDFium nor the studio can serve two at once: one thread does all of their work, in turn.
        self._worker = ThreadPoolExecutor(1, "preview")
        self._pictures: dict[str, PagePicture] = {}
        self._bell = asyncio.Event()
        self._ended = False
        routes = [
            *(Route(address, _part) for address in PARTS),
            Route("/emblem.svg", _emblem),
            Route("/looks", self._looks),
            Route("/pictures/{name}.png", self._picture),
            Route("/documents/{name}", self._document),
        ]
        self.app: ASGIApp = guarded(Starlette(routes=routes, lifespan=self._lifespan))

    def end(self) -> None:
        """End what would otherwise go on for as long as the page is open."""
        self._ended = True
        self._ring()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(self._follow())
        yield
        following.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _follow(self) -> None:
        async for _ in self._saves:
            await self._in_turn(self._studio.saved)
            self._ring()

    def _ring(self) -> None:
        """Wake all who wait for the next save."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def _looks(self, request: Request) -> Response:
        parameters = request.query_params
        choice = Choice(parameters.get("plan") or self._studio.first() or "", parameters.get("pack") or None)
        ratio = parameters.get("ratio", "1")
        if ratio not in {f"{known:g}" for known in RATIOS}:
            raise HTTPException(400)
        return StreamingResponse(self._stream(choice, float(ratio)), headers=NOW, media_type="text/event-stream")

    async def _stream(self, choice: Choice, ratio: float) -> AsyncIterator[str]:
        """The looks as server-sent events: the one of now, and each that differs from the one before."""
        yield f"retry: {RETRY}\n\n"
        told = ""
        while not self._ended:
            bell = self._bell
            tell = await self._in_turn(lambda: self._message(choice, ratio))
            if tell != told:
                yield f"data: {tell}\n\n"
            told = tell
            await bell.wait()

    def _message(self, choice: Choice, ratio: float) -> str:
        studio = self._studio
        if not choice.plan:
            return json.dumps(nothing(studio.packs()))
        look = studio.look(choice)
        pdf = next((each.content for each in look.documents if each.format is Format.PDF), None)
        pages = pictures(pdf, ratio) if pdf is not None else ()
        for page in pages:
            self._pictures.pop(page.name, None)
            self._pictures[page.name] = page
        while len(self._pictures) > MOST_PICTURES:
            del self._pictures[next(iter(self._pictures))]
        return json.dumps(message(choice, look, pages, plans=studio.plans(), packs=studio.packs(), lines=studio.lines))

    async def _picture(self, request: Request) -> Response:
        picture = self._pictures.get(request.path_params["name"])
        if picture is None:
            raise HTTPException(404)
        content = await self._in_turn(lambda: png(picture))
        return Response(content, media_type="image/png", headers=FOR_EVER)

    async def _document(self, request: Request) -> Response:
        """The document as it is now, or 404 where errors keep it from being made."""
        plan, _, ending = request.path_params["name"].rpartition(".")
        choice = Choice(plan, request.query_params.get("pack") or None)
        look = await self._in_turn(lambda: self._studio.look(choice))
        document = next((each for each in look.documents if each.format.value == ending), None)
        if document is None or not look.publishable:
            raise HTTPException(404, "errors keep this document from being made")
        saved_as = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
        return Response(document.content, media_type=MEDIA_TYPES[document.format], headers=NOW | saved_as)


async def _part(request: Request) -> Response:
    """A file of the page, from this package."""
    name, media_type = PARTS[request.url.path]
    content = files("ucap_reports.preview").joinpath(name).read_bytes()
    return Response(content, media_type=media_type, headers=NOW)


async def _emblem(_: Request) -> Response:
    return Response(_emblem_picture(), media_type="image/svg+xml", headers=NOW)


@cache
def _emblem_picture() -> str:
    """The emblem in numbers of a picture that grows downwards from its upper left corner."""
    height = 36
    corners = [" ".join(f"{x * height:.3f} {(1 - y) * height:.3f}" for x, y in star) for star in stars()]
    area = f"0 0 {PROPORTION * height:g} {height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{area}" role="img" aria-label="{ALTERNATIVE_TEXT}">'
        f'<path fill="#{BLUE.hex}" d="M0 0h{PROPORTION * height:g}v{height}H0z"/>'
        f'<path fill="#{GOLD.hex}" d="{"".join(f"M{star}z" for star in corners)}"/></svg>'
    )
