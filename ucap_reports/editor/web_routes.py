"""The URLs of the editor: its page, and the routes below `/api` with which the page reads and changes plans."""

import asyncio
import json
import threading
from base64 import b64encode
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import aclosing, asynccontextmanager
from hashlib import sha256
from pathlib import PurePosixPath
from queue import SimpleQueue
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from ucap_reports.batch.document_names_and_thumbnails import thumbnail
from ucap_reports.batch.worker_pool import internal_fault
from ucap_reports.editor.builds_and_downloads import (
    BuildChoice,
    build_choices,
    build_steps,
    built_document,
    documents_archive,
)
from ucap_reports.editor.document_previews import (
    RATIOS,
    Choice,
    PagePicture,
    PlanPreviews,
    PreviewState,
    message,
    pictures,
)
from ucap_reports.editor.file_import import ColumnChoice, FileImport, ImportChoice
from ucap_reports.editor.form_fields_and_proposals import form_fields
from ucap_reports.editor.office_settings_editing import OfficeEditing
from ucap_reports.editor.plan_editing import PlanEditing, conflict_record
from ucap_reports.editor.printed_areas import PrintedArea, printed_areas
from ucap_reports.editor.reply_review import ReplyReview, ReviewChoice
from ucap_reports.editor.tokens_port_and_origin import API, PROOF, Access, guarded, media_type, proof_of
from ucap_reports.editor.translation_editing import TranslationEditing
from ucap_reports.editor.undoable_changes import DigestConflict, NothingToUndo
from ucap_reports.html.block_markup import emblem_svg
from ucap_reports.importers.pasted_text import pasted_text
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.problems import ProblemsFound, Severity, problem_record
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES, MAX_PACK_FILE_BYTES, MAX_PICTURE_FILE_BYTES
from ucap_reports.summary.document_formats_and_pdf_standards import MEDIA_TYPES, Format
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag
from ucap_reports.word.writer.chart_part import WORKBOOK_TYPE

CACHE_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
EVENT_STREAM = "text/event-stream"
RETRY = 500
"""Milliseconds after which the page reconnects when the connection is lost."""
MAX_KEPT = 500
"""Pictures and web pages that can be requested: many more than are shown at once."""
MAX_KEPT_BYTES = 128 << 20
"""Bytes of all of them: each save of a plan with photos adds some MB."""
MAX_STREAMS = 60
"""Open pages that follow what is saved. A browser keeps about six connections; each stream costs memory and work."""
MAX_BODY = 4_000_000
"""Bytes of a request in JSON: enough for the largest plan file, and for what Word puts on the clipboard."""
MAX_CHANGES = 500
"""Changes of one request, since the file is read again after each. The page sends more of them in several requests."""
MAX_ARCHIVED = 2000
"""Documents in one ZIP file."""
MAX_NAME = 200
"""Characters of the name of a city in a new plan."""
PICTURE_TYPES = frozenset({"image/jpeg", "image/png"})
LOGO_TYPES = PICTURE_TYPES | {"image/svg+xml"}
PAGE_ASSETS = "page"
GRACE = 1.0
"""Seconds in which a change that is being saved is answered although the editor ends, and then those in which the work
is completed that was begun.
"""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HAS_ENDED = "the editor has ended"
_FORM = "form"
"""The name of the form for a city among the formats of documents."""
_INCOMPLETE = "X-Ucap-Incomplete"
"""The header with the plans that are not completely in a workbook: the body is the workbook."""
Result = TypeVar("Result")


class ChangesBody(Struct, forbid_unknown_fields=True):
    """The body of `PATCH /api/plans/ID`, of its translations, and of `/api/office`."""

    digest: str
    changes: Annotated[list["ChangeBody"], msgspec.Meta(max_length=MAX_CHANGES)]
    visit: str = ""


class ChangeBody(Struct, forbid_unknown_fields=True):
    """One of these changes."""

    op: Literal["set", "insert", "remove", "move"]
    path: str
    id: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""
    """The same in each request for a change, which is made once: the page sends it again if the answer is lost."""
    value: Any = None
    was: Any = msgspec.UNSET


class NewPlanBody(Struct, forbid_unknown_fields=True):
    """The body of `POST /api/plans`: the id of the new plan and, in `from`, that of the plan to copy.

    Without it, the new plan has the cities with these names.
    """

    id: str
    origin: str | None = msgspec.field(name="from", default=None)
    cities: Annotated[list[Annotated[str, msgspec.Meta(max_length=MAX_NAME)]], msgspec.Meta(max_length=MAX_CITIES)] = []


class NewIdBody(Struct, forbid_unknown_fields=True):
    """The body of `POST /api/plans/ID/rename`."""

    id: str


class NewPackBody(Struct, forbid_unknown_fields=True):
    """The body of `POST /api/office`: the name of the new pack of the project."""

    name: str


class PasteBody(Struct, forbid_unknown_fields=True):
    """The body of `POST /api/paste`: what Word or a browser put on the clipboard."""

    html: str


class _KeptFile(Struct, frozen=True):
    """A picture or web page that the page of the editor can request."""

    content: bytes
    media_type: str
    headers: dict[str, str]


class EditorSite:
    """The web site of the editor.

    Args:
        editing: The plans of the project.
        previews: Their documents.
        access: The token that each request below `/api` must have, and whether changes are refused.
        saves: Yields after each save that may change what is shown.
        ready: Is called when the site can be visited.
    """

    def __init__(
        self,
        editing: PlanEditing,
        previews: PlanPreviews,
        access: Access,
        saves: AsyncIterator[None],
        ready: Callable[[], None],
    ) -> None:
        self._editing = editing
        self._replies = ReplyReview(editing.project, editing.changes)
        self._imports = FileImport(editing.project, editing.changes)
        self._translations = TranslationEditing(editing.project, editing.changes)
        self._office = OfficeEditing(editing.project, editing.changes)
        self._previews = previews
        self._saves = saves
        self._ready = ready
        self._access = access
        # PDFium, the previews and the replies are not safe in threads, and neither are the plans and their undoable
        # changes. One thread does all the work on pages and replies, which may take seconds; another one does all
        # other work and each change of a file, so that saving does not wait for pages.
        self._pages_thread = _WorkThread("pages")
        self._plans_thread = _WorkThread("plans")
        self._kept_files: OrderedDict[str, _KeptFile] = OrderedDict()
        """The pictures and web pages by their names, the one that was shown last at the end."""
        self._kept_bytes = 0
        self._open_streams: set[Response] = set()
        self._saved = asyncio.Event()
        self._ended = asyncio.Event()
        routes = [
            Route("/emblem.svg", _emblem),
            Route("/pictures/{name}", self._kept_file),
            Route(f"{PROOF}{{challenge}}", self._proof),
            Route("/api/project", self._project),
            Route("/api/fields", self._fields),
            Route("/api/plans", self._list_plans, methods=["GET"]),
            Route("/api/plans", self._create, methods=["POST"]),
            Route("/api/plans/{id}", self._plan, methods=["GET"]),
            Route("/api/plans/{id}", self._change, methods=["PATCH"]),
            Route("/api/plans/{id}", self._delete, methods=["DELETE"]),
            Route("/api/plans/{id}/rename", self._rename, methods=["POST"]),
            Route("/api/plans/{id}/thumbnail", self._thumbnail),
            Route("/api/plans/{id}/documents/{format}", self._document),
            Route("/api/form", self._empty_form),
            Route("/api/workbook", self._workbook),
            Route("/api/translations", self._all_translations),
            Route("/api/plans/{id}/translations", self._translation_languages),
            Route("/api/plans/{id}/translations/{language}", self._translation, methods=["GET"]),
            Route("/api/plans/{id}/translations/{language}", self._change_translation, methods=["PATCH"]),
            Route("/api/undo", self._undo, methods=["POST"]),
            Route("/api/redo", self._redo, methods=["POST"]),
            Route("/api/pictures", self._add_picture, methods=["POST"]),
            Route("/api/import", self._import, methods=["POST"]),
            Route("/api/review", self._review, methods=["GET"]),
            Route("/api/review", self._add_or_apply_reply, methods=["POST"]),
            Route("/api/paste", self._paste, methods=["POST"]),
            Route("/api/build", self._build_choices, methods=["GET"]),
            Route("/api/build", self._build, methods=["POST"]),
            Route("/api/documents", self._built_documents),
            Route("/api/documents/{name}", self._built_document),
            Route("/api/office", self._office_settings, methods=["GET"]),
            Route("/api/office", self._change_office, methods=["PATCH"]),
            Route("/api/office", self._create_pack, methods=["POST"]),
            Route("/api/office/logo", self._add_logo, methods=["POST"]),
            Route("/api/states", self._states),
            Route(f"{API}{{path:path}}", self._refuse_route, methods=_METHODS),
            Route("/plans/{id}", _index),
            Route("/plans/{id}/translations/{language}", _index),
            Route("/translations", _index),
            Route("/import", _index),
            Route("/replies", _index),
            Route("/build", _index),
            Route("/office", _index),
            Mount("/", StaticFiles(packages=[("ucap_reports.editor", PAGE_ASSETS)], html=True)),
        ]
        handlers: Any = {
            ProblemsFound: _problems_answer,
            DigestConflict: _conflict_answer,
            NothingToUndo: _nothing_answer,
            HTTPException: _http_answer,
            Exception: _fault_answer,
        }
        self._routes = routes
        app = Starlette(routes=routes, lifespan=self._lifespan, exception_handlers=handlers)
        self.app: ASGIApp = guarded(app, access)

    def end(self) -> None:
        """End all streams and builds, which otherwise last as long as their pages are open."""
        self._ended.set()
        self._wake_streams()

    async def finish(self) -> None:
        """Wait until what was begun is done, but not longer than changes and most steps of a build last.

        Their files are complete then, and none is temporary. What lasts longer, such as the layout of a book or a list
        of a thousand plans, is given up: it writes nothing, or, like a build that is killed, no incomplete document.
        """
        unfinished = [*self._pages_thread.unfinished(), *self._plans_thread.unfinished()]
        finished = asyncio.gather(*map(asyncio.wrap_future, unfinished), return_exceptions=True)
        await asyncio.wait({finished}, timeout=GRACE)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(self._follow_saves())
        self._ready()
        yield
        following.cancel()
        for thread in (self._pages_thread, self._plans_thread):
            thread.end()

    async def _follow_saves(self) -> None:
        async for _ in self._saves:
            self._saved_files()

    def _saved_files(self) -> None:
        """Show what was saved, without waiting for pages that are being drawn: the answer to a change must not."""
        self._previews.saved()
        self._wake_streams()

    def _wake_streams(self) -> None:
        """Set the event that all streams wait for, and let them wait for a new one."""
        saved = self._saved
        self._saved = asyncio.Event()
        saved.set()

    async def _refuse_route(self, request: Request) -> Response:
        """Answer that there is no such route below `/api`, or not with this method."""
        matches = [route.matches(request.scope)[0] for route in self._routes]
        if Match.PARTIAL in matches:  # with another method
            raise HTTPException(405)
        raise HTTPException(404)

    async def _proof(self, request: Request) -> Response:
        """Answer a second `ucap edit`, which asks whether this is the editor of its project."""
        challenge = request.path_params["challenge"]
        return PlainTextResponse(proof_of(self._access.token, challenge, str(self._editing.project.root)))

    # Plans

    async def _project(self, _: Request) -> Response:
        return JSONResponse({"root": str(self._editing.project.root), "read_only": self._access.read_only})

    async def _fields(self, request: Request) -> Response:
        plan = request.query_params.get("plan")
        return JSONResponse(await self._in_plans_thread(lambda: form_fields(self._editing.project, plan)))

    async def _list_plans(self, _: Request) -> Response:
        plans = await self._in_plans_thread(self._editing.plans)
        answer = {
            "plans": plans,
            "packs": self._editing.packs(),
            "project": self._editing.project.root.name,
            "read_only": self._access.read_only,
            "undo": self._editing.changes.can_undo,
            "redo": self._editing.changes.can_redo,
            "problems": await self._in_plans_thread(self._editing.settings_problems),
        }
        return JSONResponse(answer)

    async def _plan(self, request: Request) -> Response:
        plan_id = request.path_params["id"]
        return JSONResponse(await self._in_plans_thread(lambda: self._editing.plan(plan_id)))

    async def _change(self, request: Request) -> Response:
        body = await _json_body(request, ChangesBody)
        changes = _change_records(body)
        plan_id = request.path_params["id"]
        plan = await self._in_plans_thread(lambda: self._editing.change(plan_id, body.digest, changes, body.visit))
        self._saved_files()
        return JSONResponse(plan)

    async def _create(self, request: Request) -> Response:
        body = await _json_body(request, NewPlanBody)
        plan = await self._in_plans_thread(lambda: self._editing.create(body.id, body.origin, body.cities))
        self._saved_files()
        return JSONResponse(plan, 201)

    async def _rename(self, request: Request) -> Response:
        body = await _json_body(request, NewIdBody)
        plan_id = request.path_params["id"]
        plan = await self._in_plans_thread(lambda: self._editing.rename_plan(plan_id, body.id))
        self._saved_files()
        return JSONResponse(plan)

    async def _delete(self, request: Request) -> Response:
        plan_id = request.path_params["id"]
        await self._in_plans_thread(lambda: self._editing.delete(plan_id))
        self._saved_files()
        return JSONResponse({"deleted": plan_id})

    async def _undo(self, _: Request) -> Response:
        undone = await self._in_plans_thread(self._editing.changes.undo)
        self._saved_files()
        return JSONResponse(undone)

    async def _redo(self, _: Request) -> Response:
        redone = await self._in_plans_thread(self._editing.changes.redo)
        self._saved_files()
        return JSONResponse(redone)

    async def _add_picture(self, request: Request) -> Response:
        """Store a picture: the body is the file, and its name is in the query."""
        if media_type(request.headers) not in PICTURE_TYPES:
            raise HTTPException(415, "the body must be a JPEG or PNG file")
        name = request.query_params.get("name", "")
        content = await _body_bytes(request, MAX_PICTURE_FILE_BYTES)
        file = await self._in_plans_thread(lambda: self._editing.add_picture(name, content))
        self._saved_files()
        return JSONResponse({"file": file}, 201)

    async def _paste(self, request: Request) -> Response:
        body = await _json_body(request, PasteBody)
        return JSONResponse({"text": await self._in_plans_thread(lambda: pasted_text(body.html))})

    async def _build_choices(self, _: Request) -> Response:
        return JSONResponse(await self._in_plans_thread(lambda: build_choices(self._editing.project)))

    async def _build(self, request: Request) -> Response:
        """Build documents. A request that accepts server-sent events gets the progress, and at last the report."""
        choice = await _json_body(request, BuildChoice)
        if EVENT_STREAM in request.headers.get("accept", ""):
            return StreamingResponse(self._build_stream(choice), media_type=EVENT_STREAM)
        report = None
        async for step in self._build_steps(choice):
            report = step
        return JSONResponse(report)

    async def _build_stream(self, choice: BuildChoice) -> AsyncIterator[str]:
        """Yield the steps of a build as server-sent events; an error is the last step."""
        try:
            async with aclosing(self._build_steps(choice)) as steps:
                async for step in steps:
                    yield f"data: {json.dumps(step)}\n\n"
        except ProblemsFound as error:
            yield f"data: {json.dumps(_failed_build(error))}\n\n"
        except HTTPException:  # the editor has ended
            return

    async def _build_steps(self, choice: BuildChoice) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the steps of a build. Pages are drawn between two of them, since both have one thread.

        A page that was closed ends the build, and so does the end of the editor: after the step that was begun, so that
        every file is complete. Raises ProblemsFound, and HTTPException if the editor ends.
        """
        await self._in_pages_thread(self._replies.let_build_replace)
        steps = build_steps(self._editing.project, choice)
        try:
            step = await self._in_pages_thread(lambda: next(steps, None))
            while step is not None:
                yield step
                step = await self._in_pages_thread(lambda: next(steps, None))
        finally:
            closed = self._pages_thread.begin(steps.close)
            if not self._ended.is_set():
                await asyncio.shield(asyncio.wrap_future(closed))

    async def _built_document(self, request: Request) -> Response:
        """Send a document from the folder of the documents, as the last build wrote it."""
        name = request.path_params["name"]
        kind, content = await self._in_plans_thread(lambda: built_document(self._editing.project, name))
        return _download(content, MEDIA_TYPES[kind], name)

    async def _built_documents(self, request: Request) -> Response:
        """Send documents from that folder, whose names are in the query, in one ZIP file."""
        names = request.query_params.getlist("name")
        if len(names) > MAX_ARCHIVED:
            raise HTTPException(400, f"more than {MAX_ARCHIVED} documents")
        content = await self._in_plans_thread(lambda: documents_archive(self._editing.project, names))
        return _download(content, "application/zip", "documents.zip")

    # Translations

    async def _all_translations(self, _: Request) -> Response:
        return JSONResponse({"plans": await self._in_plans_thread(self._translations.all_languages)})

    async def _translation_languages(self, request: Request) -> Response:
        plan_id = request.path_params["id"]
        languages = await self._in_plans_thread(lambda: self._translations.languages(plan_id))
        return JSONResponse({"languages": languages})

    async def _translation(self, request: Request) -> Response:
        plan_id = request.path_params["id"]
        language = request.path_params["language"]
        return JSONResponse(await self._in_plans_thread(lambda: self._translations.translation(plan_id, language)))

    async def _change_translation(self, request: Request) -> Response:
        body = await _json_body(request, ChangesBody)
        changes = _change_records(body)
        plan_id = request.path_params["id"]
        language = request.path_params["language"]
        translation = await self._in_plans_thread(
            lambda: self._translations.change(plan_id, language, body.digest, changes, body.visit)
        )
        self._saved_files()
        return JSONResponse(translation)

    # Imports

    async def _import(self, request: Request) -> Response:
        """Show what a file contains or, with `write` in the query, import it. The body is the file."""
        parameters = request.query_params
        mode = parameters.get("write", "")
        if mode:
            self._access.refuse_changes()
        content = await _uploaded_file(request)
        try:
            columns = msgspec.json.decode(parameters.get("columns", "{}"), type=dict[str, str | ColumnChoice])
            plans = msgspec.json.decode(parameters.get("plans", "null"), type=tuple[str, ...] | None)
        except (msgspec.DecodeError, RecursionError) as error:
            raise HTTPException(400, str(error)) from None
        choice = ImportChoice(parameters.get("name", ""), content, columns, plans)
        if not mode:
            return JSONResponse(await self._in_plans_thread(lambda: self._imports.preview(choice)))
        if mode == "new":
            answer = await self._in_plans_thread(lambda: self._imports.write(choice))
        elif mode == "update":
            answer = await self._in_plans_thread(lambda: self._imports.update(choice))
        else:
            raise HTTPException(400, "`write` is new or update")
        self._saved_files()
        return JSONResponse(answer)

    # Replies

    async def _review(self, _: Request) -> Response:
        return JSONResponse(await self._in_pages_thread(self._replies.review))

    async def _add_or_apply_reply(self, request: Request) -> Response:
        """Add an edited file, which is the body, or apply the changes that JSON chooses.

        The name of the file is in the query, as is the id of its plan, if it was chosen. Only when changes are applied,
        files of the project are written.
        """
        if media_type(request.headers) != "application/json":
            content = await _uploaded_file(request)
            name = request.query_params.get("name", "")
            plan = request.query_params.get("plan")
            return JSONResponse(await self._in_pages_thread(lambda: self._replies.add(name, content, plan)))
        choice = await _json_body(request, ReviewChoice)
        if choice.clear:
            return JSONResponse(await self._in_pages_thread(self._replies.clear))
        self._access.refuse_changes()
        merged = await self._in_pages_thread(lambda: self._replies.merge(choice))
        await self._in_plans_thread(lambda: self._replies.write(merged))
        await self._in_pages_thread(lambda: self._replies.forget(merged))
        self._saved_files()
        return JSONResponse(merged.report)

    # Office

    async def _office_settings(self, _: Request) -> Response:
        return JSONResponse(await self._in_plans_thread(self._office.office))

    async def _change_office(self, request: Request) -> Response:
        body = await _json_body(request, ChangesBody)
        changes = _change_records(body)
        office = await self._in_plans_thread(lambda: self._office.change(body.digest, changes, body.visit))
        self._saved_files()
        return JSONResponse(office)

    async def _create_pack(self, request: Request) -> Response:
        body = await _json_body(request, NewPackBody)
        office = await self._in_plans_thread(lambda: self._office.create_pack(body.name))
        self._saved_files()
        return JSONResponse(office, 201)

    async def _add_logo(self, request: Request) -> Response:
        """Store the file of a logo: the body is the file, and its name is in the query."""
        if media_type(request.headers) not in LOGO_TYPES:
            raise HTTPException(415, "the body must be a JPEG, PNG or SVG file")
        name = request.query_params.get("name", "")
        content = await _body_bytes(request, MAX_PACK_FILE_BYTES)
        file = await self._in_plans_thread(lambda: self._office.add_logo(name, content))
        self._saved_files()
        return JSONResponse({"file": file}, 201)

    # Documents and pages

    async def _states(self, request: Request) -> Response:
        parameters = request.query_params
        formats: tuple[Format, ...] = (Format.PDF,)
        if parameters.get("view") == "web":
            formats = (Format.PDF, Format.HTML)
        choice = Choice(parameters.get("plan", ""), parameters.get("pack") or None, formats, _language(request))
        ratio = parameters.get("ratio", "1")
        known_ratios = {f"{known:g}" for known in RATIOS}
        if ratio not in known_ratios:
            raise HTTPException(400, "unknown ratio of pixels")
        if len(self._open_streams) >= MAX_STREAMS:
            raise HTTPException(503, "too many pages of the editor are open: close some of them")
        return _CountedStream(self._stream(choice, float(ratio)), self._open_streams)

    async def _stream(self, choice: Choice, ratio: float) -> AsyncIterator[str]:
        """Yield the states as server-sent events: the current one, and each that differs from the one before."""
        sent = ""
        yield f"retry: {RETRY}\n\n"
        while not self._ended.is_set():
            saved = self._saved  # before the state is read: a save during this is not missed
            try:
                state = await self._in_pages_thread(lambda: self._message(choice, ratio))
            except HTTPException:  # the editor has ended
                return
            if state != sent:
                sent = state
                yield f"data: {sent}\n\n"
            await saved.wait()

    def _message(self, choice: Choice, ratio: float) -> str:
        """Return the state of a plan as JSON; without a plan, that of the list of all plans."""
        if not choice.plan:
            changes = self._editing.changes
            answer = {
                "plans": self._previews.versions(),
                "settings": self._previews.settings_version(),
                "undo": changes.can_undo,
                "redo": changes.can_redo,
            }
            return json.dumps(answer)
        state = self._previews.state(choice)
        pages, areas = self._pages(state, ratio)
        web_page = self._web_page(state)
        answer = message(choice, state, pages, areas, web_page, lines=self._previews.lines)
        return json.dumps(answer)

    def _pages(self, state: PreviewState, ratio: float) -> tuple[Sequence[PagePicture], Sequence[PrintedArea]]:
        """Keep the pictures of the pages of the PDF, and return them and the areas of the fields on them."""
        pdf = _content_in(Format.PDF, state)
        if pdf is None:
            return (), ()
        pages = pictures(pdf, ratio)
        for page in pages:
            self._keep(f"{page.name}.png", page.content, "image/png")
        summary = state.produced.summary
        if summary is None:
            return pages, ()
        return pages, printed_areas(pdf, summary)

    def _web_page(self, state: PreviewState) -> str | None:
        """Keep the web page of a plan, and return the name to request it by; None if there is none."""
        page = _content_in(Format.HTML, state)
        if page is None:
            return None
        name = f"{sha256(page).hexdigest()[:32]}.html"
        headers = {"Content-Security-Policy": _policy_of(page.decode())}
        self._keep(name, page, "text/html; charset=utf-8", headers)
        return name

    def _keep(self, name: str, content: bytes, media_type: str, headers: dict[str, str] | None = None) -> None:
        """Keep a picture or web page, and forget the oldest ones if there are too many."""
        if name in self._kept_files:
            self._kept_files.move_to_end(name)
            return
        self._kept_files[name] = _KeptFile(content, media_type, headers or {})
        self._kept_bytes += len(content)
        while self._must_forget_file():
            _name, oldest = self._kept_files.popitem(last=False)
            self._kept_bytes -= len(oldest.content)

    def _must_forget_file(self) -> bool:
        """Return whether there are too many files, or too many bytes of several ones."""
        count = len(self._kept_files)
        return count > MAX_KEPT or (count > 1 and self._kept_bytes > MAX_KEPT_BYTES)

    async def _kept_file(self, request: Request) -> Response:
        """Send a picture or web page, whose name is a digest that only the page of the editor knows."""
        kept = self._kept_files.get(request.path_params["name"])
        if kept is None:
            raise HTTPException(404, "no such picture")
        return Response(kept.content, media_type=kept.media_type, headers=CACHE_FOREVER | kept.headers)

    async def _thumbnail(self, request: Request) -> Response:
        """Answer with the name of the picture of the first page; null if errors prevent it."""
        choice = Choice(request.path_params["id"], None, (Format.PDF,))
        return JSONResponse({"picture": await self._in_pages_thread(lambda: self._first_page(choice))})

    def _first_page(self, choice: Choice) -> str | None:
        documents = self._previews.state(choice).documents
        if not documents:
            return None
        picture = thumbnail(documents[0].content)
        name = f"{sha256(picture).hexdigest()[:32]}.jpg"
        self._keep(name, picture, "image/jpeg")
        return name

    async def _document(self, request: Request) -> Response:
        """Send the document, or the form for a city, as it is now; 404, with the errors, if they prevent it."""
        plan_id = request.path_params["id"]
        wanted = request.path_params["format"]
        language = _language(request)
        if wanted == _FORM:
            content = await self._in_plans_thread(lambda: self._editing.form(plan_id, language))
            return _download(content, MEDIA_TYPES[Format.DOCX], f"{plan_id}-form.docx")
        if wanted not in tuple(Format):
            raise HTTPException(404, "no such format")
        choice = Choice(plan_id, request.query_params.get("pack") or None, (Format(wanted),), language)
        state = await self._in_pages_thread(lambda: self._previews.state(choice))
        if not state.publishable:
            return _not_built(state)
        (document,) = state.documents  # in the one format
        return _download(document.content, MEDIA_TYPES[document.format], document.file_name)

    async def _empty_form(self, request: Request) -> Response:
        """Send a form for a plan that does not exist yet."""
        language = _language(request)
        content = await self._in_plans_thread(lambda: self._editing.form(None, language))
        return _download(content, MEDIA_TYPES[Format.DOCX], "form.docx")

    async def _workbook(self, _: Request) -> Response:
        """Send the workbook of all plans; a header has the ids of those that are not completely in it."""
        exported = await self._in_plans_thread(self._editing.workbook)
        answer = _download(exported.content, WORKBOOK_TYPE, "plans.xlsx")
        incomplete = {PurePosixPath(fault.location.path or "").stem for fault in exported.problems}
        answer.headers[_INCOMPLETE] = json.dumps(sorted(incomplete))
        return answer

    # Requests

    async def _in_pages_thread(self, work: Callable[[], Result]) -> Result:
        """Return the result of work on pages or replies.

        Raises HTTPException if the editor ends meanwhile: drawing may take seconds, for which its page must not wait.
        Work of a page that was closed is not begun.
        """
        return await self._unless_ended(self._pages_thread, work, grace=0)

    async def _in_plans_thread(self, work: Callable[[], Result]) -> Result:
        """Return the result of work on plans and other files, or of a change of them.

        Raises HTTPException if the editor ends meanwhile, and the work lasts longer than changes do.
        """
        return await self._unless_ended(self._plans_thread, work, grace=GRACE)

    async def _unless_ended(self, thread: "_WorkThread", work: Callable[[], Result], *, grace: float) -> Result:
        """Return the result of work in a thread.

        Raises HTTPException if the editor ends, and that many seconds later there is no result. Work that was not begun
        by then is not done, nor is work without such a `grace` for which nothing waits any more.
        """
        if self._ended.is_set():
            raise HTTPException(503, _HAS_ENDED)
        result = asyncio.wrap_future(thread.begin(work))
        ended = asyncio.ensure_future(self._ended.wait())
        either: set[asyncio.Future[Any]] = {result, ended}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not result.done() and grace:
                await asyncio.wait({result}, timeout=grace)
            if not result.done():
                raise HTTPException(503, _HAS_ENDED)
            return result.result()
        finally:
            ended.cancel()
            if self._ended.is_set() or not grace:
                result.cancel()


class _WorkThread:
    """A thread that does one piece of work after the other, from the first one on.

    It keeps no process alive: drawing and reading may take long, and need not be done when the editor has ended.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._unfinished: set[Future[Any]] = set()

    def begin(self, work: Callable[[], Result]) -> Future[Result]:
        """Do the work after all that was begun before, unless its future is cancelled until then."""
        future: Future[Result] = Future()

        def do() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
                future.set_exception(error)
            else:
                future.set_result(result)

        self._unfinished.add(future)
        future.add_done_callback(self._unfinished.discard)
        self._waiting.put(do)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        return future

    def unfinished(self) -> Sequence[Future[Any]]:
        """Return what was begun and is not done."""
        return tuple(self._unfinished)

    def end(self) -> None:
        """End the thread after what was begun."""
        self._waiting.put(None)

    def _work(self) -> None:
        while True:
            do = self._waiting.get()
            if do is None:
                return
            do()


class _CountedStream(StreamingResponse):
    """A stream of events that is one of `open_streams` until its page is closed.

    It is counted before its answer begins: many pages may be opened at once, and none of them may be too many.
    """

    def __init__(self, events: AsyncIterator[str], open_streams: set[Response]) -> None:
        super().__init__(events, media_type=EVENT_STREAM)
        self._open_streams = open_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._open_streams.add(self)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._open_streams.discard(self)


async def _json_body(request: Request, kind: type[Result]) -> Result:
    """Return the body of a request. Raises HTTPException if it is refused."""
    if media_type(request.headers) != "application/json":
        raise HTTPException(415, "the body must be application/json")
    body = await _body_bytes(request, MAX_BODY)
    try:
        return msgspec.json.decode(body, type=kind)
    except (ValueError, RecursionError) as error:  # text that is not UTF-8 is a ValueError, too
        raise HTTPException(400, str(error)) from None


async def _uploaded_file(request: Request) -> bytes:
    """Return the file in the body of a request. Raises HTTPException if it is refused."""
    if media_type(request.headers) != "application/octet-stream":
        raise HTTPException(415, "the body must be application/octet-stream")
    return await _body_bytes(request, MAX_IMPORT_BYTES)


def _change_records(body: ChangesBody) -> list[dict[str, Any]]:
    """Return the changes of a request; `was` is there only if the request has it."""
    changes = []
    for change in body.changes:
        record = {"op": change.op, "path": change.path, "value": change.value, "id": change.id}
        if change.was is not msgspec.UNSET:
            record["was"] = change.was
        changes.append(record)
    return changes


def _failed_build(error: ProblemsFound) -> dict[str, Any]:
    """Return the last step of a build that was refused."""
    problems = [problem_record(fault) for fault in error.problems]
    return {"ok": False, "documents": [], "removed": [], "problems": problems}


def _language(request: Request) -> str | None:
    """Return the language that is asked for. Raises HTTPException if it is none."""
    language = request.query_params.get("language")
    if not language:
        return None
    if not LANGUAGE.fullmatch(language):
        raise HTTPException(400, "no language")
    return canonical_tag(language)


def _content_in(format_: Format, state: PreviewState) -> bytes | None:
    """Return the content of the document in a format; None if there is none."""
    for document in state.documents:
        if document.format is format_:
            return document.content
    return None


def _policy_of(page: str) -> str:
    """Return the Content-Security-Policy of a web page of a plan: its own styles and pictures, and nothing else."""
    digests = []
    for after_tag in page.split("<style>")[1:]:
        style, _, _ = after_tag.partition("</style>")
        digest = b64encode(sha256(style.encode()).digest()).decode()
        digests.append(f"'sha256-{digest}'")
    styles = " ".join(digests) or "'none'"
    return f"default-src 'none'; style-src {styles}; img-src data:; font-src data:; sandbox; frame-ancestors 'self'"


def _not_built(state: PreviewState) -> Response:
    """Answer that there is no document, with the errors that prevent it, such as an unknown plan."""
    errors = [fault for fault in state.produced.problems if fault.severity is Severity.ERROR]
    answer: dict[str, Any] = {"problems": [problem_record(fault) for fault in errors]}
    if not any(fault.code == "plan-unknown" for fault in errors):
        answer["error"] = "not built because of errors"
    return JSONResponse(answer, 404)


def _download(content: bytes, media_type: str, name: str) -> Response:
    """Return a file that the browser saves under a name."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _body_bytes(request: Request, limit: int) -> bytes:
    """Return the body of a request. Raises HTTPException if it has more bytes than the limit."""
    chunks = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise HTTPException(413, "the body is too large")
        chunks.append(chunk)
    return b"".join(chunks)


async def _emblem(_: Request) -> Response:
    picture = emblem_svg().replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return Response(picture, media_type="image/svg+xml")


async def _index(request: Request) -> Response:
    """Send the page, whose script shows what the address names."""
    files = StaticFiles(packages=[("ucap_reports.editor", PAGE_ASSETS)], html=True)
    return await files.get_response("index.html", request.scope)


async def _problems_answer(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemsFound)  # noqa: S101 - the handler is registered for it
    records = [problem_record(fault) for fault in error.problems]
    is_unknown = any(fault.code == "plan-unknown" for fault in error.problems)
    status = 404 if is_unknown else 422
    return JSONResponse({"problems": records}, status)


async def _conflict_answer(_: Request, error: Exception) -> Response:
    assert isinstance(error, DigestConflict)  # noqa: S101 - the handler is registered for it
    conflicts = [conflict_record(conflict) for conflict in error.conflicts]
    return JSONResponse({"conflicts": conflicts, "digest": error.digest, "values": error.values}, 409)


async def _nothing_answer(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "there is nothing to undo or redo"}, 409)


async def _http_answer(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for it
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _fault_answer(request: Request, error: Exception) -> Response:
    """Report a bug that a request provokes: it must not end the editor, and its page must say what happened."""
    return JSONResponse({"problems": [problem_record(internal_fault(error, request.url.path))]}, 500)
