"""Mutation testing: how many small faults in a module do its tests find?

    .venv/bin/python -m benchmarks.mutation [--only WORD] [--long] [--seconds 1200] [--seed 0]

Runs the tests of each area once to record which lines each of them runs, then tests a random sample of the mutants of
the area within its share of the processor time, and prints the faults that no test of the area finds. Each mutant is
tested first by the tests that run its line, then by the others of its area, the fastest first, for up to 20 seconds.

The tests are those of `make test`. With `--long`, what they do not find is tested by those of the marker `long`, too,
and what only these find is printed as well: a rule without a quick test.
"""

import argparse
import importlib
import os
import random
import sys
from collections import Counter

from benchmarks.mutant_tests import ROOT, MutantTests
from benchmarks.mutants import Mutant, mutants

PRODUCT = ROOT / "ucap_reports"
LIBRARIES = (
    *("babel.numbers", "fontTools.ttLib", "jinja2", "jpype", "lxml.etree", "markdown_it", "pikepdf"),
    *("PIL.Image", "pydantic", "pypdfium2", "reportlab.pdfgen.canvas", "uharfbuzz", "yaml"),
)
USUAL, ONLY_LONG, NONE = "found by usual tests", "only by long tests", "by no test"


class Area:
    """Modules, and the tests that are to find their faults; both are separated by spaces."""

    def __init__(self, modules: str, tests: str) -> None:
        self.modules = sorted(path for pattern in modules.split() for path in PRODUCT.glob(pattern))
        self.tests = [f"tests/test_{name}.py" for name in tests.split()]


AREAS = {
    "plan": Area(
        "plan/*.py",
        """
        plan quantities dates vocabulary scalars invalid_plans name_hints plan_schema validation yaml_syntax_errors
        stray_markup compose facts reference check_beside_errors pack_names diff passages po_files replies translations
        value_edits reply_merge editor_change_merge
        """,
    ),
    "summary": Area(
        "summary/*.py",
        """
        compose facts document_titles fitted_scale render number_formats label_languages variants title_texts
        required_content web_page wording second_language
        """,
    ),
    "Word's tags": Area(
        "word/compile/*.py",
        """
        cell_tags word_tags word_fields fill_word_template word_problems rich_text_and_lists word_left_out
        package_security content_security word_unpublished word_shipped theme watermark paper_sizes word_borders
        word_programs fitted_scale tag_check
        """,
    ),
    "PDF's tags": Area(
        "pdf/file/tag_tree.py", "pdf_tags next_standard pdf_layout document_titles links label_languages"
    ),
    "changed plans": Area(
        "plan/writing/*.py",
        """
        fmt value_edits plan_ids reply_merge editor_change_merge translations translate_command undo_command
        review_edits published_plans
        """,
    ),
    "YAML": Area(
        "source/*.py problems/*.py patterns/*.py",
        """
        yaml_misreadings yaml_parsing yaml_recovery yaml_syntax_errors source_excerpts validation scalars quantities
        invalid_plans name_hints problems wide_characters hostile_text check_beside_errors stray_markup
        """,
    ),
    "imports": Area(
        "importers/*.py",
        """
        import_cells import_contacts import_damaged import_labels import_languages import_lists import_mapping
        import_notes_and_pictures import_pdf import_round_trip import_spreadsheets import_tables import_text
        import_total_rows import_word import_words placeholders mapping_values forms exported_workbook sent_edition
        review review_completeness review_edits review_moves review_packs review_tables tracked_changes annotated_copy
        """,
    ),
    "editor": Area("editor/*.py", "editor_server links_in_editing shortcut review_routes"),
    "builds": Area(
        "batch/*.py",
        """
        build build_notes incremental artifact_cache manifest index index_settings document_options document_identity
        plan_pictures project_settings settings_cache settings_file settings_schema files_kept replies translations
        variants web_page_build undo_command odd_folders published_plans faults interrupted_builds links_in_projects
        """,
    ),
    "commands": Area(
        "cli/*.py __main__.py",
        """
        cli cli_display diff explain_command fmt import_command init_command list_command progress_bar review sign
        shortcut template_commands translate_command typed_paths undo_command odd_inputs
        """,
    ),
    "checks": Area(
        "check/*.py",
        """
        check template_check format_differences label_countries required_content missing_fonts funding title_texts
        spoken_names custom_fields
        """,
    ),
    "pages": Area(
        "page/*.py",
        """
        fill_page read_page read_page_problems charts emblem fitted_scale measured_lines svg_drawing added_field theme
        theme_use page_margins picture_objects scaled_blocks contact_panel element_examples width_check book shapes
        list_markers custom_tables glance
        """,
    ),
    "web pages": Area(
        "html/*.py", "web_page web_page_build capitals theme box_borders charts list_markers shapes glance"
    ),
    "PDF layout": Area(
        "pdf/*.py pdf/layout/*.py pdf/text/*.py",
        """
        pdf_layout pagination page_layout page_margins line_breaking line_filling measured_lines shaping right_to_left
        bidi hyphenation list_markers font_fallback watermark charts contact_panel box_borders modern_pack capitals
        """,
    ),
    "PDF files": Area(
        "pdf/file/[!t]*.py",
        """
        pdf_objects sign signed_files signed_revisions metadata font_embedding links watermark next_standard emblem
        pdf_layout picture_objects reference_cycles
        """,
    ),
    "fonts": Area("fonts/*.py", "fonts font_cache font_embedding font_fallback font_work missing_fonts pack_opening"),
    "pictures": Area(
        "pictures/*.py", "prepare_picture picture_workflows plan_pictures svg_references svg_drawing pack_logo"
    ),
    "files": Area(
        "storage/*.py",
        """
        artifact_cache atomic_files bounded_cache decoding git_security installation project_folder pdf_reading
        zip_package links_in_projects odd_folders odd_inputs file_locks
        """,
    ),
    "packs": Area(
        "template/*.py template/jinja/*.py",
        """
        jinja jinja_errors template_filters template_names template_untrusted template_threads theme theme_use
        pack_limits pack_logo pack_names pack_opening pack_recovery pack_rows lengths_and_colours paper_sizes
        markup_problems funding number_formats
        """,
    ),
    "texts": Area(
        "text/*.py",
        """
        bidi bullet_lines capitals field_marks hyphenation links list_markers markdown_source markup
        markup_problems punctuation text_comparison charts wide_characters passages stray_markup line_filling variants
        pack_names translations template_check word_accessibility book
        """,
    ),
    "Word files": Area(
        "word/*.py word/file/*.py word/render/*.py word/writer/*.py",
        """
        word_writer word_tags word_fields fill_word_template word_measures rich_text_and_lists cell_tags
        joined_documents annotated_copy tracked_changes template_export shapes watermark word_shipped
        custom_field_properties metadata word_accessibility bilingual capitals contact_panel word_left_out right_to_left
        """,
    ),
}


def sample(area: Area, seed: int) -> list[Mutant]:
    """Return all mutants of an area in random order."""
    found = [mutant for path in area.modules for mutant in mutants(path)]
    random.Random(seed).shuffle(found)  # noqa: S311 - a sample, not a secret
    return found


def outcome(tests: MutantTests, number: int, *, long: bool) -> str:
    """Return which tests find the mutant of this number."""
    if not tests.survives(number):
        return USUAL
    if long and not tests.survives(number, long=True):
        return ONLY_LONG
    return NONE


def test_area(name: str, found: list[Mutant], tests: MutantTests, seconds: float, *, long: bool) -> None:
    """Test mutants of an area until the time is used, and print the faults that its usual tests do not find."""
    counts: Counter[str] = Counter()
    for number, mutant in enumerate(found):
        if tests.seconds > seconds:
            break
        result = outcome(tests, number, long=long)
        counts[result] += 1
        if result != USUAL:
            print(f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.fault}: {result}", flush=True)
    columns = [USUAL, ONLY_LONG, NONE] if long else [USUAL, NONE]
    results = ", ".join(f"{counts[column]} {column}" for column in columns)
    print(f"{name}: {counts.total()} of {len(found)} mutants tested, {results}", flush=True)


def main() -> None:
    """Test mutants of each area. The exit code is 1 if a test fails without a mutant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only areas whose name contains this")
    parser.add_argument("--long", action="store_true", help="report what only tests with the marker `long` find")
    parser.add_argument("--seconds", type=float, default=1200, help="processor time for the mutants of all areas")
    parser.add_argument("--seed", type=int, default=0, help="another sample")
    options = parser.parse_args()
    os.environ["CI"] = "1"  # Hypothesis generates the same examples each time
    os.environ.pop("PYTEST_ADDOPTS", None)  # such as `--cov`, which would measure the recording of lines
    for name in LIBRARIES:
        importlib.import_module(name)
    areas = {name: area for name, area in AREAS.items() if options.only in name}
    failed = False
    for name, area in areas.items():
        found = sample(area, options.seed)
        tests = MutantTests(area.modules, area.tests, found, long=options.long)
        for test, reason in tests.failures.items():
            print(f"{name}: {test} is left out, because it fails without a mutant: {reason}", flush=True)
        if tests.ended:
            print(f"{name}: no mutants tested: {tests.ended}", flush=True)
        else:
            test_area(name, found, tests, options.seconds / len(areas), long=options.long)
        tests.close()
        failed = failed or bool(tests.failures or tests.ended)
    sys.exit(failed)


if __name__ == "__main__":
    main()
