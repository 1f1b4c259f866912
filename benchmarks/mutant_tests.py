"""Tests of mutants in forks of a process that has imported the product and collected the tests.

Most mutants change the code of functions, which is replaced in place, so that a fork only runs the tests of the line.
Those that change what runs when a module is imported are tested in a fork of a process without the product.
"""

import gc
import importlib
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import accumulate, pairwise
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
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
LIMITS = {resource.RLIMIT_CPU: 240, resource.RLIMIT_AS: 8 << 30}
"""Seconds of processor time and bytes of memory after which tests count as hung, which is a failure."""
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


def in_fork(work: Callable[[], object]) -> tuple[Any, float]:
    """Return what the work returns in a fork, and its processor time; None if it fails or exceeds the limits."""
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if not child:
        for limit, most in LIMITS.items():
            resource.setrlimit(limit, (most, most))
        try:
            theirs.send(work())
        finally:
            os._exit(0)
    theirs.close()
    try:
        result = ours.recv()
    except EOFError:
        result = None
    used = os.wait4(child, 0)[2]
    return result, used.ru_utime + used.ru_stime


def silence() -> None:
    """Print nothing from now on."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def pytest_passes(tests: Iterable[str], plugin: object) -> bool:
    """Whether pytest passes with a plugin of ours."""
    options = ("-m", "", "-x", "-q", "-n0", "--capture=sys", "-p", "no:cacheprovider", "-k", f"not ({SLOW})")
    return pytest.main([*options, *tests], [plugin]) == 0


class Running(Struct):
    """The tests that run each line of each module after its import, and all tests."""

    lines: dict[Path, dict[int, Times]]
    every: Times

    def times(self, mutant: Mutant) -> Times:
        """Return the tests that may find a fault; of each test file in turn, the fastest first.

        First are those that run its line, then all others, which may use what these have cached.
        """
        running = self.lines[mutant.path].get(mutant.line, {})
        turns: Counter[str] = Counter()
        found: list[tuple[bool, int, str]] = []
        for name in sorted(self.every, key=self.every.__getitem__):
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
        self.coverage = Coverage(data_file=None, config_file=False, include=[str(each) for each in modules])
        self.coverage.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until there are no more requests."""
        for module in self.modules:
            importlib.import_module(module_name(module))
        running, seconds = in_fork(lambda: self.record(session))
        self.coverage.stop()
        self.requests.send((running, seconds))
        items = {each.nodeid: each for each in session.items}
        while (number := self.requests.recv()) is not None:
            mutant = self.mutants[number]
            chosen = [items[name] for name in running.times(mutant)]
            self.requests.send(in_fork(partial(self.survives, mutant, session, chosen)))
        return True

    def survives(self, mutant: Mutant, session: pytest.Session, items: list[pytest.Item]) -> bool:
        """Whether the tests pass with the mutant."""
        silence()
        replace_functions(mutant)
        return self.passes(session, items)

    @staticmethod
    def passes(session: pytest.Session, items: list[pytest.Item]) -> bool:
        """Whether tests pass; the following ones are not run if one fails."""
        for item, following in pairwise([*items, None]):
            if item is not None and not session.testsfailed:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not session.testsfailed

    def record(self, session: pytest.Session) -> Running | None:
        """Return the tests that run each line of the modules; None if one fails."""
        times: Times = {}
        for item in session.items:
            self.coverage.switch_context(item.nodeid)
            start = process_time()
            if not self.passes(session, [item]):
                return None
            times[item.nodeid] = process_time() - start
            self.coverage.switch_context("")
        data = self.coverage.get_data()
        lines = {}
        for module in self.modules:
            contexts = data.contexts_by_lineno(str(module))
            lines[module] = {
                line: {each: times[each] for each in tests} for line, tests in contexts.items() if "" not in tests
            }
        return Running(lines, times)


class MutantTests:
    """The tests of an area, which find the faults of its modules or not; `seconds` is the processor time so far."""

    def __init__(self, modules: list[Path], tests: list[str], mutants: list[Mutant]) -> None:
        self.mutants = mutants
        self.requests, theirs = Pipe()
        if not os.fork():
            self.requests.close()
            pytest_passes(tests, TestServer(modules, mutants, theirs))
            os._exit(0)
        theirs.close()
        self.running, self.seconds = self.requests.recv()

    def survives(self, number: int) -> bool:
        """Whether the tests pass with the mutant of this number."""
        mutant = self.mutants[number]
        if mutant.line in self.running.lines[mutant.path]:
            self.requests.send(number)
            result, seconds = self.requests.recv()
        else:
            result, seconds = in_fork(lambda: self._imported(mutant, self.running.times(mutant)))
        self.seconds += seconds
        return result is True

    @staticmethod
    def _imported(mutant: Mutant, times: Times) -> bool:
        silence()
        sys.meta_path.insert(0, Finder(mutant))
        return pytest_passes(dict.fromkeys(name.partition("::")[0] for name in times), Selection(times))

    def close(self) -> None:
        """End the process of the tests."""
        self.requests.send(None)
