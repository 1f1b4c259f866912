"""`ucap diff REVISION` in a repository of a stranger: no setting runs a program, and no planted git is started.

Each attack is also run without the guard, to show that it works.
"""

import os
import pty
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.command import ucap, write_plan
from tests.selected_cases import every
from ucap_reports.storage import git_revisions
from ucap_reports.storage.git_revisions import NoRevisionError, files_at, find_git
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES

pytestmark = pytest.mark.no_cover

REVISIONS = ("HEAD", "HEAD~0", ":plans/rome.yaml", "HEAD@{1}", "HEAD@{upstream}", ":/edition", "HEAD:plans/rome.yaml")
"""Revisions for which git reads its index, its logs or its settings."""


class Repository:
    """A project in a repository, and a program that leaves a file where it ran."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "project"
        self.marker = folder / "ran"
        self.program = self.plant(folder / "evil")
        self.root.mkdir()
        self.git("init", "-q")
        write_plan(self.root, "rome.yaml", "cities: [{name: Rome}]\n")
        (self.root / ".gitattributes").write_text("*.yaml diff=evil filter=evil merge=evil\n", encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "edition")
        self.blob = self.git("rev-parse", "HEAD:plans/rome.yaml").strip()

    def plant(self, path: Path) -> Path:
        """Write a program that leaves the marker."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n: > '{self.marker}'\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def git(self, *words: str) -> str:
        """Run git without any guard."""
        user = ["-c", "user.email=a@example.org", "-c", "user.name=a"]
        command = ["git", *user, *words]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True).stdout

    def attempt(self, *words: str) -> None:
        """Run git without any guard on a terminal, whatever its exit code is."""
        terminal, output = pty.openpty()
        environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "TERM": "xterm"}
        user = ["-c", "user.email=a@example.org", "-c", "user.name=a"]
        subprocess.run(
            ["git", *user, *words],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=environment,
            check=False,
            timeout=60,
        )
        os.close(output)
        os.close(terminal)

    def set(self, settings: Mapping[str, str]) -> None:
        for name, value in settings.items():
            self.git("config", name, value)

    def lose_blob(self, url: str = ".", **settings: str) -> None:
        """Remove the content of the plan, and say that a remote has it."""
        object_file = self.root / ".git" / "objects" / self.blob[:2] / self.blob[2:]
        object_file.unlink(missing_ok=True)
        self.set({"remote.origin.url": url, "remote.origin.promisor": "true"})
        self.set({"core.repositoryFormatVersion": "1", "extensions.partialClone": "origin"})
        self.set({f"remote.origin.{name}": value for name, value in settings.items()})


class Attack(NamedTuple):
    """How a stranger prepares a repository, and the command that runs the program without the guard."""

    prepare: Callable[[Repository], object]
    command: tuple[str, ...]


FETCH = ("cat-file", "blob", "HEAD:plans/rome.yaml")


def by_url(url: str, **settings: str) -> Callable[[Repository], None]:
    """A plan that git gets from an address; `{program}` is the planted program. `__` is a dot in names of settings."""

    def prepare(repository: Repository) -> None:
        values = {name: value.format(program=repository.program) for name, value in settings.items()}
        repository.lose_blob(url.format(program=repository.program))
        repository.set({"protocol.allow": "always"})
        repository.set({name.replace("__", "."): value for name, value in values.items()})

    return prepare


def setting(name: str, value: str = "{program}") -> Callable[[Repository], None]:
    return lambda repository: repository.set({name: value.format(program=repository.program)})


def empty_protocol(repository: Repository) -> None:
    repository.lose_blob(vcs="")
    repository.set({"alias.remote-": f"!{repository.program}"})


def fsmonitor(repository: Repository) -> None:
    repository.git("update-index", "--fsmonitor")
    repository.set({"core.fsmonitor": str(repository.program), "core.fsmonitorHookVersion": "1"})


def hooks(repository: Repository, folder: str = ".git/hooks") -> None:
    for name in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman", "pre-auto-gc"):
        repository.plant(repository.root / folder / name)


def other_hooks(repository: Repository) -> None:
    hooks(repository, "hooks")
    repository.set({"core.hooksPath": "hooks"})


def included(repository: Repository, name: str = "include.path") -> None:
    """Settings in a file of the project."""
    by_url("ext::{program} x", protocol__ext__allow="always")(repository)
    settings = repository.root / "settings"
    (repository.root / ".git" / "config").rename(settings)
    lines = "[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n"
    (repository.root / ".git" / "config").write_text(lines, encoding="utf-8")
    repository.set({name: str(settings)})


def worktree_settings(repository: Repository) -> None:
    by_url("ext::{program} x")(repository)
    repository.set({"extensions.worktreeConfig": "true"})
    repository.git("config", "--worktree", "protocol.ext.allow", "always")


def bare_repository(repository: Repository) -> None:
    """The project is itself the folder of a repository, as any folder can be."""
    by_url("ext::{program} x", protocol__ext__allow="always")(repository)
    repository.set({"core.bare": "true"})
    for path in (repository.root / ".git").iterdir():
        path.rename(repository.root / path.name)
    (repository.root / ".git").rmdir()


def gitdir_file(repository: Repository) -> None:
    """The repository is in another folder of the project, and its work tree elsewhere."""
    by_url("ext::{program} x", protocol__ext__allow="always")(repository)
    repository.set({"core.worktree": str(repository.folder)})
    (repository.root / ".git").rename(repository.root / "plans" / "data")
    (repository.root / ".git").write_text("gitdir: plans/data\n", encoding="utf-8")


ATTACKS = {
    "ext": Attack(by_url("ext::{program} x", protocol__ext__allow="always"), FETCH),
    "uploadpack": Attack(by_url(".", remote__origin__uploadpack="{program};"), FETCH),
    "ssh": Attack(by_url("ssh://example.invalid/x", core__sshCommand="{program}"), FETCH),
    "ssh with an allowed protocol": Attack(
        by_url("ssh://example.invalid/x", core__sshCommand="{program}", protocol__ssh__allow="always"), FETCH
    ),
    "proxy": Attack(by_url("git://example.invalid/x", core__gitProxy="{program}"), FETCH),
    "helper of a protocol": Attack(by_url("evil::x", **{"alias__remote-evil": "!{program}"}), FETCH),
    "vcs": Attack(by_url(".", remote__origin__vcs="none", **{"alias__remote-none": "!{program}"}), FETCH),
    "empty protocol": Attack(empty_protocol, FETCH),
    "included": Attack(included, FETCH),
    "included on a condition": Attack(lambda repository: included(repository, "includeIf.gitdir:/**.path"), FETCH),
    "settings of a work tree": Attack(worktree_settings, FETCH),
    "bare repository": Attack(bare_repository, FETCH),
    "gitdir file": Attack(gitdir_file, FETCH),
    "fsmonitor": Attack(fsmonitor, ("status",)),
    "hooks": Attack(hooks, ("update-ref", "refs/heads/x", "HEAD")),
    "folder of hooks": Attack(other_hooks, ("update-ref", "refs/heads/x", "HEAD")),
    "filter": Attack(setting("filter.evil.smudge"), ("cat-file", "--filters", "HEAD:plans/rome.yaml")),
    "filter process": Attack(setting("filter.evil.process"), ("cat-file", "--filters", "HEAD:plans/rome.yaml")),
    "textconv": Attack(setting("diff.evil.textconv"), ("cat-file", "--textconv", "HEAD:plans/rome.yaml")),
    "diff driver": Attack(setting("diff.evil.command"), ("log", "-p", "--ext-diff")),
    "external diff": Attack(setting("diff.external"), ("log", "-p", "--ext-diff")),
    "pager": Attack(setting("core.pager"), ("log",)),
    "pager of a command": Attack(setting("pager.ls-tree"), ("ls-tree", "HEAD")),
    "editor": Attack(setting("core.editor"), ("commit", "--allow-empty")),
    "gpg": Attack(setting("gpg.program"), ("commit", "--allow-empty", "-S", "-m", "x")),
    "alias": Attack(setting("alias.evil", "!{program}"), ("evil",)),
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def read_revisions(repository: Repository) -> None:
    for revision in REVISIONS:
        ucap(repository.root, "diff", revision)


@pytest.mark.parametrize("name", every(6, ATTACKS))
def test_settings_of_a_repository_run_no_program(repository: Repository, name: str) -> None:
    attack = ATTACKS[name]
    attack.prepare(repository)

    read_revisions(repository)
    assert not repository.marker.exists()

    repository.attempt(*attack.command)
    assert repository.marker.exists(), "the attack does not work"


@pytest.mark.parametrize(
    ("guard", "name"),
    every(
        5,
        product(
            ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"],
            [name for name, attack in ATTACKS.items() if attack.command == FETCH],
        ),
    ),
)
def test_each_guard_against_fetching_is_sufficient(
    repository: Repository, name: str, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions of git before 2024 do not know `GIT_NO_LAZY_FETCH`."""
    environment = git_revisions.guarded_environment

    def other_guards() -> dict[str, str]:
        return {variable: value for variable, value in environment().items() if variable != guard}

    monkeypatch.setattr(git_revisions, "guarded_environment", other_guards)
    ATTACKS[name].prepare(repository)

    read_revisions(repository)

    assert not repository.marker.exists()


def test_a_project_that_looks_like_a_repository_has_no_revisions(repository: Repository) -> None:
    repository.set({"core.bare": "true"})
    for path in (repository.root / ".git").iterdir():
        path.rename(repository.root / path.name)
    (repository.root / ".git").rmdir()
    repository.git("rev-parse", "HEAD")

    assert ucap(repository.root, "diff", "HEAD~0", "--json").codes == ["diff-unknown"]


def settings_of_git() -> list[str]:
    """The names of all settings that git knows, with a name where any is possible."""
    listed = subprocess.run(["git", "help", "--config"], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in listed.splitlines() if re.fullmatch(r"[a-zA-Z]+\..+", line.strip())]
    words = {"remote": "origin", "diff": "evil", "filter": "evil", "merge": "evil", "protocol": "file"}
    settings: list[str] = []
    for name in names:
        section = name.partition(".")[0]
        settings.append(re.sub(r"<[^>]+>", words.get(section, "main"), name).replace("*", "helper"))
    return settings


def unreadable(repository: Repository) -> bool:
    """Whether git refuses the settings, so that the test proves nothing about them."""
    try:
        files_at(repository.root, "HEAD", "plans")
    except NoRevisionError as error:
        return error.form == ""
    return False


@pytest.mark.long
def test_no_setting_that_git_knows_runs_a_program(repository: Repository) -> None:
    """Set each to the program: many at once, as long as git accepts their values.

    Git refuses those that take numbers or certain words before it reads anything.
    """
    repository.lose_blob()
    repository.git("update-index", "--fsmonitor")
    config = repository.root / ".git" / "config"
    plain = config.read_text(encoding="utf-8")
    batches = [settings_of_git()]
    assert len(batches[0]) > 500
    refused: list[str] = []
    while batches:
        names = batches.pop()
        lines = []
        for name in names:
            section, _, key = name.partition(".")
            middle, _, key = key.rpartition(".")
            heading = f'[{section} "{middle}"]' if middle else f"[{section}]"
            lines.append(f"{heading}\n{key} = {repository.program}\n")
        config.write_text(plain + "".join(lines), encoding="utf-8")
        if not unreadable(repository):
            continue
        if len(names) == 1:
            refused += names
        else:
            half = len(names) // 2
            batches += [names[:half], names[half:]]
    assert not repository.marker.exists()
    assert len(refused) < 150
    program = re.compile(
        "(cmd|command|program|helper|pager|editor|proxy|textconv|external|smudge|askpass|vcs|pack)$", re.IGNORECASE
    )
    assert [name for name in refused if program.search(name) and not name.startswith(("advice.", "color."))] == []


class Server(BaseHTTPRequestHandler):
    """A server that requires a password."""

    def do_GET(self) -> None:
        self.server.requests += 1  # type: ignore[attr-defined] # the counter of this test
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Server) as listening:
        listening.requests = 0  # type: ignore[attr-defined] # the counter of this test
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize("name", every(2, ["credential.helper", "core.askPass"]))
def test_no_request_is_sent_and_no_password_asked_for(repository: Repository, server: HTTPServer, name: str) -> None:
    by_url(f"http://127.0.0.1:{server.server_port}/x", protocol__http__allow="always")(repository)
    repository.set({name: str(repository.program)})

    read_revisions(repository)
    assert (server.requests, repository.marker.exists()) == (0, False)  # type: ignore[attr-defined] # see above

    repository.attempt(*FETCH)
    assert (server.requests > 0, repository.marker.exists()) == (True, True)  # type: ignore[attr-defined] # see above


@pytest.mark.parametrize(
    "path", [".", "", "bin", "./bin", "{root}", "{root}/bin", "{root}/../project/bin", "{link}", "../tools"]
)
def test_git_in_the_project_or_the_current_folder_is_not_started(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    repository.plant(repository.root / "git")
    repository.plant(repository.root / "bin" / "git")
    repository.plant(repository.folder / "tools" / "git")
    link = repository.folder / "link"
    link.symlink_to(repository.root / "bin")
    planted = path.format(root=repository.root, link=link)
    monkeypatch.setenv("PATH", os.pathsep.join([planted, os.environ["PATH"]]))

    run = ucap(repository.root, "diff", "HEAD", "--json")

    assert (run.code, repository.marker.exists()) == (0, False)


def test_git_is_found_after_a_folder_that_the_system_refuses(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in which the user may not look, such as that of another user, is refused in the same way."""
    monkeypatch.setenv("PATH", os.pathsep.join([f"/{'x' * 300}", os.environ["PATH"]]))

    assert ucap(repository.root, "diff", "HEAD", "--json").code == 0


def test_git_in_the_current_folder_is_not_started_for_another_project(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads = repository.plant(repository.folder / "downloads" / "git").parent
    monkeypatch.setenv("PATH", os.pathsep.join([str(downloads), os.environ["PATH"]]))

    run = ucap(downloads, "--root", str(repository.root), "diff", "HEAD", "--json")

    assert (run.code, repository.marker.exists()) == (0, False)


def test_windows_starts_git_exe_of_the_path_alone(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.chdir(repository.root)
    for planted in ("git.exe", "git.bat", "git.cmd", "git"):
        repository.plant(repository.root / planted)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRevisionError):
        find_git(repository.root)

    installed = repository.folder / "Git" / "cmd"
    repository.plant(installed / "git.bat")
    monkeypatch.setenv("PATH", os.pathsep.join([".", str(repository.root), str(installed)]))
    with pytest.raises(NoRevisionError):
        find_git(repository.root)
    repository.plant(installed / "git.exe")
    assert find_git(repository.root) == installed / "git.exe"


def forms(repository: Repository, revision: str = "HEAD") -> str:
    with pytest.raises(NoRevisionError) as raised:
        files_at(repository.root, revision, "plans")
    return raised.value.form


def test_missing_files_are_an_error_that_says_how_to_get_them(repository: Repository) -> None:
    repository.lose_blob()
    run = ucap(repository.root, "diff", "HEAD")

    assert run.code == 2
    assert "does not contain all files" in run.err
    assert "--refetch" in run.err


def test_missing_files_can_be_fetched_as_the_error_says(repository: Repository) -> None:
    """The command of the hint, in a partial clone."""
    clone = repository.folder / "clone"
    repository.set({"uploadpack.allowFilter": "true"})
    url = f"file://{repository.root}"
    repository.git("clone", "-q", "--filter=blob:none", "--no-checkout", url, str(clone))
    assert ucap(clone, "diff", "HEAD").code == 2

    subprocess.run(["git", "fetch", "-q", "--refetch", "--no-filter"], cwd=clone, check=True)

    (clone / "plans").mkdir()
    assert [each["status"] for each in ucap(clone, "diff", "HEAD", "--json").report["plans"]] == ["removed"]


def test_settings_that_never_end_are_an_error(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_revisions, "MAX_GIT_SECONDS", 0.5)
    os.mkfifo(repository.root / "pipe")
    repository.set({"include.path": "../pipe"})
    assert forms(repository) == "slow"


def test_large_files_of_a_revision_are_not_read(repository: Repository) -> None:
    write_plan(repository.root, "large.yaml", " " * (MAX_TEXT_FILE_BYTES + 1))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "large")
    (repository.root / "plans" / "large.yaml").unlink()

    run = ucap(repository.root, "diff", "HEAD", "--json")

    assert (run.code, run.codes) == (1, ["file-too-large"])
    assert run.report["problems"][0]["path"] == "HEAD:plans/large.yaml"


@pytest.mark.parametrize("limit", ["MAX_GIT_FOLDER_BYTES", "MAX_GIT_BYTES"])
def test_a_revision_that_is_too_large_is_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(git_revisions, limit, 10)
    assert forms(repository) == "large"


def test_equal_files_count_once(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (repository.root / "plans" / "rome.yaml").read_bytes()
    monkeypatch.setattr(git_revisions, "MAX_GIT_BYTES", len(content))
    for number in range(20):
        (repository.root / "plans" / f"{number}.yaml").write_bytes(content)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "copies")
    assert len(files_at(repository.root, "HEAD", "plans")) == 21
