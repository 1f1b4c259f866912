"""The editor as a server: its answers, its guard, its merges, and its start and end."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests.command import ucap
from tests.drawings import LOGO
from tests.edited_words import WordEdit
from tests.editors import PACK, PLAN, PLAN_TEXT, Answer, Editor, edited, edited_by_process, setting, write_project
from tests.photos import photograph, saved
from tests.projects import START_SECONDS, UCAP
from tests.selected_cases import crossed, every
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.output_folder_locking_and_ownership import output_folder
from ucap_reports.batch.undo_history import LIMIT as HISTORY_LIMIT
from ucap_reports.cli.command_line import Arguments
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.cli.edit_fmt_and_undo_commands import _open_browser
from ucap_reports.editor import local_server, tokens_port_and_origin, undoable_changes, web_routes
from ucap_reports.editor.document_previews import Choice, PlanPreviews, PreviewState
from ucap_reports.editor.plan_editing import PlanEditing
from ucap_reports.editor.tokens_port_and_origin import HOST, READS_SENT_FILES, Access, is_running, known_access
from ucap_reports.editor.undoable_changes import UndoableChanges
from ucap_reports.importers.form_answers import read_form
from ucap_reports.importers.pasted_text import pasted_text
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.storage.project_folder import Project, project_at
from ucap_reports.storage.reading_limits import MAX_FILE_BYTES
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import MAX_CHARACTERS

PATH = f"/api/plans/{PLAN}"
COUNTRY = "cities[1].country"
CUSTOM_FIELDS = """\
fields:
  budget: {type: money, label: "Budget:", after: period}
  cities.airport: {type: line, label: "Airport:"}
  funding: {type: choice, label: "Funding:", choices: {own: Own resources, eu: {en: EU funds, de: EU-Mittel}}}
  jobs: {type: number, label: "Jobs:", unit: jobs, minimum: 0, maximum: 5000}
  steps: {type: list, label: "Steps:"}
"""


@pytest.fixture
def restarted(tmp_path: Path) -> Iterator[Editor]:
    """An editor that has changed nothing yet."""
    with edited(write_project(tmp_path)) as editor:
        yield editor


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with edited(write_project(tmp_path_factory.mktemp("project"))) as editor:
        # Its thread of pages is there before any other editor, which would wait for it to end with its own.
        assert editor.status(f"{PATH}/thumbnail") == 200
        yield editor


@pytest.fixture(autouse=True)
def first_text(request: pytest.FixtureRequest) -> None:
    """Each test begins with the same plan."""
    if "editor" in request.fixturenames:
        request.getfixturevalue("editor").write(f"plans/{PLAN}.yaml", PLAN_TEXT)


# Answers


def test_plans_are_listed_with_their_facts(editor: Editor) -> None:
    editor.write("plans/wrong.yaml", "cities: 1\n")
    plans = {plan["id"]: plan for plan in editor.ask("/api/plans").data["plans"]}
    (editor.project / "plans" / "wrong.yaml").unlink()

    assert plans[PLAN]["cities"] == ["Tianjin", "Rome"]
    assert plans[PLAN]["countries"] == ["CN", "IT"]
    assert (plans[PLAN]["errors"], plans["wrong"]["errors"]) == (0, 1)


def test_plan_has_its_digest_values_text_problems_and_completeness(editor: Editor) -> None:
    plan = editor.plan()

    assert plan["id"] == PLAN
    assert len(plan["digest"]) == 64
    assert plan["values"]["cities"][1] == {"name": "Rome", "country": "Italy"}
    assert plan["text"] == PLAN_TEXT
    assert 0 < plan["completeness"] < 100
    assert "error" not in {problem["severity"] for problem in plan["problems"]}


def test_numbers_that_json_cannot_keep_are_text(editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", "cities: [{name: Rome, area_km2: 757.20, population: 13600000}]\n")

    assert editor.plan()["values"]["cities"][0] == {"name": "Rome", "area_km2": "757.20", "population": 13600000}


def test_fields_describe_the_form(editor: Editor) -> None:
    about = editor.ask(f"/api/fields?plan={PLAN}").data
    fields = {field["path"]: field for field in about["fields"]}

    assert fields["objectives"]["type"] == "text"
    assert [field["path"] for field in fields["cities"]["fields"]][:3] == [
        "cities.name",
        "cities.region",
        "cities.country",
    ]
    assert "Italy" in about["countries"]
    assert about["goals"][10] == {"number": 11, "title": "Sustainable Cities and Communities", "colour": "#FD9D24"}
    assert about["themes"] == ["Aerospace"]
    assert about["contact"] == ["IUC-ASIA", "office@iuc-asia.eu"]


def test_state_has_pages_and_the_areas_of_fields(editor: Editor) -> None:
    state = editor.state()
    picture = editor.ask(f"/pictures/{state['pages'][0]['name']}.png", X_Ucap_Token=None)
    rome = next(area for area in state["areas"] if area["field"] == "cities[1].name")

    assert state["digest"] == editor.plan()["digest"]
    assert picture.content.startswith(b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]
    left, top, width, height = rome["box"]
    assert 0 < left < left + width < state["pages"][0]["width"]
    assert 0 < top < top + height < state["pages"][0]["height"]


def test_thumbnail_is_a_small_picture_of_the_first_page(editor: Editor) -> None:
    name = editor.ask(f"{PATH}/thumbnail").data["picture"]

    assert editor.ask(f"/pictures/{name}", X_Ucap_Token=None).content.startswith(b"\xff\xd8")
    assert editor.ask("/api/plans/nobody/thumbnail").data == {"picture": None}


def test_web_page_is_framed_with_its_own_policy(editor: Editor) -> None:
    name = editor.state(view="web")["web_page"]
    page = editor.ask(f"/pictures/{name}", X_Ucap_Token=None)

    assert page.content.startswith(b"<!doctype html>")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "sandbox" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("target", "kind", "beginning"),
    [
        ("/", "text/html; charset=utf-8", b"<!doctype html>"),
        (f"/plans/{PLAN}", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/editor.css", "text/css; charset=utf-8", b"/* Colours"),
        ("/main.js", "text/javascript; charset=utf-8", b"// The screens"),
        ("/emblem.svg", "image/svg+xml", b"<svg"),
        (f"{PATH}/documents/pdf", "application/pdf", b"%PDF"),
        (f"{PATH}/documents/docx", "application/vnd.openxmlformats-officedocument", b"PK"),
        (f"{PATH}/documents/html", "text/html", b"<!doctype html>"),
    ],
)
def test_each_url_has_its_media_type(editor: Editor, target: str, kind: str, beginning: bytes) -> None:
    answer = editor.ask(target)

    assert (answer.status, answer.headers["Content-Type"].startswith(kind)) == (200, True)
    assert answer.content.startswith(beginning)


# Changes


def test_change_writes_only_the_lines_of_the_value(editor: Editor) -> None:
    answer = editor.change(setting(COUNTRY, "Italy", "Itly"))

    assert answer.status == 200
    assert editor.read() == PLAN_TEXT.replace("Italy", "Itly")
    (error,) = [problem for problem in answer.data["problems"] if problem["severity"] == "error"]
    assert (error["field"], error["details"]["suggestions"]) == (COUNTRY, ["Italy"])


def test_change_of_an_outdated_plan_merges_where_nobody_else_wrote(editor: Editor) -> None:
    digest = editor.plan()["digest"]
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean water."))

    answer = editor.change(setting(COUNTRY, "Italy", "France"), digest=digest)

    assert answer.status == 200
    assert editor.read() == PLAN_TEXT.replace("Clean air.", "Clean water.").replace("Italy", "France")


def test_change_of_a_value_that_somebody_else_changed_is_a_conflict(editor: Editor) -> None:
    digest = editor.plan()["digest"]
    text = PLAN_TEXT.replace("Italy", "Spain")
    editor.write(f"plans/{PLAN}.yaml", text)

    answer = editor.change(
        setting("focus", "Clean air.", "Clean soil."), setting(COUNTRY, "Italy", "France"), digest=digest
    )

    assert answer.status == 409
    assert answer.data["conflicts"] == [{"path": COUNTRY, "yours": "France", "theirs": "Spain"}]
    assert answer.data["values"]["cities"][1]["country"] == "Spain"
    assert answer.data["digest"] == editor.plan()["digest"]
    assert editor.read() == text


@pytest.mark.parametrize(("themes", "status"), [("[Aerospace]", 200), ("[Aerospace, Water]", 409)])
def test_insertion_merges_if_its_list_is_unchanged(editor: Editor, themes: str, status: int) -> None:
    digest = editor.plan()["digest"]
    text = PLAN_TEXT.replace("[Aerospace]", themes).replace("Rome", "Roma")
    editor.write(f"plans/{PLAN}.yaml", text)

    answer = editor.change({"op": "insert", "path": "themes[1]", "value": "Soil"}, digest=digest)

    assert answer.status == status
    assert editor.read() == (text.replace("[Aerospace]", "[Aerospace, Soil]") if status == 200 else text)


def test_change_with_an_unknown_digest_merges_by_the_old_value(editor: Editor) -> None:
    assert editor.change(setting(COUNTRY, "Italy", "France"), digest="0" * 64).status == 200
    assert editor.change(setting(COUNTRY, "Italy", "Spain"), digest="0" * 64).status == 409


def test_digits_of_a_quantity_are_written_as_a_number(editor: Editor) -> None:
    editor.change(setting("cities[1].population", None, "2800000"), setting("cities[1].area_km2", None, "1,285 km²"))

    assert "    population: 2800000\n    area_km2: 1,285 km²\n" in editor.read()


def test_undo_and_redo_restore_the_bytes(editor: Editor) -> None:
    editor.change(setting(COUNTRY, "Italy", "France"))
    changed = editor.read()

    assert editor.ask("/api/undo", "POST", {}).data["plans"] == [PLAN]
    assert editor.read() == PLAN_TEXT
    assert editor.ask("/api/redo", "POST", {}).status == 200
    assert editor.read() == changed


def test_undo_is_one_step_for_each_visit_to_a_field(editor: Editor) -> None:
    for value in ("F", "Fr", "Fra"):
        editor.change(setting("focus", None, value), visit="one")
    editor.change(setting("focus", "Fra", "Other"), visit="two")

    editor.ask("/api/undo", "POST", {})
    assert "focus: Fra\n" in editor.read()
    editor.ask("/api/undo", "POST", {})
    assert editor.read() == PLAN_TEXT


def test_undo_keeps_what_was_changed_on_the_disk_since(editor: Editor) -> None:
    editor.change(setting(COUNTRY, "Italy", "France"))
    editor.write(f"plans/{PLAN}.yaml", editor.read().replace("Clean air.", "Clean water."))

    assert editor.ask("/api/undo", "POST", {}).status == 200
    assert editor.read() == PLAN_TEXT.replace("Clean air.", "Clean water.")


def test_undo_of_a_value_that_was_changed_on_the_disk_since_is_a_conflict(editor: Editor) -> None:
    editor.change(setting(COUNTRY, "Italy", "France"))
    text = editor.read().replace("France", "Spain")
    editor.write(f"plans/{PLAN}.yaml", text)

    answer = editor.ask("/api/undo", "POST", {})

    assert (answer.status, answer.data["conflicts"][0]["path"]) == (409, COUNTRY)
    assert editor.read() == text


def test_editor_is_recognised_without_its_token(editor: Editor) -> None:
    project = project_at(editor.project)
    access = Access(urlsplit(editor.address).port or 0, editor.token)

    assert is_running(project, access)
    assert not is_running(project, Access(access.port, "another token"))
    assert not is_running(project_at(editor.project / "plans"), access)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n" + b"0" * 64, b"HTTP/1.1 200 OK\r\n\r\n\xff"])
def test_program_on_the_port_of_an_ended_editor_does_not_get_its_token(tmp_path: Path, answer: bytes) -> None:
    received: list[bytes] = []

    def listen_once(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            received.append(connection.recv(10_000))
            connection.sendall(answer)

    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=listen_once, args=[listening])
        thread.start()
        assert not is_running(project_at(tmp_path), Access(listening.getsockname()[1], "a-secret-token"))
        thread.join()
    assert b"a-secret-token" not in received[0]


def test_requests_of_other_web_sites_print_nothing_in_the_terminal(editor: Editor) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"}

    assert editor.status("/api/plans", Origin="http://evil.example", Sec_Fetch_Site="cross-site", **upgrade) == 403
    with socket.create_connection((HOST, urlsplit(editor.address).port)) as connection:
        connection.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_undo_with_nothing_to_undo_is_a_conflict(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        assert editor.ask("/api/undo", "POST", {}).status == 409
        assert editor.ask("/api/redo", "POST", {}).status == 409


def test_new_plans_are_empty_or_copies(editor: Editor) -> None:
    new = editor.ask("/api/plans", "POST", {"id": "hanoi-toulouse"})
    copy = editor.ask("/api/plans", "POST", {"id": "tianjin-rome-2", "from": PLAN})

    assert (new.status, copy.status) == (201, 201)
    assert new.data["values"]["cities"] == [{"name": None}, {"name": None}]
    named = editor.ask("/api/plans", "POST", {"id": "cairo", "cities": ["Cairo ", "", "Nice"]})
    assert named.data["values"]["cities"] == [{"name": "Cairo"}, {"name": None}, {"name": "Nice"}]
    assert editor.ask("/api/plans", "POST", {"id": "many", "cities": ["x"] * 13}).status == 400
    assert editor.read("tianjin-rome-2") == PLAN_TEXT
    for plan in ("hanoi-toulouse", "tianjin-rome-2", "cairo"):
        assert editor.ask(f"/api/plans/{plan}", "DELETE").status == 200


@pytest.mark.parametrize("plan", ["Rome", "../x", "index", "con", "", "a/b", PLAN, "x" * 81])
def test_new_plan_with_an_invalid_or_known_id_is_refused(editor: Editor, plan: str) -> None:
    before = sorted(editor.project.rglob("*.yaml"))

    answer = editor.ask("/api/plans", "POST", {"id": plan})

    assert answer.status == 422
    assert answer.data["problems"][0]["code"] in {"id-invalid", "plan-exists"}
    assert sorted(editor.project.rglob("*.yaml")) == before


def test_deleted_plan_is_kept_with_its_translations_and_can_be_restored(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    translation = project / "translations" / "fr" / f"{PLAN}.po"
    translation.parent.mkdir(parents=True)
    translation.write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    with edited(project) as editor:
        assert editor.ask(PATH, "DELETE").status == 200
        assert not (project / "plans" / f"{PLAN}.yaml").exists()
        assert not translation.exists()
        assert (project / "plans" / ".deleted" / f"{PLAN}.yaml").read_text(encoding="utf-8") == PLAN_TEXT

        assert editor.ask("/api/undo", "POST", {}).status == 200
        assert editor.read() == PLAN_TEXT
        assert translation.exists()


def write_translation(project: Path, plan: str = PLAN) -> Path:
    path = project / "translations" / "fr" / f"{plan}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    return path


def test_second_deletion_of_an_id_keeps_the_first_copy(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    deleted = project / "plans" / ".deleted"
    with edited(project) as editor:
        for text in (PLAN_TEXT, PLAN_TEXT.replace("Clean air.", "Clean water."), PLAN_TEXT):
            editor.write(f"plans/{PLAN}.yaml", text)
            write_translation(project)
            assert editor.ask(PATH, "DELETE").status == 200

    kept = {path.name: path.read_text(encoding="utf-8") for path in deleted.iterdir()}
    assert kept[f"{PLAN}.yaml"] == PLAN_TEXT
    assert "Clean water." in kept[f"{PLAN}-2.yaml"]
    assert sorted(kept) == [".gitignore", f"{PLAN}-2.yaml", f"{PLAN}.yaml", f"translations-fr-{PLAN}.po"]


def test_plan_is_renamed_with_its_translations_and_history(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    translation = write_translation(project)
    (project / "translations" / "fr" / f"{PLAN}.xlsx").write_bytes(b"sheet")
    with edited(project) as editor:
        editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["pdf"]})
        editor.change(setting("focus", "Clean air.", "Clean water."))
        renamed = editor.ask(f"{PATH}/rename", "POST", {"id": "tianjin-roma"})

        assert (renamed.status, renamed.data["id"]) == (200, "tianjin-roma")
        assert renamed.data["documents"] == [f"out/{PLAN}.pdf"]
        assert editor.ask(PATH).status == 404
        assert editor.plan("tianjin-roma")["values"]["focus"] == "Clean water."
        names = sorted(path.name for path in translation.parent.iterdir())
        assert names == ["tianjin-roma.po", "tianjin-roma.xlsx"]

        editor.write("plans/tianjin-roma.yaml", editor.read("tianjin-roma").replace("Aerospace", "Space"))
        undone = editor.ask("/api/undo", "POST", {}).data
        assert undone["plans"] == [PLAN, "tianjin-roma"]
        assert "Space" in editor.read(), "an edit since the renaming goes along"
        assert not (project / "plans" / "tianjin-roma.yaml").exists()
        assert translation.exists()
        assert editor.ask("/api/redo", "POST", {}).data["plans"][0] == "tianjin-roma"
        editor.ask("/api/undo", "POST", {})
        editor.ask("/api/undo", "POST", {})
        assert editor.read() == PLAN_TEXT.replace("Aerospace", "Space")


@pytest.mark.parametrize("plan", every(2, ["Rome", "../x", "con", PLAN, "other", "", "foreign"]))
def test_renaming_to_an_invalid_or_known_id_is_refused(tmp_path: Path, plan: str) -> None:
    project = write_project(tmp_path)
    write_translation(project, "foreign")
    with edited(project) as editor:
        editor.write("plans/other.yaml", PLAN_TEXT)
        before = sorted(project.rglob("*"))
        answer = editor.ask(f"{PATH}/rename", "POST", {"id": plan})

        assert answer.status == 422
        assert answer.data["problems"][0]["code"] in {"id-invalid", "plan-exists"}
        assert sorted(project.rglob("*")) == before


def test_duplicate_has_the_translations_of_its_origin(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    write_translation(project)
    with edited(project) as editor:
        assert editor.ask("/api/plans", "POST", {"id": "copy", "from": PLAN}).status == 201
        assert editor.read("copy") == PLAN_TEXT
        assert (project / "translations" / "fr" / "copy.po").exists()
        editor.ask("/api/undo", "POST", {})
        assert not (project / "plans" / "copy.yaml").exists()
        assert not (project / "translations" / "fr" / "copy.po").exists()


def test_build_writes_the_documents(editor: Editor) -> None:
    report = editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["pdf"]}).data

    assert [(document["path"], document["status"]) for document in report["documents"]] == [
        (f"out/{PLAN}.pdf", "written")
    ]
    assert (editor.project / "out" / f"{PLAN}.pdf").read_bytes().startswith(b"%PDF")


def test_build_reports_its_steps_to_who_accepts_them(editor: Editor) -> None:
    body = {"plans": [PLAN], "formats": ["html"]}
    answer = editor.ask("/api/build", "POST", body, Accept="text/event-stream")
    steps = [json.loads(event.removeprefix("data: ")) for event in answer.content.decode().split("\n\n") if event]

    assert steps[-2] == {"done": 1, "total": 1}
    assert [document["path"] for document in steps[-1]["documents"]] == [f"out/{PLAN}.html"]
    page = editor.ask(f"/api/documents/{PLAN}.html")
    assert page.content == (editor.project / "out" / f"{PLAN}.html").read_bytes()


@pytest.mark.parametrize("body", [{"plans": ["x"]}, {"formats": ["odt"]}, {"languages": ["../x"]}])
def test_build_of_unknown_things_is_refused(editor: Editor, body: dict[str, Any]) -> None:
    assert editor.ask("/api/build", "POST", body).status in {404, 422}
    steps = editor.ask("/api/build", "POST", body, Accept="text/event-stream").content
    assert b'"ok": false' in steps


@pytest.mark.parametrize(
    "name", ["manifest.json", ".lock", "..%2Fplans%2Ftianjin-rome.yaml", f"{PLAN}.exe", "none.pdf"]
)
def test_only_documents_of_builds_are_sent(editor: Editor, name: str) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    assert editor.ask(f"/api/documents/{name}").status == 404


def test_documents_of_a_build_are_sent_in_one_archive(editor: Editor) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx", "html"]})
    answer = editor.ask(f"/api/documents?name={PLAN}.docx&name={PLAN}.html&name={PLAN}.docx")
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"{PLAN}.docx", f"{PLAN}.html"]
        assert archive.read(f"{PLAN}.html") == (editor.project / "out" / f"{PLAN}.html").read_bytes()
    assert editor.ask(f"/api/documents?name={PLAN}.docx&name=..%2Fplans%2F{PLAN}.yaml").status == 404
    assert editor.ask(f"/api/documents?{'name=x.pdf&' * 2001}").status == 400


def test_forms_for_cities_are_sent(editor: Editor) -> None:
    plan_form = read_form(WordPackage(editor.ask(f"/api/plans/{PLAN}/documents/form?language=zh").content, "form.docx"))
    empty_form = read_form(WordPackage(editor.ask("/api/form").content, "form.docx"))
    assert plan_form is not None
    assert empty_form is not None
    assert (plan_form.identity.plan, empty_form.identity.plan) == (PLAN, "")
    assert editor.ask("/api/plans/none/documents/form").status == 404


def test_workbook_of_all_plans_is_sent(editor: Editor) -> None:
    answer = editor.ask("/api/workbook")
    assert [row[0].value for row in load_workbook(BytesIO(answer.content))["Plans"]] == ["plan", "Plan", PLAN]
    assert answer.headers["X-Ucap-Incomplete"] == "[]"


def test_plans_that_are_not_in_the_workbook_are_named(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.write("plans/bonn-chengdu.yaml", "cities: [")
        answer = editor.ask("/api/workbook")
        assert [row[0].value for row in load_workbook(BytesIO(answer.content))["Plans"]] == ["plan", "Plan", PLAN]
        assert answer.headers["X-Ucap-Incomplete"] == '["bonn-chengdu"]'


def test_pages_and_documents_are_in_the_language_that_is_asked_for(editor: Editor) -> None:
    assert editor.state(language="fr")["pages"] != editor.state()["pages"]
    page = editor.ask(f"/api/plans/{PLAN}/documents/html?language=fr").content.decode()
    assert "Au 31 janvier 2020" in page
    assert editor.status(f"/api/states?plan={PLAN}&language=../fr") == 400


def test_file_that_is_no_valid_yaml_is_shown_as_text_and_can_be_changed(editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", "cities: [\n")

    plan = editor.plan()
    assert (plan["editable"], plan["values"], plan["text"]) == (False, None, "cities: [\n")
    assert plan["problems"][0]["severity"] == "error"
    assert editor.change(setting("title", None, "x")).status == 422
    assert editor.change(setting("", "cities: [\n", PLAN_TEXT)).status == 200
    assert editor.read() == PLAN_TEXT


@pytest.mark.parametrize(
    ("content", "route"),
    crossed(
        [
            b"cities: [{name: a\x07b}]\n",
            b"",
            b"\xef\xbb\xbf",
            b"cities: \xe9\n",
            b"\xff\xfea",
            b"- a\n",
            b"a: &x 1\nb: *x\n",
        ],
        [PATH, "/api/office"],
    ),
)
def test_damaged_file_is_shown_as_text_and_can_be_repaired(editor: Editor, content: bytes, route: str) -> None:
    path = editor.project / (f"plans/{PLAN}.yaml" if route == PATH else "ucap.yaml")
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)

    shown = editor.ask(route).data
    change = setting("", shown["text"], "title: Repaired\n")
    answer = editor.ask(route, "PATCH", {"digest": shown["digest"], "changes": [change]})
    repaired = path.read_bytes().decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8-sig")
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)

    assert (shown["editable"], answer.status, repaired) == (False, 200, "title: Repaired\n")


@pytest.mark.parametrize(
    ("path", "value"), crossed(["title", "", "cities[0].name"], ["a\0b", "a\x07b", "a\u2028b", "x" * 1_100_000])
)
def test_text_that_could_not_be_read_again_is_not_written(editor: Editor, path: str, value: str) -> None:
    before = editor.plan()
    text = before["text"]

    answer = editor.change(setting(path, text if path == "" else None, value), digest=before["digest"])
    new = editor.ask("/api/plans", "POST", {"id": "hanoi", "cities": [value[:200]]})
    if new.status == 201:
        assert editor.ask("/api/plans/hanoi", "DELETE").status == 200

    assert (answer.status, editor.read()) == (422, text)
    assert new.status == (201 if value.isprintable() else 422)


def test_insertion_in_the_current_plan_needs_no_knowledge_of_older_ones(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:  # it has not shown the plan yet, as after a new start
        digest = sha256(PLAN_TEXT.encode()).hexdigest()
        assert editor.change({"op": "insert", "path": "themes[1]", "value": "Soil"}, digest=digest).status == 200


def test_pictures_of_earlier_saves_are_kept_up_to_a_number_of_bytes(
    restarted: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = restarted.state()["pages"][0]["name"]
    size = len(restarted.ask(f"/pictures/{earlier}.png").content)
    monkeypatch.setattr(web_routes, "MAX_KEPT_BYTES", 2 * size)
    restarted.change(setting("title", None, "One"))
    restarted.state()
    restarted.change(setting("title", "One", "Two"))
    shown = restarted.state()["pages"][0]["name"]
    assert restarted.status(f"/pictures/{earlier}.png") == 404
    assert restarted.status(f"/pictures/{shown}.png") == 200


def test_undo_passes_over_what_was_undone_in_a_terminal(restarted: Editor) -> None:
    restarted.change(setting("title", None, "One"))
    restarted.change(setting("period", None, "2018"))
    assert ucap(restarted.project, "undo").code == 0
    assert restarted.plan()["values"].get("period") is None
    assert restarted.ask("/api/undo", "POST", {}).status == 200
    assert restarted.read() == PLAN_TEXT
    assert restarted.ask("/api/undo", "POST", {}).status == 409
    for _ in range(2):
        assert restarted.ask("/api/redo", "POST", {}).status == 200
    assert (restarted.plan()["values"]["title"], restarted.plan()["values"]["period"]) == ("One", "2018")


@pytest.mark.parametrize("method", ["rename", "delete"])
def test_undo_passes_over_a_plan_that_a_terminal_has_restored(restarted: Editor, method: str) -> None:
    restarted.change(setting("title", None, "One"))
    if method == "rename":
        restarted.ask(f"/api/plans/{PLAN}/rename", "POST", {"id": "rome"})
    else:
        restarted.ask(f"/api/plans/{PLAN}", "DELETE", {})
    assert ucap(restarted.project, "undo").code == 0
    assert restarted.ask("/api/undo", "POST", {}).status == 200
    assert restarted.read() == PLAN_TEXT


@pytest.mark.long
def test_undo_covers_more_changes_than_the_history_of_the_project(restarted: Editor) -> None:
    for number in range(HISTORY_LIMIT + 5):
        restarted.change(setting("title", restarted.plan()["values"].get("title"), f"Title {number}"))
    for _ in range(HISTORY_LIMIT + 5):
        assert restarted.ask("/api/undo", "POST", {}).status == 200
    assert restarted.read() == PLAN_TEXT


def test_undo_forgets_changes_with_large_files(restarted: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoable_changes, "MOST_BYTES", 3 * len(PLAN_TEXT))
    for number in range(4):
        restarted.change(setting("title", restarted.plan()["values"].get("title"), f"Title {number}"))
    assert [restarted.ask("/api/undo", "POST", {}).status for _ in range(2)] == [200, 409]
    assert "Title 2" in restarted.read()


def test_undo_that_is_refused_leads_to_the_change_before(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.change(setting(COUNTRY, "Italy", "France"))
        editor.ask("/api/plans", "POST", {"id": "hanoi-toulouse"})
        editor.change(setting("title", None, "x"), plan="hanoi-toulouse")
        (tmp_path / "plans" / "hanoi-toulouse.yaml").unlink()

        assert editor.ask("/api/undo", "POST", {}).status == 409
        assert editor.ask("/api/undo", "POST", {}).status == 200  # the new plan is gone already
        assert editor.read() == PLAN_TEXT


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<!-- nothing -->", ""),
        ('<?xml version="1.0" encoding="utf-8"?><p>a</p>', "a"),
        ('<?xml version="1.0"?><?xml version="1.0" encoding="utf-8"?><p>a', "a"),
        ("<p>a\x0bb&#11;c\x00d&#1;</p>", "a b c d"),
        ("<svg><script>x</script></svg><textarea><p>a</textarea>", r"\<p>a"),
    ],
)
def test_paste_of_hostile_html_is_text(editor: Editor, html: str, text: str) -> None:
    answer = editor.ask("/api/paste", "POST", {"html": html})

    assert (answer.status, answer.data) == (200, {"text": text})


def test_picture_is_stored_with_a_safe_name(editor: Editor) -> None:
    content = saved(photograph((60, 40)))

    names = [
        editor.ask(f"/api/pictures?name={name}", "POST", content, Content_Type="image/jpeg").data["file"]
        for name in ("Trevi%20Fountain.JPG", "..%2F..%2Fx%2FTrevi%20Fountain.jpg", "C:%5CTrevi.jpg", "")
    ]

    assert names == ["trevi-fountain.jpg", "trevi-fountain.jpg", "trevi.jpg", "picture.jpg"]
    assert (editor.project / "plans" / "pictures" / "trevi-fountain.jpg").read_bytes() == content
    other = saved(photograph((60, 40)), "PNG")
    assert (
        editor.ask("/api/pictures?name=trevi.jpg", "POST", other, Content_Type="image/png").data["file"] == "trevi.png"
    )


def test_picture_replaces_nothing_that_cannot_be_read(tmp_path: Path) -> None:
    pictures = tmp_path / "plans" / "pictures"
    with edited(write_project(tmp_path)) as editor:
        (pictures / "folder.jpg").mkdir(parents=True)
        (pictures / "large.jpg").write_bytes(b"")
        os.truncate(pictures / "large.jpg", MAX_FILE_BYTES + 1)
        content = saved(photograph())
        for name in ("large", "folder"):
            answer = editor.ask(f"/api/pictures?name={name}.jpg", "POST", content, Content_Type="image/jpeg")
            assert answer.data == {"file": f"{name}-2.jpg"}
        assert (pictures / "large.jpg").stat().st_size == MAX_FILE_BYTES + 1


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"GIF89a", "image/jpeg", 422), (b"", "image/png", 422), (b"<svg/>", "image/svg+xml", 415), (b"x", None, 415)],
)
def test_file_that_is_no_picture_is_refused(editor: Editor, content: bytes, kind: str | None, status: int) -> None:
    answer = editor.ask("/api/pictures?name=x.jpg", "POST", content, Content_Type=kind)

    assert answer.status == status
    assert not (editor.project / "plans" / "pictures" / "x.jpg").exists()


def test_paste_returns_markdown(editor: Editor) -> None:
    answer = editor.ask("/api/paste", "POST", {"html": "<p>A <b>bold</b> word</p><script>x</script>"})

    assert answer.data == {"text": "A **bold** word"}


@pytest.mark.parametrize("name", ["div", "b", "li", "blockquote"])
def test_paste_reads_deep_elements_completely(name: str) -> None:
    levels = 253  # and those around them: html and body
    deep = f"<p>before</p>{f'<{name}>' * levels}words{f'</{name}>' * levels}<p>after</p>"

    assert parse_rich_text(pasted_text(deep)).text == "before\nwords\nafter"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 300 + "words",
        f"<p>before</p>{'<div>' * 300}words{'</div>' * 300}<p>after</p>",
        "</i>" * 1000 + "<div>" * 300 + "words",  # more errors than libxml2 lists
        "<b>" * 50_000 + "x",
    ],
)
def test_paste_refuses_elements_that_are_too_deep(editor: Editor, html: str) -> None:
    answer = editor.ask("/api/paste", "POST", {"html": html})

    assert answer.status == 422
    assert [problem["code"] for problem in answer.data["problems"]] == ["text-too-deep"]


_WORD_ITEM = (
    '<p class=MsoListParagraph style="mso-list:l0 level1 lfo1">'
    '<span style="mso-list:Ignore">{}<span>&nbsp;&nbsp;</span></span>{}</p>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul><li><p>a</p><p>b</p><ul><li><p>c</p></li></ul></li></ul>", "- a<br>b\n  - c"),
        ("<ul><li>a</li><ul><li>b<ul><li>c</li></ul></li></ul></ul>", "- a\n  - b\n  - c"),
        ("<ol start=3><li>a</li><li>b<ol><li>c</li></ol></li></ol>", "3. a\n4. b\n   1. c"),
        ("<ul><li>Costs - revenue</li><li>Phase 2. Works</li></ul>", "- Costs - revenue\n- Phase 2. Works"),
        ("<dl><dt>a</dt><dd>b</dd></dl><main>c</main><footer>d</footer>", "a\n\nb\n\nc\n\nd"),
        (
            """
            <p style='mso-list:l0 level1 lfo1'><b style='mso-list:Ignore'>1.</b>One - two</p>
            <p style='mso-list:l0 level2 lfo1'><b style='mso-list:Ignore'>o</b>Three</p>
            """,
            "1. One - two\n   - Three",
        ),
        ("<ul><li>o projeto</li><li># 1</li><li>&gt; 5 %</li></ul>", "- o projeto\n- \\# 1\n- \\> 5 %"),
        ("<ol start=3><li>a</li><li value=7>b</li></ol><ol><li>c</li></ol>", "3. a\n\n7. b\n\n1. c"),
        ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", "- a\n  - b\n\n  c"),
        (  # Word on the web has a list for each item
            """
            <div><ul><li data-aria-level="1"><p>a</p></li></ul></div>
            <div><ul><li data-aria-level="2"><p>b</p></li></ul></div>
            """,
            "- a\n  - b",
        ),
        (  # "filtered" pages of Word, and a paragraph of that style outside lists
            """
            <p class=MsoListParagraph>·<span>&nbsp;&nbsp; </span>a</p><p class=MsoListParagraph>Ø&nbsp; b</p>
            <p class=MsoListParagraph>o projeto</p><p style='mso-list:none'>c</p>
            """,
            "- a\n- b\n\no projeto\n\nc",
        ),
        (
            "<p class=MsoListParagraph style='mso-list:l0 level1'><i style='mso-list:Ignore'>·</i>o projeto</p>",
            "- o projeto",
        ),
        (
            "<p>第一段的\n文字</p><p>日本語の\r\n文章</p><p>한국어\n문장</p>",
            "第一段的文字\n\n日本語の文章\n\n한국어 문장",
        ),
        ("<p>a <b>b\nc</b></p>", "a **b c**"),
        ("<p>a\u2028b\u2029c \x93d\x94</p><pre>e\u2028f</pre>", "a b c “d”\n\ne<br>f"),
        ('<span style="font-weight: bold !important">a</span>', "**a**"),
        ('<b>a<span style="font-weight:inherit">b</span></b>', "**ab**"),
        (_WORD_ITEM.format("1、", "第一") + _WORD_ITEM.format("2、", "第二"), "1. 第一\n2. 第二"),
        (_WORD_ITEM.format("（1）", "第一") + _WORD_ITEM.format("（2）", "第二"), "1. 第一\n2. 第二"),
    ],
)
def test_paste_keeps_the_items_and_levels_of_lists(html: str, text: str) -> None:
    assert pasted_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b><strong>x</strong></b>", "**x**"),
        ("<b>Te</b><b>xt</b>", "**Text**"),
        ("x<b> y </b>z", "x **y** z"),
        ("<b>Note:</b>text <i>(a)</i>b", "<b>Note:</b>text <i>(a)</i>b"),
        ("<b>a<i>b</i></b>", "**a*****b***"),
        ('<span style="font-weight:700">a</span> <span style="FONT-STYLE: italic">b</span>', "**a** *b*"),
        ('<b style="font-weight:normal"><p>a</p><p style="text-decoration:underline">b</p></b>', "a\n\n<u>b</u>"),
        ('m<span style="vertical-align:super">2</span>', "m<sup>2</sup>"),
        ('<a href="https://x.org/R_(a)"><u>R</u></a>', '<a href="https://x.org/R_(a)">R</a>'),
        ('!<a href="https://x.org">R</a>', r"\![R](https://x.org)"),
        ("https://x.org/a_b", "https://x.org/a_b"),
        ("+ 5 % more", r"\+ 5 % more"),
        ("<span><p>a</p><p>b</p></span>", "a\n\nb"),
        ("<pre>a\nb</pre>", "a<br>b"),
    ],
)
def test_paste_keeps_emphasis_and_links_in_any_markup(html: str, text: str) -> None:
    assert pasted_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<del>b</del></p>",
        '<p>a<span style="display: none">b</span></p>',
        '<p>a<a class="msocomanchor">[GA1]</a></p><div style="mso-element:comment-list"><p>b</p></div>',
    ],
)
def test_paste_has_no_deleted_words_hidden_words_and_comments(html: str) -> None:
    assert pasted_text(html) == "a"


def test_paste_keeps_texts_that_are_longer_than_a_plan_can_have() -> None:
    words = "wo*rd " * MAX_CHARACTERS

    assert pasted_text(f"<p>{words}</p>").replace("\\", "") == words.strip()


@pytest.mark.parametrize(
    "text", ["# a", "> a", "~~~", "---", "`a`", "2016. Then", "&amp;", "<b>", "*a*", "[a](b)", r"\*", "+ a"]
)
def test_pasted_text_prints_as_it_is(text: str) -> None:
    pasted = pasted_text(f"<p>{escape(text)}</p>")

    assert parse_rich_text(pasted).text == text


def test_custom_fields_are_in_the_form_and_written_in_their_place(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "ucap.yaml").write_text(CUSTOM_FIELDS, encoding="utf-8")
    with edited(project) as editor:
        fields = {field["path"]: field for field in editor.ask(f"/api/fields?plan={PLAN}").data["fields"]}
        assert (fields["budget"]["type"], fields["budget"]["label"]) == ("money", "Budget")
        assert (fields["jobs"]["minimum"], fields["jobs"]["maximum"], fields["budget"]["minimum"]) == (0, 5000, None)
        assert fields["funding"]["choices"] == [["own", "Own resources"], ["eu", "EU funds"]]
        assert "cities.airport" in {field["path"] for field in fields["cities"]["fields"]}

        answer = editor.change(
            setting("budget", None, "€40,000"),
            setting("cities[0].airport", None, "TSN"),
            setting("jobs", None, "12.50"),
            setting("funding", None, "eu"),
            {"op": "insert", "path": "steps[0]", "value": "**First** step"},
        )

        assert answer.status == 200, answer.content
        assert "error" not in {problem["severity"] for problem in answer.data["problems"]}
        written = PLAN_TEXT.replace("    country: China\n", "    country: China\n    airport: TSN\n")
        written = written.replace("themes:", "\nbudget: €40,000\nthemes:")
        assert editor.read() == f'{written}\nfunding: eu\n\njobs: 12.50\n\nsteps:\n  - "**First** step"\n'


# Refusals


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/plans/nobody", 404),
        ("/api/plans/..%2Fsecret", 404),
        ("/api/plans/../../secret", 404),
        (f"{PATH}/documents/exe", 404),
        ("/../../../../etc/passwd", 404),
        ("/pictures/0.png", 404),
        ("/pictures/..%2F..%2Feditor.css", 404),
        ("/api/states?ratio=1000", 400),
        ("/api/states?ratio=x", 400),
        ("/plans/tianjin-rome.yaml/x", 404),
        ("/api/nothing", 404),
    ],
)
def test_unknown_urls_are_refused(editor: Editor, target: str, status: int) -> None:
    assert editor.status(target) == status


@pytest.mark.parametrize("format_", ["pdf", "docx", "html", "form"])
def test_document_of_an_unknown_plan_is_not_there(editor: Editor, format_: str) -> None:
    answer = editor.ask(f"/api/plans/unknown/documents/{format_}")

    assert (answer.status, [fault["code"] for fault in answer.data["problems"]]) == (404, ["plan-unknown"])
    assert "error" not in answer.data


def test_document_that_errors_prevent_is_not_there(editor: Editor) -> None:
    editor.change(setting(COUNTRY, "Italy", "Itly"))

    answer = editor.ask(f"{PATH}/documents/pdf")

    assert (answer.status, answer.data["error"]) == (404, "not built because of errors")
    assert [fault["code"] for fault in answer.data["problems"]] == ["country-unknown"]


READS = [
    "/api/plans",
    PATH,
    "/api/fields",
    "/api/states",
    "/api/project",
    f"{PATH}/documents/pdf",
    f"{PATH}/documents/form",
    "/api/form",
    "/api/workbook",
    "/api/documents",
]
WRITES: list[tuple[str, str, Any]] = [
    (PATH, "PATCH", {"digest": "", "changes": [setting("title", None, "Hacked")]}),
    (PATH, "DELETE", None),
    ("/api/plans", "POST", {"id": "hacked"}),
    ("/api/undo", "POST", {}),
    ("/api/redo", "POST", {}),
    ("/api/build", "POST", {"plans": [PLAN]}),
]


@pytest.mark.parametrize("target", READS)
@pytest.mark.parametrize("token", [None, "", "x", "tok\u00e9n"])
def test_reading_needs_the_token(editor: Editor, target: str, token: str | None) -> None:
    assert editor.status(target, X_Ucap_Token=token) == 401


@pytest.mark.no_cover
@pytest.mark.parametrize(("target", "method", "body"), WRITES)
@pytest.mark.parametrize(
    "refused",
    [
        ({"X_Ucap_Token": None}, 401),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        (
            {
                "Sec_Fetch_Site": "cross-site",
                "Sec_Fetch_Mode": "navigate",
                "Sec_Fetch_Dest": "document",
                "Origin": None,
            },
            403,
        ),
        ({"Host": "evil.example"}, 400),
        ({"Host": "localhost:1"}, 403),
    ],
)  # fmt: skip - a table of requests
def test_writing_is_refused_for_all_but_the_own_page(
    editor: Editor, target: str, method: str, body: Any, refused: tuple[dict[str, str | None], int]
) -> None:
    headers, status = refused
    if "Sec_Fetch_Mode" in headers:  # a form of another site
        headers = {**headers, "Origin": None}
    assert editor.status(target, method, body, **headers) == status
    assert editor.read() == PLAN_TEXT
    assert not (editor.project / "plans" / "hacked.yaml").exists()


def test_writing_without_fetch_metadata_passes_with_token_and_origin(editor: Editor) -> None:
    assert editor.status("/api/plans", "POST", {"id": "old-browser"}, Sec_Fetch_Site=None) == 201
    editor.ask("/api/plans/old-browser", "DELETE")


@pytest.mark.parametrize(
    "kind", ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "Multipart/Form-Data"]
)
@pytest.mark.parametrize(("target", "method", "body"), WRITES)
def test_what_forms_of_web_pages_send_is_refused(
    editor: Editor, target: str, method: str, body: Any, kind: str
) -> None:
    assert editor.status(target, method, body, Content_Type=kind) == 415
    assert editor.read() == PLAN_TEXT


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_body_of_another_type_is_refused(editor: Editor, kind: str | None) -> None:
    assert editor.status("/api/plans", "POST", {"id": "hacked"}, Content_Type=kind) == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": 1}',
        b'{"id": "x", "path": "/etc/passwd"}',
        b'"\xff"',
        b"[" * 100_000,
        b'{"id": "\xff"}',
    ],
)
def test_body_that_is_no_request_is_refused(editor: Editor, body: bytes) -> None:
    assert editor.status("/api/plans", "POST", body) == 400


def test_body_that_is_too_large_is_refused(editor: Editor) -> None:
    assert editor.status("/api/plans", "POST", b'"' + b"x" * 5_000_000 + b'"') == 413


@pytest.mark.parametrize(
    "change",
    [
        {"op": "set", "path": "cities[7].name", "value": "x"},
        {"op": "move", "path": "cities[0]", "value": 9},
        {"op": "move", "path": "cities[0]", "value": "x"},
        {"op": "insert", "path": "title", "value": "x"},
        {"op": "set", "path": "title", "value": "a\x00b"},
        {"op": "set", "path": "title", "value": "\ud800"},
        {"op": "set", "path": f"cities[{'9' * 5000}].name", "value": "x"},
        {"op": "set", "path": ".".join(["a"] * 3000), "value": "x"},
        {"op": "set", "path": "a" + "[0]" * 1000, "value": "x"},
        {"op": "set", "path": "absent[0]", "value": "x"},
        {"op": "set", "path": "focus[0][5]", "value": "x"},
        {"op": "remove", "path": "absent[0]"},
        {"op": "move", "path": "cities[0]", "value": True},
        {"op": "move", "path": "cities[0]", "value": 1.0},
        {"op": "set", "path": "..", "value": "x"},
        {"op": "set", "path": "../title", "value": "x"},
        {"op": "set", "path": "title.", "value": "x"},
        {"op": "set", "path": "cities[", "value": "x"},
        {"op": "set", "path": "cities[0]name", "value": "x"},
        {"op": "set", "path": "cities[-1].name", "value": "x"},
        {"op": "set", "path": "", "value": "a\x00b"},
        {"op": "remove", "path": ""},
        {"op": "set", "path": f"extra.{'x' * 1001}", "value": "x"},
        {"op": "set", "path": "extra", "value": {"x" * 1001: "x"}},
        {"op": "set", "path": "title", "was": None, "value": "x", "id": "x" * 201},
    ],
)
def test_change_that_cannot_be_made_is_refused(editor: Editor, change: dict[str, Any]) -> None:
    assert editor.change(change).status in {400, 422}
    assert editor.read() == PLAN_TEXT


def test_text_of_the_file_is_changed_alone(editor: Editor) -> None:
    whole = {"op": "set", "path": "", "value": PLAN_TEXT.replace("Rome", "Roma")}

    assert editor.change(whole, setting("title", None, "x")).status == 422
    assert editor.change(setting("title", None, "x"), whole).status == 422
    assert editor.read() == PLAN_TEXT


@pytest.mark.no_cover
def test_more_changes_than_a_page_sends_at_once_are_refused(editor: Editor) -> None:
    changes = [setting("title", None, str(number)) for number in range(501)]

    assert editor.change(*changes).status == 400
    assert editor.change(*changes[:500]).status == 200


@pytest.mark.parametrize("text", ["- a\n", "a\n", "1\n", "[]\n"])
def test_file_without_fields_is_listed_and_shown_as_text(editor: Editor, text: str) -> None:
    editor.write(f"plans/{PLAN}.yaml", text)

    (listed,) = [plan for plan in editor.ask("/api/plans").data["plans"] if plan["id"] == PLAN]
    plan = editor.plan()

    assert listed["errors"] > 0
    assert (plan["editable"], plan["values"], plan["text"]) == (False, None, text)


def test_file_with_aliases_is_shown_as_text(editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", "title: &name Rome\nfocus: *name\n")
    assert not editor.plan()["editable"]
    editor.write(f"plans/{PLAN}.yaml", "title: &name Rome\n")
    assert editor.plan()["editable"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8732", "", "192.168.1.7"])
def test_other_host_names_are_refused(editor: Editor, host: str) -> None:
    assert editor.status("/", Host=host) == 400


def test_localhost_leads_to_the_address_with_numbers(editor: Editor) -> None:
    port = editor.origin.rpartition(":")[2]
    answer = editor.ask("/plans/x", Host=f"localhost:{port}")

    assert (answer.status, answer.headers["Location"]) == (307, f"http://127.0.0.1:{port}/plans/x")


@pytest.mark.parametrize("target", ["/api/states", "/main.js"])
def test_requests_of_other_sites_are_refused(editor: Editor, target: str) -> None:
    for site in ("cross-site", "same-site"):
        assert editor.status(target, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors") == 403
    assert editor.status("/main.js", Sec_Fetch_Site="same-origin") == 200


def test_a_link_from_another_site_leads_to_the_page(editor: Editor) -> None:
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert editor.status("/", X_Ucap_Token=None, **headers) == 200


def test_policy_of_the_page_allows_nothing_unsafe(editor: Editor) -> None:
    answer = editor.ask("/", Origin="https://evil.example")
    policy = answer.headers["Content-Security-Policy"]

    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# Start and end


def test_it_listens_on_the_loopback_address_only(editor: Editor) -> None:
    port = int(editor.origin.rpartition(":")[2])
    assert editor.address.startswith("http://127.0.0.1:")
    # A server that listens on all addresses would answer at this one as well.
    with socket.socket() as outside:
        outside.settimeout(5)
        assert outside.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.long
def test_an_interruption_ends_it_at_once_while_a_page_is_open(tmp_path: Path) -> None:
    with edited_by_process(write_project(tmp_path)) as editor:
        with editor.asked(f"/api/states?plan={PLAN}") as response:
            assert response.readline() == b"retry: 500\n"
            assert editor.stop() == 130
        assert not (tmp_path / "out").exists()


@pytest.mark.no_cover
def test_second_editor_of_a_project_opens_the_running_one(tmp_path: Path) -> None:
    command = [*UCAP, "edit", PLAN, "--no-open"]
    with edited(write_project(tmp_path)) as editor:
        outputs = []
        for words in (command, [*command, "--json"]):
            second = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
            outputs.append(second.stdout)

    address = f"{editor.origin}/plans/{PLAN}#{editor.token}"
    assert outputs[0].strip() == address
    assert json.loads(outputs[1]) == {"command": "edit", "ok": True, "address": address, "problems": []}


@pytest.mark.parametrize("read_only", [True, False])
def test_second_editor_says_if_the_running_one_reads_only(tmp_path: Path, *, read_only: bool) -> None:
    words = ("edit", "--no-open", "--json")
    with edited(write_project(tmp_path), read_only=read_only):
        same, other = ((), ("--read-only",)) if not read_only else (("--read-only",), ())

        assert ucap(tmp_path, *words, *same).codes == []
        assert ucap(tmp_path, *words, *other).codes == ["editor-mode"]


def test_token_and_port_last_for_the_project(tmp_path: Path) -> None:
    with edited(write_project(tmp_path / "one")) as first:
        port = int(first.origin.rpartition(":")[2])
    with edited(tmp_path / "one", port=port) as again:
        assert again.address == first.address
    with edited(write_project(tmp_path / "two")) as other:
        assert other.token != first.token


def test_cache_keeps_the_tokens_of_the_last_projects_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_port_and_origin, "LIMIT", 2)
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("one", "two", "three"):
        (tmp_path / name / "plans").mkdir(parents=True)
        local_server.listen(project_at(tmp_path / name))[0].close()
    known = [known_access(project_at(tmp_path / name)) for name in ("one", "two", "three")]
    assert [access is not None for access in known] == [False, True, True]


@pytest.mark.parametrize(
    ("words", "purpose"),
    [((), "Your changes are saved as you type."), (("--read-only",), "The pages follow the files.")],
)
def test_editor_says_what_it_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], purpose: str
) -> None:
    def serve(_: Project, listening: socket.socket, __: Access, ready: Callable[[], None], **___: bool) -> None:
        listening.close()
        ready()

    monkeypatch.setattr(local_server, "serve", serve)
    run = ucap(write_project(tmp_path), "edit", "--no-open", *words)
    assert run.err == f"{purpose} Ctrl-C ends the editor.\n"


def test_read_only_editor_refuses_all_changes(tmp_path: Path) -> None:
    with edited(write_project(tmp_path), read_only=True) as editor:
        assert editor.ask("/api/project").data["read_only"]
        assert editor.state()["pages"]
        for target, method, body in WRITES:
            assert editor.status(target, method, body) == 403
        for mode in ("new", "update"):
            assert imported(editor, TABLE, write=mode).status == 403
        assert editor.status("/api/review", "POST", {}) == 403
    assert not (tmp_path / "plans" / ".history").exists()
    assert not (tmp_path / "plans" / "pune-bremen.yaml").exists()


def test_read_only_editor_refuses_every_route_that_changes_files(tmp_path: Path) -> None:
    source = Path(web_routes.__file__).read_text(encoding="utf-8")
    routes = set(re.findall(r'Route\("(/api/[^"]+)", self\.\w+, methods=\["(POST|PATCH|DELETE)"\]\)', source))
    changing = {route for route in routes if route[0] not in READS_SENT_FILES}
    assert len(changing) >= 12
    with edited(write_project(tmp_path), read_only=True) as editor:
        for target, method in sorted(changing):
            assert editor.status(target.format(id=PLAN, language="de"), method, {}) == 403, (method, target)


def test_read_only_editor_shows_what_imports_and_replies_contain(tmp_path: Path) -> None:
    with edited(write_project(tmp_path), read_only=True) as editor:
        assert imported(editor, TABLE).data["plans"][0]["id"] == "pune-bremen"
        assert added_reply(editor).data["changes"] == []
        assert editor.ask("/api/review", "POST", {"clear": True}).data["files"] == []


def test_a_named_port_that_is_taken_is_a_usage_error(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = ucap(project, "edit", "--port", str(taken.getsockname()[1]), "--json")
    assert (run.code, run.codes) == (2, ["port-unusable"])
    assert ucap(project, "edit", "--port", "70000", "--json").codes == ["port-unusable"]


def test_an_unknown_plan_is_a_usage_error(tmp_path: Path) -> None:
    run = ucap(write_project(tmp_path), "edit", "tianjin-roma", "--json")
    assert (run.code, run.codes) == (2, ["plan-unknown"])
    assert PLAN in run.report["problems"][0]["hint"]


def test_a_plan_in_another_folder_is_a_usage_error(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project")
    (tmp_path / "zagreb.yaml").write_text(PLAN_TEXT, encoding="utf-8")

    run = ucap(project, "edit", str(tmp_path / "zagreb.yaml"), "--json")

    assert (run.code, run.codes) == (2, ["plan-outside"])


@pytest.fixture
def client() -> Iterator[ThreadPoolExecutor]:
    """A thread for a request, which is there before the editor, whose threads end with it."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(int).result()
        yield thread


def test_request_that_waits_for_pages_is_answered_when_the_editor_ends(
    client: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_drawing, is_answered = threading.Event(), threading.Event()

    def draw(*_: Any) -> PreviewState:
        is_drawing.set()
        is_answered.wait(START_SECONDS)
        return PreviewState(Produced(()))

    monkeypatch.setattr(PlanPreviews, "state", draw)
    with edited(write_project(tmp_path)) as editor:
        drawing = client.submit(editor.status, f"{PATH}/documents/pdf")
        drawing.add_done_callback(lambda _: is_answered.set())
        assert is_drawing.wait(START_SECONDS)
    assert drawing.result() == 503


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_end_of_the_editor_ends_a_build_between_two_steps(
    accept: str, client: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_begun = threading.Event()
    ends: list[str] = []

    def build(*_: Any) -> Iterator[dict[str, Any]]:
        try:
            while True:
                has_begun.set()
                time.sleep(0.02)
                yield {"done": 0, "total": 1}
        finally:
            ends.append(threading.current_thread().name.partition("_")[0])

    monkeypatch.setattr(web_routes, "build_steps", build)
    with edited(write_project(tmp_path)) as editor:
        building = client.submit(editor.ask, "/api/build", "POST", {}, Accept=accept)
        assert has_begun.wait(START_SECONDS)
    answer = building.result()
    assert answer.status == (503 if accept == "application/json" else 200)
    assert ends == ["pages"]


def test_request_for_plans_that_lasts_too_long_is_answered_when_the_editor_ends(
    client: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_reading, is_answered = threading.Event(), threading.Event()

    def read(*_: Any) -> list[Any]:
        is_reading.set()
        is_answered.wait(START_SECONDS)
        return []

    monkeypatch.setattr(web_routes, "GRACE", 0.1)
    monkeypatch.setattr(PlanEditing, "plans", read)
    with edited(write_project(tmp_path)) as editor:
        reading = client.submit(editor.status, "/api/plans")
        reading.add_done_callback(lambda _: is_answered.set())
        assert is_reading.wait(START_SECONDS)
    assert reading.result() == 503


def test_pages_for_a_page_that_was_closed_are_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_drawing, is_closed = threading.Event(), threading.Event()
    drawn: list[str] = []

    def draw(_: PlanPreviews, choice: Choice) -> PreviewState:
        drawn.append(choice.plan)
        is_drawing.set()
        is_closed.wait(START_SECONDS)
        return PreviewState(Produced(()))

    monkeypatch.setattr(PlanPreviews, "state", draw)
    with edited(write_project(tmp_path)) as editor, ThreadPoolExecutor(1) as threads:
        drawing = threads.submit(editor.state, "a")
        assert is_drawing.wait(START_SECONDS)
        with editor.asked("/api/states?plan=closed") as stream:
            assert stream.readline().startswith(b"retry")
        time.sleep(0.5)  # until the server has seen that it is closed
        is_closed.set()
        drawing.result()
        editor.state("b")
    assert drawn == ["a", "b"]


@pytest.mark.no_cover
@pytest.mark.parametrize("end", every(2, [signal.SIGINT, signal.SIGTERM]))
def test_signal_ends_the_editor_while_it_builds_and_a_page_is_open(end: signal.Signals, tmp_path: Path) -> None:
    project = write_project(tmp_path)
    for number in range(80):
        (project / "plans" / f"p{number}.yaml").write_text(PLAN_TEXT, encoding="utf-8")
    body = {"formats": ["pdf", "docx"]}
    with (
        edited_by_process(project, end=end) as editor,
        editor.asked("/api/states") as states,
        editor.asked("/api/build", "POST", body, Accept="text/event-stream") as steps,
    ):
        assert states.readline().startswith(b"retry")
        while b'"done": 1,' not in steps.readline():
            pass
        code = editor.stop()
    assert code == (130 if end is signal.SIGINT else -signal.SIGTERM)
    assert list(project.rglob("*.part")) == []
    assert len(list((project / "out").glob("*.pdf"))) < 80


def test_change_is_saved_while_pages_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_drawing, is_saved = threading.Event(), threading.Event()

    def draw(*_: Any) -> PreviewState:
        is_drawing.set()
        is_saved.wait(START_SECONDS)
        return PreviewState(Produced(()))

    monkeypatch.setattr(PlanPreviews, "state", draw)
    with edited(write_project(tmp_path)) as editor, ThreadPoolExecutor(1) as threads:
        drawing = threads.submit(editor.status, f"{PATH}/documents/pdf")
        assert is_drawing.wait(START_SECONDS)
        assert editor.change(setting("focus", "Clean air.", "Clean water.")).status == 200
        assert not drawing.done()
        is_saved.set()


def test_streams_are_bounded(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor, ExitStack() as streams:
        for _ in range(60):
            stream = streams.enter_context(editor.asked("/api/states"))
            assert stream.readline().startswith(b"retry")
        assert editor.status("/api/states") == 503
        assert editor.ask("/api/plans").status == 200


def test_streams_that_are_requested_at_once_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_routes, "MAX_STREAMS", 1)
    with edited(write_project(tmp_path)) as editor, ExitStack() as streams, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: streams.enter_context(editor.asked("/api/states")), range(8)))
        assert sorted(answer.status for answer in answers) == [200, *[503] * 7]


def test_texts_of_entries_are_shown_formatted(editor: Editor) -> None:
    entries = "focus:\n  - theme: Air\n    text: Clean **air**\nactivities: [Meet *soon*]\n"
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("focus: Clean air.\n", entries))
    formatted = editor.plan()["formatted"]
    assert "<strong>air</strong>" in formatted["focus[0].text"]
    assert "<em>soon</em>" in formatted["activities[0]"]


def test_formatted_texts_are_in_the_language_of_the_project(editor: Editor) -> None:
    editor.write("ucap.yaml", "language: ar\n")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("focus: Clean air.\n", "focus: روما +49 30\n"))
    assert '<bdi dir="ltr">+49 30</bdi>' in editor.plan()["formatted"]["focus"]


# Office


def office_change(editor: Editor, *changes: dict[str, Any], digest: str | None = None) -> Any:
    shown = editor.ask("/api/office").data["digest"] if digest is None else digest
    return editor.ask("/api/office", "PATCH", {"digest": shown, "changes": list(changes)})


def test_office_changes_only_the_lines_of_changed_settings(tmp_path: Path) -> None:
    text = "# first\r\nformats: [pdf]   # one\r\n\r\ncontact: {office: Ours}\r\nnonsense: 1\r\n"
    project = write_project(tmp_path)
    with edited(project) as editor:
        (project / "ucap.yaml").write_bytes(text.encode())
        answer = office_change(editor, setting("contact.office", "Ours", "Theirs"))
        assert (project / "ucap.yaml").read_bytes() == text.replace("Ours", "Theirs").encode()
        assert answer.data["values"]["contact"] == {"office": "Theirs"}
        assert "nonsense" in answer.data["problems"][0]["message"]
        editor.ask("/api/undo", "POST", {})
        assert (project / "ucap.yaml").read_bytes() == text.encode()


def test_office_merges_changes_of_other_settings_and_reports_conflicts(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        editor.write("ucap.yaml", "contact: {office: Ours}\ntemplate: office\n")
        office = editor.ask("/api/office").data
        assert (office["own_pack"], office["values"]["pack"]["extends"]) == ("office", "iuc-asia")
        editor.write("ucap.yaml", "contact: {office: Theirs}\ntemplate: office\n")
        changes = [setting("pack.title", None, "Title"), setting("contact.office", "Ours", "Mine")]
        refused = office_change(editor, *changes, digest=office["digest"])
        assert refused.status == 409
        assert refused.data["conflicts"] == [{"path": "contact.office", "yours": "Mine", "theirs": "Theirs"}]
        assert "Title" not in (project / "templates/office/pack.yaml").read_text(encoding="utf-8")
        assert office_change(editor, changes[0], digest=office["digest"]).status == 200
        assert "title: Title\n" in (project / "templates/office/pack.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    every(
        2,
        [
            setting("", "", "contact: {office: a\x07b}\n"),
            setting("contact.office", None, "a\x07b"),
            setting("contact[0]", None, "x"),
            setting("a.b[3].c", None, "x"),
            {"op": "insert", "path": "contact.office", "value": "x"},
            setting("[0]", None, "x"),
            {"op": "move", "path": "languages[0]", "value": 0},
        ],
    ),
)
def test_office_without_settings_refuses_changes_that_no_file_can_have(tmp_path: Path, change: dict[str, Any]) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        (project / "ucap.yaml").unlink(missing_ok=True)

        answer = office_change(editor, change)

        assert answer.status == 422
        assert answer.data["problems"][0]["code"] in {"plan-not-editable", "plan-place-unknown"}
        assert not (project / "ucap.yaml").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    every(
        2,
        [
            (setting("pack.rows[99]", None, "x"), "unknown place pack.rows[99]"),
            (setting("contact[0].x", None, "x"), "unknown place contact[0].x"),
            ({"op": "remove", "path": "pack"}, "unknown place pack"),
            ({"op": "remove", "path": ""}, 'unknown place ""'),
        ],
    ),
)
def test_unknown_place_of_settings_is_named_as_in_the_request(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.write("ucap.yaml", f"template: {PACK}\ncontact: {{office: Ours}}\n")

        answer = office_change(editor, change)

        assert (answer.status, [fault["message"] for fault in answer.data["problems"]]) == (422, [message])


@pytest.mark.parametrize("name", every(2, ["../x", "Our Office", "zh", "iuc-asia", "office", ""]))
def test_pack_with_an_invalid_or_known_name_is_refused(tmp_path: Path, name: str) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        before = sorted(project.rglob("*"))
        assert editor.ask("/api/office", "POST", {"name": name}).status == 422
        assert sorted(project.rglob("*")) == before


def test_office_of_invalid_settings_is_shown_as_text(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        editor.write("ucap.yaml", "contact: [\n")
        office = editor.ask("/api/office").data
        assert (office["editable"], office["text"]) == (False, "contact: [\n")
        assert office["problems"][0]["severity"] == "error"
        assert office_change(editor, setting("", "contact: [\n", "contact: {office: Ours}\n")).status == 200
        assert editor.ask("/api/office").data["values"]["contact"] == {"office": "Ours"}


@pytest.mark.parametrize(
    "route",
    every(2, ["plans", "fields", PATH.removeprefix("/api/"), f"fields?plan={PLAN}", "translations", "build", "office"]),
)
def test_routes_that_show_something_need_no_valid_settings(editor: Editor, route: str) -> None:
    editor.write("ucap.yaml", "template: [\n" if route == "fields" else "fields: {partners: {type: table, label: x}}\n")
    answer = editor.ask(f"/api/{route}")
    (editor.project / "ucap.yaml").unlink()
    assert answer.status == 200
    if route in {"plans", "office"}:
        assert "partners" in answer.data["problems"][0]["message"]


def test_cleared_setting_leaves_no_empty_mapping(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.write("ucap.yaml", "template: office # ours\nrows:\n  visits: hide\n")
        assert office_change(editor, setting("rows.visits", "hide", None)).status == 200
        assert (editor.project / "ucap.yaml").read_text(encoding="utf-8") == "template: office # ours\n"
        assert office_change(editor, setting("pack.theme.colours.blue", "#003399", None)).status == 200
        assert (editor.project / "templates/office/pack.yaml").read_text(encoding="utf-8") == "extends: iuc-asia\n"


def test_logo_is_stored_in_the_own_pack_and_printed(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        editor.write("ucap.yaml", "template: office\n")
        name = "/api/office/logo?name=..%2FOur%20Logo.png"
        added = editor.ask(name, "POST", LOGO, Content_Type="image/png")
        assert (added.status, added.data) == (201, {"file": "images/our-logo.svg"}), "the ending is that of the content"
        assert (project / "templates/office/images/our-logo.svg").read_bytes() == LOGO
        assert editor.ask(name, "POST", LOGO, Content_Type="image/png").data == added.data
        office = office_change(editor, setting("pack.logo", None, {"file": "images/our-logo.svg", "alt": ""})).data
        assert [problem["field"] for problem in office["problems"] if problem["severity"] == "error"] == [
            "pack.logo.alt"
        ]
        office = office_change(editor, setting("pack.logo.alt", "", "Our City")).data
        assert office["pack"]["logo"] == {"file": "images/our-logo.svg", "alt": "Our City"}
        assert not [problem for problem in office["problems"] if problem["severity"] == "error"]
        office_change(editor, setting("pack.logo", office["values"]["pack"]["logo"], None))
        assert "logo" not in (project / "templates/office/pack.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"GIF89a", "image/png", 422),
        (b"", "image/svg+xml", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "image/svg+xml", 422),
        (b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>", "image/svg+xml", 422),
        (LOGO, "text/html", 415),
    ],
)
def test_file_that_is_no_logo_is_refused(tmp_path: Path, content: bytes, kind: str, status: int) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        editor.write("ucap.yaml", "template: office\n")
        assert editor.ask("/api/office/logo?name=x.svg", "POST", content, Content_Type=kind).status == status
        assert not (project / "templates/office/images").exists()


def test_logo_needs_an_own_pack(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        assert editor.ask("/api/office/logo?name=x.svg", "POST", LOGO, Content_Type="image/svg+xml").status == 422


def test_shipped_packs_cannot_be_changed(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        assert office_change(editor, setting("pack.title", None, "x")).status == 422


def test_change_that_somebody_else_has_made_too_is_no_conflict(editor: Editor) -> None:
    digest = editor.plan()["digest"]
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Italy", "France"))

    assert editor.change(setting(COUNTRY, "Italy", "France"), digest=digest).status == 200
    assert editor.change(setting(COUNTRY, "Italy", "Spain"), digest=digest).status == 409


# Translations


def translated(editor: Editor, *changes: dict[str, Any], digest: str | None = None) -> Any:
    shown = editor.ask(f"{PATH}/translations/fr").data["digest"] if digest is None else digest
    return editor.ask(f"{PATH}/translations/fr", "PATCH", {"digest": shown, "changes": list(changes)})


def test_translation_has_passages_and_completeness(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        answer = editor.ask(f"{PATH}/translations/fr").data
        passages = {passage["field"]: passage for passage in answer["passages"]}
        assert (passages["focus"]["source"], passages["focus"]["state"]) == ("Clean air.", "missing")
        assert answer["completeness"] == {"total": 4, "translated": 0, "missing": 4, "outdated": 0, "percent": 0}

        changed = translated(editor, setting("focus", "", "Air pur.")).data
        assert changed["completeness"]["percent"] == 25
        assert changed["values"]["focus"] == "Air pur."
        assert editor.ask("/api/plans/tianjin-rome/translations").data["languages"][0]["completeness"]["percent"] == 25
        editor.ask("/api/undo", "POST", {})
        assert not (editor.project / "translations/fr/tianjin-rome.po").exists()


def test_change_whose_answer_was_lost_is_made_once(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        digest = editor.plan()["digest"]
        removed = {"op": "remove", "path": "cities[0]", "was": editor.plan()["values"]["cities"][0], "id": "1"}
        named = {"op": "set", "path": "cities[0].name", "was": "Rome", "value": "Roma", "id": "2"}
        assert editor.change(removed, digest=digest).status == 200
        answer = editor.change(removed, named, digest=digest)
        assert (answer.status, [city["name"] for city in answer.data["values"]["cities"]]) == (200, ["Roma"])
        assert editor.change({**removed, "id": "3"}, digest=digest).status == 409


def test_plan_without_a_required_field_of_the_office_is_translated(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.write("ucap.yaml", "fields: {motto: {type: line, label: Motto, required: error}}\n")
        assert editor.ask(f"{PATH}/translations/fr").status == 200
        assert translated(editor, setting("focus", "", "Air pur.")).data["values"]["focus"] == "Air pur."
        assert [plan.get("problems") for plan in editor.ask("/api/translations").data["plans"]] == [None]


def test_translations_of_two_windows_are_merged_or_conflict(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        digest = editor.ask(f"{PATH}/translations/fr").data["digest"]
        assert translated(editor, setting("focus", "", "Air pur.")).status == 200
        assert translated(editor, setting("cities[0].name[0]", "", "x"), digest=digest).status == 422
        assert translated(editor, setting("themes[0]", "", "Espace"), digest=digest).status == 200
        refused = translated(editor, setting("focus", "", "Bon air."), digest=digest)
        assert refused.status == 409
        assert refused.data["conflicts"] == [{"path": "focus", "yours": "Bon air.", "theirs": "Air pur."}]


def test_translation_of_words_that_were_changed_since_they_were_shown_is_outdated(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        digest = editor.ask(f"{PATH}/translations/fr").data["digest"]
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean water."))
        answer = translated(editor, setting("focus", "", "Air pur."), setting("themes[0]", "", "Espace"), digest=digest)
        passages = {passage["field"]: passage for passage in answer.data["passages"]}
        assert (passages["focus"]["state"], passages["focus"]["previous"]) == ("outdated", "Clean air.")
        assert passages["themes[0]"]["state"] == "done"


@pytest.mark.parametrize("language", ["en", "..%2F..%2Fx", "not a tag".replace(" ", "%20")])
def test_translation_into_no_other_language_is_refused(tmp_path: Path, language: str) -> None:
    with edited(write_project(tmp_path)) as editor:
        assert editor.ask(f"{PATH}/translations/{language}").status in {404, 422}
        assert not (tmp_path / "translations").exists()


def test_translation_of_an_unknown_passage_is_refused(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        assert translated(editor, setting("nothing", "", "x")).status == 422
        assert translated(editor, setting("focus", "", "a\x07b")).status == 422


# Imports

TABLE = b"City 1,City 2,Country 1,Country 2,Themes\nPune,Bremen,India,Germany,Water\n"


def imported(editor: Editor, content: bytes, **query: str) -> Any:
    parameters = urlencode({"name": "pairings.csv", **query})
    return editor.ask(f"/api/import?{parameters}", "POST", content, Content_Type="application/octet-stream")


def test_import_shows_the_fields_of_columns_and_writes_nothing(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        before = sorted(project.rglob("*"))
        answer = imported(editor, TABLE).data
        assert [(column["source"], column["field"], column["read"]) for column in answer["mapping"]] == [
            ("City 1", "cities[0].name", "Pune"),
            ("City 2", "cities[1].name", "Bremen"),
            ("Country 1", "cities[0].country", "India"),
            ("Country 2", "cities[1].country", "Germany"),
            ("Themes", "themes", "Water"),
        ]
        assert all(column["certain"] for column in answer["mapping"])
        assert answer["plans"][0]["id"] == "pune-bremen"
        assert sorted(project.rglob("*")) == before

        assert imported(editor, TABLE, write="new").data == {"created": ["pune-bremen"], "changed": []}
        refused = imported(editor, TABLE, write="new")
        assert (refused.status, refused.data["problems"][0]["code"]) == (422, "plan-exists")


def test_import_shows_the_choices_that_words_of_a_column_mean(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    funding = "funding: {type: choice, label: Funding, choices: {own: Own, eu: {en: EU funds, de: EU-Mittel}}}"
    partners = "partners: {type: table, label: Partners, columns: {role: {type: line, label: Role}}}"
    (project / "ucap.yaml").write_text(f"fields:\n  {funding}\n  {partners}\n", encoding="utf-8")
    table = "City 1,City 2,Funding\nPune,Bremen,EU-Mittel\nLund,Kobe,own\nOslo,Turku,loan\n"
    with edited(project) as editor:
        answer = imported(editor, table.encode()).data

    (column,) = [column for column in answer["mapping"] if column["field"] == "funding"]
    assert column["meanings"] == {"EU-Mittel": "eu", "own": "own"}
    # Nothing is said about `action-plan`, which the project does not use: its partners have a role of another type.
    assert [problem["code"] for problem in answer["problems"] if problem["code"] == "declaration-invalid"] == []


def test_labels_of_several_fields_and_of_unknown_values_are_certain(editor: Editor) -> None:
    text = (
        b"City: Lund | Kobe\nProvince, country: Skane, Sweden | Hyogo, Japan\nPopulation: N/A | N/A\n"
        b"Related SDGs and Urban Agenda topics: SDG 11\nUpdated: whenever\n"
    )

    answer = imported(editor, text, name="lund.txt").data

    assert [(label["source"], label["field"], label["read"]) for label in answer["mapping"]] == [
        ("City", "name", "Lund; Kobe"),
        ("Province, country", "place", "Skane; Hyogo; Sweden; Japan"),
        ("Population", "population", "N/A | N/A"),
        ("Related SDGs and Urban Agenda topics", "topics", "SDG 11"),
        ("Updated", None, ""),  # is kept as a comment
    ]


def test_import_updates_plans_that_a_table_names_by_their_ids_alone(editor: Editor) -> None:
    table = b"Plan,Period\ntianjin-rome,2027\n"

    answer = imported(editor, table).data
    assert answer["problems"] == []
    assert [(plan["id"], plan["exists"]) for plan in answer["plans"]] == [("tianjin-rome", True)]
    assert [(change["field"], change["new"]) for change in answer["changes"]] == [("period", "2027")]
    assert editor.read() == PLAN_TEXT

    assert imported(editor, table, write="update").data == {"created": [], "changed": ["tianjin-rome"]}
    assert "2027" in editor.read()


def test_import_shows_why_a_table_changes_or_creates_no_plan(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "plans" / "other.yaml").write_text("cities: [{name: Oslo\n", encoding="utf-8")

    with edited(project) as editor:
        answer = imported(editor, b"City 1,City 2\nOslo,Bergen\n").data
        assert [(fault["code"], fault["path"]) for fault in answer["problems"]] == [("yaml-syntax", "plans/other.yaml")]

        answer = imported(editor, b"Plan,City,Population\ntianjin-rome,Milan,1\n").data
        assert [fault["code"] for fault in answer["problems"]] == ["import-city-unknown"]


@pytest.mark.parametrize(
    ("content", "query", "status"),
    [
        (b"x" * (33 * 1024 * 1024), {}, 413),
        (b"PK\x03\x04 broken", {"name": "../x.xlsx"}, 422),
        (TABLE, {"columns": "[]"}, 400),
        (TABLE, {"columns": '{"Themes": "nonsense"}'}, 422),
        (TABLE, {"write": "over"}, 400),
        (b"", {}, 422),
    ],
)
def test_hostile_import_is_refused(editor: Editor, content: bytes, query: dict[str, str], status: int) -> None:
    before = sorted((editor.project / "plans").rglob("*.yaml"))
    assert imported(editor, content, **query).status == status
    assert sorted((editor.project / "plans").rglob("*.yaml")) == before


def test_import_of_another_content_type_or_origin_is_refused(editor: Editor) -> None:
    target = "/api/import?name=x.csv"
    assert editor.status(target, "POST", TABLE, Content_Type="text/plain") == 415
    headers = {"Content_Type": "application/octet-stream"}
    assert editor.status(target, "POST", TABLE, **headers, Origin="http://example.org") == 403
    assert editor.status(target, "POST", TABLE, **headers, X_Ucap_Token=None) == 401


# Replies


def added_reply(editor: Editor) -> Answer:
    """The answer after the Word file of the plan was added as a reply."""
    content = editor.ask(f"{PATH}/documents/docx").content
    return editor.ask("/api/review?name=reply.docx", "POST", content, Content_Type="application/octet-stream")


def test_review_has_all_parts_also_without_changes(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        review = added_reply(editor).data

    assert [file["name"] for file in review["files"]] == ["reply.docx"]
    assert [review[part] for part in ("changes", "conflicts", "comments", "problems")] == [[], [], [], []]


def test_replies_are_written_by_the_thread_of_all_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The changes that can be undone are not safe in threads."""
    write, threads = UndoableChanges.write, []

    def write_in_thread(*args: Any) -> None:
        threads.append(threading.current_thread().name.partition("_")[0])
        write(*args)

    monkeypatch.setattr(UndoableChanges, "write", write_in_thread)
    with edited(write_project(tmp_path)) as editor:
        assert added_reply(editor).status == 200
        assert editor.change(setting("focus", "Clean air.", "Clean water.")).status == 200
        report = editor.ask("/api/review", "POST", {}).data
        assert (report["changed"], report["problems"]) == ([], [])
        assert editor.ask("/api/review").data["files"] == []
    assert threads == ["plans", "plans"]


def accept_reply(editor: Editor, project: Path, choice: Any = None) -> WordEdit:
    """Build the Word file of the plan, and accept a change of it: what the editor shows now is the edited file."""
    editor.ask("/api/build", "POST", {"formats": ["docx"]})
    document = WordEdit(project / "out" / f"{PLAN}.docx")
    document.replace("Clean air", "Clean water", "Anna Rossi")
    content = document.save().read_bytes()
    editor.ask("/api/review?name=reply.docx", "POST", content, Content_Type="application/octet-stream")
    assert editor.ask("/api/review", "POST", choice or {}).data["changed"] == [PLAN]
    return document


@pytest.mark.parametrize(
    ("steps", "is_replaced"),
    [
        ([], True),
        (["undo"], False),
        pytest.param(["undo", "redo"], True, marks=pytest.mark.long),
        pytest.param(["undo", "redo", "undo"], False, marks=pytest.mark.long),
    ],
)
def test_build_replaces_a_document_whose_changes_were_accepted_and_not_undone(
    tmp_path: Path, steps: list[str], *, is_replaced: bool
) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        document = accept_reply(editor, project)
        content = document.path.read_bytes()
        for step in steps:
            assert editor.ask(f"/api/{step}", "POST", {}).status == 200

        report = editor.ask("/api/build", "POST", {"formats": ["docx"]}).data

    codes = [fault["code"] for fault in report["problems"]]
    assert ("document-edited" in codes) is not is_replaced
    assert (document.path.read_bytes() != content) is is_replaced


@pytest.mark.parametrize(
    ("choice", "is_undone"),
    every(3, [({}, False), ({}, True), ({"edits": [{"change": 0, "text": "Clean rivers."}]}, False)]),
    ids=["accepted", "undone", "accepted with other words"],
)
def test_command_line_replaces_a_document_whose_changes_were_accepted_in_the_editor(
    tmp_path: Path, choice: Any, *, is_undone: bool
) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        document = accept_reply(editor, project, choice)
        if is_undone:
            editor.ask("/api/undo", "POST", {})
    content = document.path.read_bytes()

    run = ucap(project, "build", "--format", "docx", "--no-index", "--json")

    assert ("document-edited" in run.codes) is is_undone
    assert (document.path.read_bytes() == content) is is_undone


def test_reply_that_was_accepted_during_a_build_is_replaced_by_the_next_one(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with edited(project) as editor:
        editor.ask("/api/build", "POST", {"formats": ["docx"]})
        with output_folder(Project(project), project / "out"):
            document = WordEdit(project / "out" / f"{PLAN}.docx")
            document.replace("Clean air", "Clean water", "Anna Rossi")
            content = document.save().read_bytes()
            editor.ask("/api/review?name=reply.docx", "POST", content, Content_Type="application/octet-stream")
            assert editor.ask("/api/review", "POST", {}).data["changed"] == [PLAN]

        report = editor.ask("/api/build", "POST", {"formats": ["docx"]}).data

    assert "document-edited" not in [fault["code"] for fault in report["problems"]]
    assert document.path.read_bytes() != content


def test_file_that_is_no_reply_is_refused_and_changes_nothing(editor: Editor) -> None:
    def added(content: bytes, name: str = "reply.docx", **headers: str | None) -> Any:
        sent = {"Content_Type": "application/octet-stream", **headers}
        return editor.ask(f"/api/review?name={name}", "POST", content, **sent)

    assert added(b"PK\x03\x04 broken").status == 422
    assert added(b"").status == 422
    assert added(b"x", Content_Type="text/plain").status == 415
    assert added(b"x", Origin="http://example.org").status == 403
    assert editor.ask("/api/review").data["files"] == []
    assert editor.ask("/api/review", "POST", {"edits": [{"change": 5, "text": "x"}]}).status == 422
    assert editor.ask("/api/review", "POST", {"clear": True}).data["changes"] == []
    assert editor.read() == PLAN_TEXT


def test_all_plans_are_built_as_one_document(editor: Editor) -> None:
    report = editor.ask("/api/build", "POST", {"formats": ["pdf"], "book": True}).data
    assert [(each["plan"], each["path"], each["status"]) for each in report["documents"]] == [
        ("book", "out/book.pdf", "written")
    ]
    assert editor.ask("/api/documents/book.pdf", "GET").content.startswith(b"%PDF")
    chosen = editor.ask("/api/build", "POST", {"formats": ["pdf"], "book": True, "languages": ["zh"]}).data
    assert [each["path"] for each in chosen["documents"]] == ["out/book-zh.pdf"]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("POST", "/api/nothing", 404),
        ("PATCH", "/api/plans/tianjin-rome/nothing", 404),
        ("POST", "/api/", 404),
        ("GET", "/api/plans/", 404),
        ("GET", "/api/undo", 405),
        ("PUT", "/api/plans/tianjin-rome", 405),
        ("DELETE", "/api/plans", 405),
    ],
)
def test_unknown_routes_and_methods_are_told_apart(editor: Editor, method: str, target: str, status: int) -> None:
    answer = editor.ask(target, method, {})

    assert (answer.status, list(answer.data)) == (status, ["error"])


@pytest.mark.parametrize("was", every(2, [["x"], {"x": 1}, 5, True]))
def test_old_translation_of_any_type_is_a_conflict(tmp_path: Path, was: Any) -> None:
    with edited(write_project(tmp_path)) as editor:
        assert translated(editor, setting("cities[0].name", None, "Pékin")).status == 200

        assert translated(editor, setting("cities[0].name", was, "Tientsin"), digest="0").status == 409


def test_plans_and_languages_that_are_named_twice_are_built_once(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        body = {"plans": [PLAN, PLAN], "formats": ["docx"], "languages": ["DE", "de"]}

        documents = editor.ask("/api/build", "POST", body).data["documents"]

        assert [document["path"] for document in documents] == [f"out/{PLAN}.de.docx"]


def test_translation_has_the_languages_of_the_project(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.write("ucap.yaml", "languages: [en, zh, fr]\n")

        translation = editor.ask(f"/api/plans/{PLAN}/translations/zh").data

        assert translation["project_languages"] == ["zh", "fr"]


@pytest.mark.no_cover
def test_settings_with_an_unknown_template_have_the_own_default_pack(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        editor.write("templates/iuc-asia/pack.yaml", "extends: iuc-asia\n")
        editor.write("ucap.yaml", "template: N/A\nlanguage: de\n")

        assert editor.ask("/api/office").data["own_pack"] == "iuc-asia"


def test_setting_with_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with edited(write_project(tmp_path)) as editor:
        for path, value in ((f"fields.{'x' * 1001}", {"type": "line"}), ("rows", {"x" * 1001: "hide"})):
            assert office_change(editor, setting(path, None, value)).status == 422
        assert not (editor.project / "ucap.yaml").exists()


def test_editor_says_that_no_browser_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_browser(_: str | None) -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr("webbrowser.get", no_browser)
    _open_browser("http://127.0.0.1:8000/", Session(Arguments()))
    assert "No browser could be opened: open this address in one." in capsys.readouterr().err
