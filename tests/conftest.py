"""Settings and fixtures for all tests."""

import gc
import os
from collections.abc import Generator, Iterator, Sequence
from functools import cache
from tempfile import TemporaryDirectory

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, is_hypothesis_test, settings

from tests.browser import SHARED_CHROMIUM, browser, context, window
from tests.editor_pages import editor, editor_page
from tests.verapdf import assert_conformant
from ucap_reports.__main__ import MANY_OBJECTS
from ucap_reports.batch import worker_pool
from ucap_reports.batch.build_one_plan import Production, produce_all
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.document_names_and_thumbnails import thumbnail
from ucap_reports.batch.worker_count_and_startup import MIN_JOBS, process_count
from ucap_reports.storage.decoding import Source

__all__ = ["assert_conformant", "browser", "context", "editor", "editor_page", "window"]

# Tests do not fail on slow machines. In CI, Hypothesis generates the same examples in each run.
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


gc.set_threshold(MANY_OBJECTS)  # as in the command: a tenth of the processor time of tests


@pytest.fixture
def rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each document and thumbnail is rendered once for all builds, which write it again."""
    made: dict[Source, Produced | Exception] = {}

    def produced(productions: Sequence[Production]) -> list[Produced | Exception]:
        new = [production for production in productions if production.source not in made]
        made.update(zip((production.source for production in new), produce_all(new), strict=True))
        return [made[production.source] for production in productions]

    monkeypatch.setattr("ucap_reports.batch.build_one_plan.produce_all", produced)
    monkeypatch.setattr(worker_pool, "thumbnail", cache(thumbnail))


def pytest_configure(config: pytest.Config) -> None:
    """Let all processes use a cache that is removed after the tests: other versions remove files from the user's."""
    if "UCAP_CACHE_DIR" not in os.environ:
        folder = TemporaryDirectory(prefix="ucap-tests-")
        os.environ["UCAP_CACHE_DIR"] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_xdist_auto_num_workers() -> int:
    """Start two processes more than there are processors, because some tests wait for a browser, or for builds to end.

    With one more, two processors were used for five sixths of the time.
    """
    return process_count(MIN_JOBS, None) + 2


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let each process import the test modules from another one on, so that they do not all compile the same ones.

    In a new checkout, pytest compiles each module in the process that imports it first, and writes it for the others.
    """
    report = yield
    if isinstance(collector, pytest.Directory):
        number, count = _process(collector.config)
        first = number * len(report.result) // count
        report.result = [*report.result[first:], *report.result[:first]]
    return report


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Measure coverage of the imports in the first process only: all processes import the same modules."""
    number, _ = _process(session.config)
    measured = Coverage.current() if number else None
    if measured is not None:
        measured.stop()
    found = yield
    if measured is not None:
        measured.start()
    return found


def _process(config: pytest.Config) -> tuple[int, int]:
    """Return the number of this process of the tests, from 0, and how many there are."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return 0, 1
    return int(worker["workerid"].removeprefix("gw")), worker["workercount"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in a browser first, and measure no coverage of long tests and of those with generated examples.

    The first process takes the first tests, and the others take over from the end of its list, so that one process
    starts a browser and does not end last. Modules are in the same order in each process, in whatever order it has
    imported them. Long tests, and generated examples, run code again that the others cover, and would take twice as
    long.
    """
    items.sort(key=lambda item: (_is_without_browser(item), item.path))
    for item in items:
        if item.get_closest_marker("long") or _has_generated_examples(item):
            item.add_marker(pytest.mark.no_cover)


def _is_without_browser(item: pytest.Item) -> bool:
    return not isinstance(item, pytest.Function) or "browser" not in item.fixturenames


def _has_generated_examples(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """End the browser before a test that has none, and measure no coverage of the fixtures of a test without coverage.

    pytest-cov pauses only during the call: a server that a fixture starts in a thread would be measured for as long as
    it runs.
    """
    if _is_without_browser(item):
        SHARED_CHROMIUM.close()
    measured = Coverage.current() if item.get_closest_marker("no_cover") else None
    if measured is not None:
        measured.stop()
    yield
    if measured is not None:
        measured.start()


def pytest_collection_finish() -> None:
    """Leave the thousands of tests out of the collections of garbage, which take long with them."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Leave out what has survived a full collection, such as syntax trees: the next would take seconds with it.

    Not within a test: Hypothesis asks the collector who refers to its source of random numbers, and is not told of
    what is left out.
    """
    before = _full_collections()
    yield
    if _full_collections() != before:
        gc.freeze()


def _full_collections() -> int:
    return int(gc.get_stats()[2]["collections"])


def pytest_sessionfinish() -> None:
    """End the browser, and collect garbage once, to report what is not closed.

    pytest collects it five times, now without old objects.
    """
    SHARED_CHROMIUM.close()
    gc.collect()
    gc.freeze()
