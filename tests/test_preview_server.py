"""The preview as a server: its answers, its guard, and its start and end."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import ucap
from tests.previews import PLAN, PLAN_TEXT, Preview, previewed, write_project

DOCUMENT = f"/documents/{PLAN}.pdf"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    project = write_project(tmp_path_factory.mktemp("project"))
    (project / "plans" / "wrong.yaml").write_text("cities: 1\n", encoding="utf-8")
    with previewed(project, PLAN) as preview:
        yield preview


@pytest.mark.parametrize(
    ("target", "kind", "beginning"),
    [
        ("/", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/page.css", "text/css; charset=utf-8", b":root"),
        ("/page.js", "text/javascript; charset=utf-8", b'"use strict"'),
        ("/emblem.svg", "image/svg+xml", b"<svg"),
        (DOCUMENT, "application/pdf", b"%PDF"),
        (DOCUMENT.replace("pdf", "docx"), "application/vnd.openxmlformats-officedocument", b"PK"),
    ],
)
def test_each_url_has_its_media_type(preview: Preview, target: str, kind: str, beginning: bytes) -> None:
    answer = preview.ask(target)
    assert (answer.status, answer.headers["Content-Type"].startswith(kind)) == (200, True)
    assert answer.content.startswith(beginning)


def test_the_first_look_has_what_the_page_shows(preview: Preview) -> None:
    state = preview.state()
    assert (state["plan"], state["pack"], state["own_pack"]) == (PLAN, None, "office")
    assert state["plans"] == [PLAN, "wrong"]
    assert set(state["packs"]) >= {"office", "iuc-asia"}
    assert [document["file"] for document in state["documents"]] == [f"{PLAN}.pdf", f"{PLAN}.docx"]
    picture = preview.ask(f"/pictures/{state['pages'][0]['name']}.png")
    assert picture.content.startswith(b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]


def test_documents_are_in_the_chosen_pack(preview: Preview) -> None:
    assert preview.ask(DOCUMENT).content != preview.ask(f"{DOCUMENT}?pack=iuc-japan").content


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/documents/wrong.pdf", 404),
        ("/documents/nobody.pdf", 404),
        (f"/documents/{PLAN}.exe", 404),
        (f"/documents/{PLAN}", 404),
        ("/documents/../plans/tianjin-rome.yaml", 404),
        ("/documents/..%2Fplans%2Ftianjin-rome.pdf", 404),
        ("/../../../../etc/passwd", 404),
        ("/pictures/0.png", 404),
        ("/pictures/..%2F..%2Fpage.css.png", 404),
        ("/states?ratio=1000", 400),
        ("/states?ratio=x", 400),
        ("/plans/tianjin-rome.yaml", 404),
    ],
)
def test_unknown_urls_are_refused(preview: Preview, target: str, status: int) -> None:
    assert preview.status(target) == status


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8732", "", "192.168.1.7"])
def test_other_host_names_are_refused(preview: Preview, host: str) -> None:
    assert preview.status("/", Host=host) == 400
    assert preview.status("/", Host="localhost:1234") == 200


@pytest.mark.parametrize("target", ["/states", DOCUMENT, "/page.js"])
def test_requests_of_other_sites_are_refused(preview: Preview, target: str) -> None:
    for site in ("cross-site", "same-site"):
        assert preview.status(target, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors") == 403
    assert preview.status("/page.js", Sec_Fetch_Site="same-origin") == 200


def test_a_link_from_another_site_leads_to_the_page(preview: Preview) -> None:
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert preview.status("/", **headers) == 200


def test_other_sites_may_not_read_embed_or_frame_it(preview: Preview) -> None:
    answer = preview.ask("/", Origin="https://evil.example")
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_it_listens_on_the_loopback_address_only(preview: Preview) -> None:
    port = int(preview.address.rstrip("/").rpartition(":")[2])
    assert preview.address.startswith("http://127.0.0.1:")
    # A server that listens on all addresses would answer at this one as well.
    with socket.socket() as outside:
        outside.settimeout(5)
        assert outside.connect_ex(("127.0.0.2", port)) != 0


def test_an_interruption_ends_it_at_once_while_a_page_is_open(tmp_path: Path) -> None:
    with previewed(write_project(tmp_path)) as preview:
        with preview.asked("/states") as response:
            assert response.readline() == b"retry: 500\n"
            assert preview.interrupt() == 130
        assert not (tmp_path / "out").exists()


def test_a_named_port_that_is_taken_is_a_usage_error(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = ucap(project, "preview", "--port", str(taken.getsockname()[1]), "--json")
    assert (run.code, run.codes) == (2, ["port-refused"])
    assert ucap(project, "preview", "--port", "70000", "--json").codes == ["port-refused"]


def test_an_unknown_plan_is_a_usage_error(tmp_path: Path) -> None:
    run = ucap(write_project(tmp_path), "preview", "tianjin-roma", "--json")
    assert (run.code, run.codes) == (2, ["plan-unknown"])
    assert PLAN in run.report["problems"][0]["hint"]


def test_a_plan_in_another_folder_is_watched(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project")
    plan = tmp_path / "zagreb.yaml"
    plan.write_text(PLAN_TEXT, encoding="utf-8")
    with previewed(project, "../zagreb.yaml") as preview:
        assert preview.state()["plan"] == "zagreb"


@pytest.mark.parametrize("library", ["starlette", "uvicorn", "watchfiles"])
def test_without_the_extra_the_hint_says_how_to_install_it(tmp_path: Path, library: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None; from ucap_reports.cli import main; sys.exit(main(['preview']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=write_project(tmp_path),
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"error[extra-missing]: ucap preview needs the package {library}" in done.stderr
    assert 'pip install "ucap-reports[preview]"' in done.stderr
