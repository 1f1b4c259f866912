"""Tests of mutants in forks of a process that has imported the product and collected the tests.

Most mutants change the code of functions, which is replaced in place, so that a fork only runs the tests of the line.
Those that change what runs when a module is imported are tested in a fork of a process without the product.
"""

import gc
import importlib
import os
import pickle
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import accumulate, pairwise
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import process_time
from types import CodeType, FunctionType
from typing import Any

import pytest
from coverage import Coverage
from msgspec import Struct

from benchmarks.mutants import Mutant

ROOT = Path(__file__).parent.parent
SLOW = "conform or archivable or _any_ or checker or libreoffice or an_office_suite or threads"
"""Tests that are left out, by words of their names: they take longer than a mutant may."""
MOST_SECONDS = 20
"""The seconds that the tests of a mutant take together, without a fault; the slowest are left out."""
HUNG_SECONDS = 3 * MOST_SECONDS
"""The seconds of processor time after which the tests of a mutant count as hung, which is a failure."""
HUNG_WAITING_SECONDS = 15 * MOST_SECONDS
"""The seconds after which they count as hung if they only wait; many, because the machine may be busy."""
MOST_MEMORY = 8 << 30
"""The bytes that tests may write to, in each process.

Addresses that are only reserved do not count (`RLIMIT_AS`): Chromium reserves more than a terabyte.
"""
Times = dict[str, float]
"""The seconds that tests take, by their names in pytest."""


class Finder(MetaPathFinder):
    """Imports the mutant instead of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - the interface
        """Return the mutant as the source of its module."""
        if fullname != module_name(self.mutant.path):
            return None
        return spec_from_file_location(fullname, self.mutant.path, loader=Loader(self.mutant))


class Loader(SourceFileLoader):
    """Compiles the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.path.stem, str(mutant.path))
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the interface
        """Return the compiled mutant."""
        return compiled(self.mutant)


def compiled(mutant: Mutant) -> CodeType:
    """Return the code of the module with the fault."""
    code: CodeType = compile(mutant.tree(), str(mutant.path), "exec")
    return code


def module_name(path: Path) -> str:
    """Return the name by which a module is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def replace_functions(mutant: Mutant) -> None:
    """Give the functions of a module the code of the mutant.

    pytest's process has frozen the objects of the modules that tests import, so that garbage collections skip them.
    """
    gc.unfreeze()
    codes = [compiled(mutant)]
    for code in codes:
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    changed = {(code.co_qualname, code.co_firstlineno): code for code in codes}
    functions = []
    for known in gc.get_objects():
        if isinstance(known, FunctionType) and known.__code__.co_filename == str(mutant.path):
            functions.append(known)
    if not functions:
        raise RuntimeError(f"no function of {mutant.path} is in memory")
    for function in functions:
        function.__code__ = changed[function.__code__.co_qualname, function.__code__.co_firstlineno]


def in_fork(work: Callable[[], Iterable[object]], *, limited: bool = True) -> tuple[Any, float]:
    """Return the last thing that the work yields in a fork, and its processor time; None if it yields nothing.

    The results are in a file, because a pipe is open as long as any process that the work has started. Those that are
    left are killed. The user's cache is empty, since what it keeps was made without the fault. `limited` is for work
    that counts as hung after some time.
    """
    with TemporaryFile() as results, TemporaryDirectory(prefix="ucap-tests-") as cache:
        child = os.fork()
        if not child:
            try:
                os.setsid()
                os.environ["UCAP_CACHE_DIR"] = cache
                resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
                if limited:
                    resource.setrlimit(resource.RLIMIT_CPU, (HUNG_SECONDS, HUNG_SECONDS))
                    signal.alarm(HUNG_WAITING_SECONDS)
                for result in work():
                    pickle.dump(result, results)
                    results.flush()
            except BaseException:  # noqa: BLE001 - the fork ends here
                traceback.print_exc()
            finally:
                os._exit(0)
        used = os.wait4(child, 0)[2]
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        results.seek(0)
        last = None
        with suppress(EOFError, pickle.UnpicklingError):
            while True:
                last = pickle.load(results)  # noqa: S301 - written above
    return last, used.ru_utime + used.ru_stime


def silence() -> None:
    """Print nothing from now on."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def pytest_passes(tests: Iterable[str], plugin: object, *, long: bool) -> bool:
    """Whether pytest passes with a plugin of ours; `long` runs the tests with this marker, too."""
    selection = ("-m", "" if long else "not long", "-k", f"not ({SLOW})")
    options = ("-x", "-q", "-n0", "--capture=sys", "-p", "no:cacheprovider")
    return pytest.main([*selection, *options, *tests], [plugin]) == 0


class Running(Struct):
    """The tests that run each line of each module after its import, all tests, and which of them are long.

    Tests that fail without a mutant are only in `failures`, with the reasons.
    """

    lines: dict[Path, dict[int, Times]]
    every: Times
    long: set[str]
    failures: dict[str, str]

    def times(self, mutant: Mutant, *, long: bool) -> Times:
        """Return the usual or the long tests that may find a fault; of each test file in turn, the fastest first.

        First are those that run its line, then all others, which may use what these have cached.
        """
        running = self.lines[mutant.path].get(mutant.line, {})
        turns: Counter[str] = Counter()
        found: list[tuple[bool, int, str]] = []
        for name in sorted(self.every, key=self.every.__getitem__):
            if (name in self.long) != long:
                continue
            file = name.partition("::")[0]
            found.append((name not in running, turns[file], name))
            turns[file] += 1
        names = [name for _, _, name in sorted(found)]
        totals = accumulate(map(self.every.__getitem__, names))
        return {name: self.every[name] for name, total in zip(names, totals, strict=True) if total < MOST_SECONDS}


class Selection:
    """Runs only these tests, in their order."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Select and sort."""
        items[:] = sorted(
            (each for each in items if each.nodeid in self.names), key=lambda each: self.names.index(each.nodeid)
        )


class TestServer:
    """A plugin that records which tests run each line, and then tests the mutants whose numbers it gets."""

    def __init__(self, modules: list[Path], mutants: list[Mutant], requests: "Connection[Any, Any]") -> None:
        self.modules, self.mutants, self.requests = modules, mutants, requests
        self.reason = ""
        self.coverage = Coverage(data_file=None, config_file=False, include=[str(each) for each in modules])
        self.coverage.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until there are no more requests."""
        if session.testsfailed:  # a file of tests cannot be imported, which pytest reports
            return True
        for module in self.modules:
            importlib.import_module(module_name(module))
        running, _ = in_fork(lambda: self.record(session), limited=False)
        self.coverage.stop()
        self.requests.send(running)
        items = {each.nodeid: each for each in session.items}
        while (request := self.requests.recv()) is not None:
            number, long = request
            mutant = self.mutants[number]
            chosen = [items[name] for name in running.times(mutant, long=long)]
            self.requests.send(in_fork(lambda: self.survives(mutant, session, chosen)))  # noqa: B023 - runs at once
        silence()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the reason why a test fails."""
        if report.failed:
            self.reason = str(getattr(report.longrepr, "reprcrash", None) or report.longreprtext)

    def survives(self, mutant: Mutant, session: pytest.Session, items: list[pytest.Item]) -> Iterator[bool]:
        """Yield whether the tests pass with the mutant."""
        replace_functions(mutant)
        silence()
        yield self.passes(session, items)

    @staticmethod
    def passes(session: pytest.Session, items: list[pytest.Item]) -> bool:
        """Whether tests pass; the following ones are not run if one fails."""
        for item, following in pairwise([*items, None]):
            if item is not None and not session.testsfailed:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not session.testsfailed

    def record(self, session: pytest.Session) -> Iterator[str | Running]:
        """Yield the name of each test before it runs, and at last the tests that run each line of the modules."""
        silence()
        times: Times = {}
        failures = {}
        for item in session.items:
            yield item.nodeid
            self.coverage.switch_context(item.nodeid)
            start = process_time()
            if self.passes(session, [item]):
                times[item.nodeid] = process_time() - start
            else:
                failures[item.nodeid] = self.reason
                session.testsfailed = 0
            self.coverage.switch_context("")
        data = self.coverage.get_data()
        lines = {}
        for module in self.modules:
            lines[module] = {
                line: {each: times[each] for each in tests if each in times}
                for line, tests in data.contexts_by_lineno(str(module)).items()
                if "" not in tests
            }
        long = {item.nodeid for item in session.items if item.get_closest_marker("long")}
        yield Running(lines, times, long, failures)


class MutantTests:
    """The tests of an area, which find the faults of its modules or not.

    `seconds` is the processor time of all mutants so far, `failures` the reasons why tests fail without a mutant, and
    `ended` why no mutant can be tested, if so.
    """

    def __init__(self, modules: list[Path], tests: list[str], mutants: list[Mutant], *, long: bool) -> None:
        self.mutants = mutants
        self.seconds = 0.0
        self.failures: dict[str, str] = {}
        self.ended = ""
        self.requests, theirs = Pipe()
        if not os.fork():
            self.requests.close()
            pytest_passes(tests, TestServer(modules, mutants, theirs), long=long)
            os._exit(0)
        theirs.close()
        try:
            running = self.requests.recv()
        except EOFError:
            self.ended = "pytest cannot run the tests"
            return
        if isinstance(running, Running):
            self.running = running
            self.failures = running.failures
        else:
            self.ended = f"{running} ends its process"

    def survives(self, number: int, *, long: bool = False) -> bool:
        """Whether the usual tests, or the long ones, pass with the mutant of this number."""
        mutant = self.mutants[number]
        if mutant.line in self.running.lines[mutant.path]:
            self.requests.send((number, long))
            result, seconds = self.requests.recv()
        else:
            result, seconds = in_fork(lambda: self._imported(mutant, self.running.times(mutant, long=long)))
        self.seconds += seconds
        return result is True

    @staticmethod
    def _imported(mutant: Mutant, times: Times) -> Iterator[bool]:
        if not times:
            yield True
            return
        silence()
        sys.meta_path.insert(0, Finder(mutant))
        yield pytest_passes(dict.fromkeys(name.partition("::")[0] for name in times), Selection(times), long=True)

    def close(self) -> None:
        """End the process of the tests."""
        with suppress(BrokenPipeError):
            self.requests.send(None)
