"""Mutation testing: how many small faults in a module do its tests find?

    .venv/bin/python -m benchmarks.mutation [--only WORD] [--seconds 1200] [--seed 0]

Takes a random sample of the mutants of each area, within the processor time, and prints the survivors: faults that no
test of the area finds. Each mutant is tested in a fork of a process that has imported the libraries, not the product.
"""

import argparse
import importlib
import io
import os
import random
import resource
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import chain, zip_longest
from pathlib import Path
from types import CodeType

import pytest

from benchmarks.mutants import Mutant, mutants

ROOT = Path(__file__).parent.parent
PRODUCT = ROOT / "ucap_reports"
LIBRARIES = (
    *("babel.numbers", "fontTools.ttLib", "jinja2", "jpype", "lxml.etree", "markdown_it", "pikepdf"),
    *("PIL.Image", "pydantic", "pypdfium2", "reportlab.pdfgen.canvas", "uharfbuzz", "yaml"),
)
SLOW = "conform or archivable or any_ or checker or libreoffice or office or threads"
"""Tests that are left out, by words of their names: they take longer than a mutant may."""
MUTANT_SECONDS = 120
"""Processor time after which the tests of a mutant count as hung, which is a failure."""


class Area:
    """Modules, and the tests that are to find their faults."""

    def __init__(self, modules: str, *tests: str) -> None:
        self.modules = modules
        self.tests = [f"tests/test_{each}.py" for each in tests]


AREAS = {
    "plan": Area(
        "plan/*.py",
        *("plan", "quantities", "dates", "vocabulary", "scalars", "invalid_plans", "name_hints", "plan_schema"),
        *("validation", "yaml_mistakes", "stray_markup", "compose", "facts"),
    ),
    "summary": Area(
        "summary/*.py",
        *("compose", "facts", "document_titles", "text_scale", "render_plan", "number_formats", "label_languages"),
        *("variants", "title_texts", "required_content", "web_page"),
    ),
    "Word's tags": Area(
        "word/compile/*.py",
        *("cell_tags", "docxtpl_tags", "word_fields", "fill_word", "word_problems", "rich_text_runs", "word_left_out"),
        *("package_security", "content_security", "word_unpublished", "word_shipped", "theme", "watermark"),
    ),
    "PDF's tags": Area("pdf/file/tag_tree.py", "pdf_tags", "next_standard", "pdf_layout", "document_titles", "links"),
}


class Finder(MetaPathFinder):
    """Imports the mutant instead of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts)

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - the interface
        """The mutant as the source of its module."""
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.mutant.path, loader=Loader(self.mutant))


class Loader(SourceFileLoader):
    """Compiles the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.path.stem, str(mutant.path))
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the interface
        """The compiled mutant."""
        code: CodeType = compile(self.mutant.tree(), self.path, "exec")
        return code


def survives(mutant: Mutant | None, tests: list[str]) -> bool:
    """Whether all tests pass with the mutant, or with the product as it is."""
    child = os.fork()
    if not child:
        code = 1
        try:
            code = run_tests(mutant, tests)
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def run_tests(mutant: Mutant | None, tests: list[str]) -> int:
    """The exit code of pytest; what it prints is shown if the product has no fault."""
    resource.setrlimit(resource.RLIMIT_CPU, (MUTANT_SECONDS, MUTANT_SECONDS))
    if mutant is not None:
        sys.meta_path.insert(0, Finder(mutant))
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        code = pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", "-k", f"not ({SLOW})", *tests])
    if mutant is None and code:
        print(out.getvalue(), flush=True)
    return int(code)


def sample(area: Area, seed: int) -> list[Mutant]:
    """All mutants of an area in random order."""
    found = [each for path in sorted(PRODUCT.glob(area.modules)) for each in mutants(path)]
    random.Random(seed).shuffle(found)  # noqa: S311 - a sample, not a secret
    return found


def processor_time() -> float:
    """The seconds that all tests have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Test mutants of all areas in turn until the time is used, and print the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only areas whose name contains this")
    parser.add_argument("--seconds", type=float, default=1200, help="processor time for all areas together")
    parser.add_argument("--seed", type=int, default=0, help="another sample")
    options = parser.parse_args()
    os.environ["CI"] = "1"  # Hypothesis generates the same examples each time
    for name in LIBRARIES:
        importlib.import_module(name)
    areas = {name: area for name, area in AREAS.items() if options.only in name}
    for name, area in areas.items():
        if not survives(None, area.tests):
            sys.exit(f"the tests of {name} fail without a fault")
    tested, survived = dict.fromkeys(areas, 0), dict.fromkeys(areas, 0)
    samples = [[(name, each) for each in sample(area, options.seed)] for name, area in areas.items()]
    for name, mutant in filter(None, chain.from_iterable(zip_longest(*samples))):
        if processor_time() > options.seconds:
            break
        tested[name] += 1
        if survives(mutant, areas[name].tests):
            survived[name] += 1
            print(f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.fault}", flush=True)
    for name, mutants_of_area in zip(areas, samples, strict=True):
        print(f"{name:14}{tested[name]:5} of {len(mutants_of_area)} mutants tested, {survived[name]} survived")


if __name__ == "__main__":
    main()
