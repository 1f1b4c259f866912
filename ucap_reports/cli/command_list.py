"""The commands there are, with their options and what `--help` says of them."""

from pathlib import Path

from ucap_reports.cli.argument_parser import PROGRAM, Command, Parser, format_option, jobs_option, language_option
from ucap_reports.cli.template_command_list import TEMPLATE_COMMANDS

EXIT_CODES = """\
exit codes: 0 done, 1 errors, 2 wrong use, 3 warnings under --strict, 130 interrupted"""


def _init_options(parser: Parser) -> None:
    parser.names.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="where; the current folder unless named"
    )


def _new_options(parser: Parser) -> None:
    parser.names.add_argument("id", metavar="ID", help="the plan's id, such as tianjin-rome; it names the documents")


def _plans_option(parser: Parser) -> None:
    parser.names.add_argument(
        "plans", nargs="*", metavar="PLAN", help="the plan's id, or its file; all plans unless named"
    )


def _strict_option(parser: Parser) -> None:
    parser.own.add_argument("--strict", action="store_true", help="exit code 3 when there are warnings")


def _check_options(parser: Parser) -> None:
    _plans_option(parser)
    _strict_option(parser)


def _build_options(parser: Parser) -> None:
    _plans_option(parser)
    parser.own.add_argument(
        "--format",
        action="append",
        type=format_option,
        dest="formats",
        metavar="FORMAT",
        help="pdf or docx; may be given twice; both unless named",
    )
    parser.own.add_argument("--template", metavar="NAME", help="the template pack, instead of the plan's own")
    parser.own.add_argument(
        "--language", type=language_option, metavar="TAG", help="the language of the row labels, such as zh"
    )
    parser.own.add_argument("--out", default="out", metavar="DIR", help="where, in the project; out unless named")
    parser.own.add_argument(
        "--jobs", type=jobs_option, metavar="N", help="worker processes when there is much to build; one a core"
    )
    parser.own.add_argument(
        "--scheduler", metavar="ADDRESS", help="have a Dask cluster do the work, such as tcp://host:8786"
    )
    parser.own.add_argument("--force", action="store_true", help="rebuild what is unchanged, too")
    parser.own.add_argument(
        "--overwrite-edited", action="store_true", help="overwrite documents that were edited after they were built"
    )
    parser.own.add_argument("--dry-run", action="store_true", help="show what would be built, and why; write nothing")
    parser.own.add_argument("--prune", action="store_true", help="remove documents of deleted plans")
    parser.own.add_argument(
        "--no-index", action="store_false", dest="index", help="leave out/index.html and its pictures as they are"
    )
    _strict_option(parser)


def _fmt_options(parser: Parser) -> None:
    _plans_option(parser)
    parser.own.add_argument(
        "--check", action="store_true", help="write nothing; an error for each plan that would change"
    )


def _import_options(parser: Parser) -> None:
    parser.names.add_argument("files", nargs="+", metavar="FILE", help="a table, a Word summary or a text dump")
    parser.own.add_argument("--into", default="plans", metavar="DIR", help="where, in the project; plans unless named")
    parser.own.add_argument("--columns", type=Path, metavar="MAP", help="a file that says which column is what")
    parser.own.add_argument("--force", action="store_true", help="replace plans that are there already")
    parser.own.add_argument("--dry-run", action="store_true", help="show what would be written, and write nothing")


def _preview_options(parser: Parser) -> None:
    parser.names.add_argument(
        "plan", nargs="?", metavar="PLAN", help="the plan's id, or its file; the first unless named"
    )
    parser.own.add_argument(
        "--port", type=int, metavar="N", help="the port of its address; 8732 or, where that is taken, a free one"
    )
    parser.own.add_argument(
        "--no-open",
        action="store_false",
        dest="open",
        help="open no browser; one is opened only where there is a screen",
    )


def _schema_options(parser: Parser) -> None:
    parser.own.add_argument("--out", metavar="FILE", help="write it to this file instead of standard output")


COMMANDS = (
    Command(
        name="init",
        use="init [DIR]",
        summary="begin a project: an example plan and a template pack to change",
        description="Begin a project in a folder: plans/ with an example, templates/ with a pack that extends the\n"
        "shipped one, and .gitignore. Files that are there already stay as they are.",
        examples=("ucap init my-summaries", "ucap init"),
        add_options=_init_options,
        runner="ucap_reports.cli.init_command",
    ),
    Command(
        name="new",
        use="new ID",
        summary="begin a plan: a file to fill in, every field explained",
        description="Begin a plan: write plans/ID.yaml, a file to fill in, with every field explained.",
        examples=("ucap new hanoi-toulouse",),
        add_options=_new_options,
        runner="ucap_reports.cli.init_command",
    ),
    Command(
        name="import",
        use="import FILE ...",
        summary="make plans of tables, Word summaries and text dumps",
        description="Make plans of tables (.xlsx, .csv), Word summaries (.docx) and text dumps of published summaries\n"
        "(.txt). What no field takes is kept in the plan as a comment and told with its place in the file.",
        examples=(
            "ucap import pairings.xlsx",
            "ucap import summaries/*.docx --dry-run",
            "ucap import list.csv --columns map.yaml --into plans",
        ),
        add_options=_import_options,
        runner="ucap_reports.cli.import_command",
    ),
    Command(
        name="check",
        use="check [PLAN ...]",
        summary="tell all problems of plans and their packs; write nothing",
        description="Tell all problems of plans and of the template packs that they use. Nothing is written.",
        examples=("ucap check", "ucap check tianjin-rome --strict", "ucap check plans/tianjin-rome.yaml --json"),
        add_options=_check_options,
        runner="ucap_reports.cli.build_command",
    ),
    Command(
        name="fmt",
        use="fmt [PLAN ...]",
        summary="put plans into canonical order and style, comments kept",
        description="Put plans into the order of the plan format and into one style. Comments stay with what they are\n"
        "about; what a plan says does not change, to the character.",
        examples=("ucap fmt", "ucap fmt tianjin-rome", "ucap fmt --check"),
        add_options=_fmt_options,
        runner="ucap_reports.cli.fmt_command",
    ),
    Command(
        name="build",
        use="build [PLAN ...]",
        summary="make the Word and PDF documents",
        description="Make the Word and PDF documents of plans, and a page that lists them. What is unchanged is not\n"
        "built again. A document is replaced only by a complete new one; a plan with errors leaves its old\n"
        "documents as they are, and the others are built all the same.",
        examples=(
            "ucap build",
            "ucap build tianjin-rome --format pdf",
            "ucap build --template iuc-asia --out out/asia",
            "ucap build --dry-run",
        ),
        add_options=_build_options,
        runner="ucap_reports.cli.build_command",
    ),
    *TEMPLATE_COMMANDS,
    Command(
        name="preview",
        use="preview [PLAN]",
        summary="show a plan's documents in the browser, as they are saved",
        description="Show the pages of a plan's documents and its problems in the browser, and follow every save of a\n"
        "plan or pack. Only this machine can reach the page, and nothing is written. Needs the extra `preview`.",
        examples=("ucap preview", "ucap preview tianjin-rome", "ucap preview plans/tianjin-rome.yaml --port 8000"),
        add_options=_preview_options,
        runner="ucap_reports.cli.preview_command",
    ),
    Command(
        name="schema",
        use="schema",
        summary="print the JSON Schema of plan files, for editors",
        description="Print the JSON Schema of plan files, from which editors complete and check. A project has it in\n"
        "plans/plan.schema.json, where `ucap build` keeps it current.",
        examples=("ucap schema", "ucap schema --out plan.schema.json"),
        add_options=_schema_options,
        runner="ucap_reports.cli.init_command",
    ),
)


def overview() -> str:
    """What `ucap --help` prints."""
    column = max(len(command.use) for command in COMMANDS) + 2
    commands = "\n".join(f"  {command.use:{column}}{command.summary}" for command in COMMANDS)
    return f"""\
usage: {PROGRAM} COMMAND [options]

Publish summaries of Urban Cooperation Action Plans: plan files become Word and accessible PDF documents.

commands:
{commands}

options:
  {"-h, --help":{column}}this text; `{PROGRAM} COMMAND --help` tells more of a command
  {"--version":{column}}which version this is

first steps:
  {PROGRAM} init my-summaries
  cd my-summaries
  {PROGRAM} build

{EXIT_CODES}
"""
