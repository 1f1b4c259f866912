"""Mutation testing: how many small faults in a module do its tests find?

    .venv/bin/python -m benchmarks.mutation [--only WORD] [--seconds 1200] [--seed 0]

Takes a random sample of the mutants of each area, within the processor time, and prints the survivors: faults that no
test of the area finds. Each mutant is tested first by the tests that run its line, then by the others of its area, the
fastest first, for up to 20 seconds.
"""

import argparse
import importlib
import os
import random
from itertools import chain, zip_longest

from benchmarks.mutant_tests import ROOT, MutantTests
from benchmarks.mutants import Mutant, mutants

PRODUCT = ROOT / "ucap_reports"
LIBRARIES = (
    *("babel.numbers", "fontTools.ttLib", "jinja2", "jpype", "lxml.etree", "markdown_it", "pikepdf"),
    *("PIL.Image", "pydantic", "pypdfium2", "reportlab.pdfgen.canvas", "uharfbuzz", "yaml"),
)


class Area:
    """Modules, and the tests that are to find their faults."""

    def __init__(self, modules: str, *tests: str) -> None:
        self.modules = sorted(PRODUCT.glob(modules))
        self.tests = [f"tests/test_{each}.py" for each in tests]


AREAS = {
    "plan": Area(
        "plan/**/*.py",
        *("plan", "quantities", "dates", "vocabulary", "scalars", "invalid_plans", "name_hints", "plan_schema"),
        *("validation", "yaml_syntax_errors", "stray_markup", "compose", "facts", "reference", "check_beside_errors"),
        *("pack_names", "diff", "passages", "po_files", "replies", "translations", "value_edits", "reply_merge"),
        "editor_change_merge",
    ),
    "summary": Area(
        "summary/*.py",
        *("compose", "facts", "document_titles", "fitted_scale", "render", "number_formats", "label_languages"),
        *("variants", "title_texts", "required_content", "web_page", "wording", "second_language"),
    ),
    "Word's tags": Area(
        "word/compile/*.py",
        *(
            "cell_tags",
            "word_tags",
            "word_fields",
            "fill_word_template",
            "word_problems",
            "rich_text_and_lists",
            "word_left_out",
        ),
        *("package_security", "content_security", "word_unpublished", "word_shipped", "theme", "watermark"),
        *("paper_sizes", "word_borders", "word_programs", "fitted_scale", "tag_check"),
    ),
    "PDF's tags": Area(
        "pdf/file/tag_tree.py", "pdf_tags", "next_standard", "pdf_layout", "document_titles", "links", "label_languages"
    ),
}


def sample(area: Area, seed: int) -> list[Mutant]:
    """All mutants of an area in random order."""
    found = [each for path in area.modules for each in mutants(path)]
    random.Random(seed).shuffle(found)  # noqa: S311 - a sample, not a secret
    return found


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
    samples = {name: sample(area, options.seed) for name, area in areas.items()}
    tests = {name: MutantTests(area.modules, area.tests, samples[name]) for name, area in areas.items()}
    tested, survived = dict.fromkeys(areas, 0), dict.fromkeys(areas, 0)
    numbered = [[(name, *each) for each in enumerate(samples[name])] for name in areas]
    for name, number, mutant in filter(None, chain.from_iterable(zip_longest(*numbered))):
        if sum(each.seconds for each in tests.values()) > options.seconds:
            break
        tested[name] += 1
        if tests[name].survives(number):
            survived[name] += 1
            print(f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.fault}", flush=True)
    for name in areas:
        tests[name].close()
        print(f"{name:14}{tested[name]:5} of {len(samples[name])} mutants tested, {survived[name]} survived")


if __name__ == "__main__":
    main()
