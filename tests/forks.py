"""Calls in forks of a process that has the product in memory: as separate as new processes, without their start-up."""

import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from io import TextIOWrapper
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from runpy import run_module
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NamedTuple, NoReturn

from tests.command import ucap


class Order(NamedTuple):
    """A function of a module, and the process that is to call it."""

    function: Callable[..., int | None]
    arguments: tuple[Any, ...]
    folder: Path
    environment: Mapping[str, str]
    processor_seconds: int
    together: bool


class Ended(NamedTuple):
    """How a process ended: its exit code, or minus the signal, and what it printed."""

    code: int
    out: str
    err: str


def forked(
    function: Callable[..., int | None],
    *arguments: Any,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    processor_seconds: int = resource.RLIM_INFINITY,
    together: bool = False,
) -> Ended:
    """The end of a process that calls the function in a folder; a process that exceeds its time is killed.

    Both outputs are in `out` if they are `together`.
    """
    server = _server()
    server.send(Order(function, arguments, folder, environment or {}, processor_seconds, together))
    return server.recv()


def execute(code: str) -> None:
    """Run Python code as `python -c` does."""
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - code of the tests


def command(*words: str) -> None:
    """Run `ucap` with these arguments as `python -m ucap_reports` does."""
    sys.argv[1:] = words
    run_module("ucap_reports", run_name="__main__", alter_sys=True)


@cache
def _server() -> "Connection[Order, Ended]":
    """The process to fork, which ends with this one, which cannot fork safely itself: it may have threads."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    context.Process(target=_serve, args=(theirs,), daemon=True).start()
    theirs.close()
    return ours


def _serve(orders: "Connection[Ended, Order]") -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _load_the_product()
    gc.freeze()  # a collection in a fork would copy the memory of all objects
    while True:
        try:
            order = orders.recv()
        except EOFError:  # the tests have ended
            return
        with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
            child = os.fork()
            if not child:
                os.dup2(out.fileno(), 1)
                os.dup2((out if order.together else err).fileno(), 2)
                _carry_out(order)
            _, status = os.waitpid(child, 0)
            for output in (out, err):
                output.seek(0)
            orders.send(Ended(os.waitstatus_to_exitcode(status), out.read(), err.read()))


def _load_the_product() -> None:
    """Use what commands import or read when they need it first: modules, data of languages, checked packs."""
    with TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "plans").mkdir()
        (project / "plans" / "a.yaml").write_text("cities: [{name: Rome, country: Italy}]\n", encoding="utf-8")
        (project / "templates" / "a").mkdir(parents=True)
        (project / "templates" / "a" / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
        (project / "a.csv").write_text("City,Country\nRome,Italy\n", encoding="utf-8")
        for words in (("build",), ("template", "check", "a"), ("import", "a.csv", "--into", "imported"), ("list",)):
            assert ucap(project, *words, "--json").code == 0


def _carry_out(order: Order) -> NoReturn:
    """Call the function in this process, and end it."""
    code: Any = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (order.processor_seconds, order.processor_seconds))
        for stream in (sys.stdout, sys.stderr):
            assert isinstance(stream, TextIOWrapper)
            stream.reconfigure(line_buffering=False, write_through=True)
        os.chdir(order.folder)
        os.environ.update(order.environment)
        code = order.function(*order.arguments) or 0
    except SystemExit as left:
        code = left.code
    except BaseException:  # noqa: BLE001 - as Python does at the end of a program
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code or 0))
