"""Compiling and rendering templates in several threads at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from tests.stages import example_summary, shipped_pack
from tests.test_jinja import Sheet, at, filled, placed
from ucap_reports.problems import ProblemsFound
from ucap_reports.template.jinja.jinja_templates import CompiledTemplate, compile_template
from ucap_reports.template.jinja.sandbox import sandbox
from ucap_reports.template.xml_templates import compile_markup

pytestmark = pytest.mark.no_cover

THREADS = 8
ROUNDS = 20
Result = TypeVar("Result")


def in_threads(work: Callable[[int], Result], rounds: int = ROUNDS) -> list[list[Result]]:
    """The results of so many calls in each of the threads, which start together."""
    barrier = Barrier(THREADS)

    def run(thread: int) -> list[Result]:
        barrier.wait()
        return [work(thread * rounds + number) for number in range(rounds)]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_templates_are_compiled_and_rendered_in_threads() -> None:
    sandbox.cache_clear()

    def work(number: int) -> str:
        item = "{% macro item(text) %}<{{ text }}>{% endmacro %}"
        rows = "{% for row in summary.rows %}{{ item(row.key) }}{{ (row.label)|kind_p }}{% endfor %}"
        text = f"{item}{rows}{{{{ 1[0:2] if {number} < 0 }}}}{{{{ {number} }}}}"
        return filled(compile_template(text, at, ("p", f"q{number % 3}")), Sheet(), placed)

    for thread, results in enumerate(in_threads(work)):
        for number, result in enumerate(results, thread * ROUNDS):
            assert result == f"<country><p>Country:</p><period><p>Period</p>{number}"


def test_each_thread_has_its_own_problems() -> None:
    template = compile_template("{% for c in summary.columns %}{{ c.nothing }}{{ summary[c] }}{% endfor %}", at)

    def work(number: int) -> list[str]:
        names = tuple(f"n{number}x{each}" for each in range(3))
        try:
            filled(template, Sheet(columns=names), placed)
        except ProblemsFound as found:
            return [each.details["name"] for each in found.problems]
        return []

    for thread, results in enumerate(in_threads(work)):
        for number, result in enumerate(results, thread * ROUNDS):
            assert result == ["nothing", *(f"n{number}x{each}" for each in range(3))]


def test_the_page_template_compiles_to_the_same_code_in_all_threads() -> None:
    pack, summary = shipped_pack(), example_summary()

    def work(_: int) -> tuple[bytes, str]:
        compiled: CompiledTemplate = compile_markup(pack.page_template).compiled
        return compiled.code, filled(compiled, summary, lambda value, _: value.text)

    results = in_threads(work, rounds=5)
    assert len({result for thread in results for result in thread}) == 1
