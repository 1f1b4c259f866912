"""All commands with their functions and arguments. The help about them is in command_help.txt."""

from pathlib import Path

from msgspec import Struct

from ucap_reports.cli.argument_parser import Argument, argument, language_tag, switch, worker_count
from ucap_reports.summary.document import parse_formats, parse_standard


class Command(Struct, frozen=True):
    """A command: `run` is the module and the name of its function, which gets the arguments and the session."""

    name: str
    run: str
    arguments: tuple[Argument, ...]


def _command(name: str, run: str, *arguments: Argument) -> Command:
    return Command(name, run, arguments)


PLANS = argument("plans", nargs="*", metavar="PLAN", help="the plan's id or file; by default all plans")
STRICT = switch("--strict", "exit with code 3 if there are warnings")
WHERE = argument(
    "--where", action="append", metavar="EXPR", help='only plans that fulfil all conditions, such as "country=CN"'
)
JOBS = argument(
    "--jobs",
    type=worker_count,
    metavar="N",
    help="worker processes; by default one for each core, for 100 plans or more",
)
SHELLS = ("bash", "zsh", "fish", "powershell")

COMMANDS = (
    _command(
        "init",
        "init_command.run_init",
        argument("folder", nargs="?", type=Path, metavar="DIR", help="the folder; by default the current one"),
    ),
    _command(
        "new",
        "init_command.run_new",
        argument("id", metavar="ID", help="the plan's id, such as tianjin-rome; it names the documents"),
    ),
    _command(
        "import",
        "import_command.run_import",
        argument(
            "files", nargs="+", metavar="FILE", help="a table, a Word summary, a text dump, or a PDF with its plan"
        ),
        argument("--into", metavar="DIR", help="a folder in the project; by default plans"),
        argument("--columns", type=Path, metavar="MAP", help="a file that maps columns to fields"),
        switch("--force", "overwrite existing plans"),
        switch("--dry-run", "show what would be written, and write nothing"),
    ),
    _command(
        "check",
        "check_command.run_check",
        argument("plans", nargs="*", metavar="PLAN", help="the plan's id or file, or a PDF file; by default all plans"),
        WHERE,
        JOBS,
        STRICT,
        switch("--verbose", "list each plan that was checked"),
    ),
    _command(
        "list",
        "list_command.run_list",
        PLANS,
        WHERE,
        switch("--csv", "print a table in CSV"),
    ),
    _command(
        "explain",
        "explain_command.run_explain",
        argument("code", nargs="?", metavar="CODE", help="the code; by default all codes are listed"),
    ),
    _command(
        "fmt",
        "fmt_command.run_fmt",
        PLANS,
        switch("--check", "write nothing; report an error for each plan that would change"),
    ),
    _command(
        "build",
        "build_command.run_build",
        PLANS,
        WHERE,
        argument(
            "--format",
            action="extend",
            type=parse_formats,
            dest="formats",
            metavar="FORMAT",
            help="pdf, docx or html, or several as pdf,docx,html; by default pdf,docx",
        ),
        argument("--template", metavar="NAME", help="the template pack, instead of the plan's own"),
        argument("--language", type=language_tag, metavar="TAG", help="the language of the row labels, such as zh"),
        argument(
            "--pdf-standard",
            type=parse_standard,
            metavar="NAME",
            help="ua-1+a-2a, or ua-2+a-4f (PDF 2.0 with the plan embedded); by default that of the project",
        ),
        argument("--out", metavar="DIR", help="a folder in the project; by default out"),
        JOBS,
        argument("--scheduler", metavar="ADDRESS", help="build on a Dask cluster, such as tcp://host:8786"),
        switch("--force", "rebuild unchanged documents too"),
        switch("--overwrite-edited", "overwrite documents that were edited after they were built"),
        switch("--dry-run", "show what would be built, and why; write nothing"),
        switch("--prune", "remove the documents of deleted plans and removed languages"),
        argument("--no-index", action="store_false", dest="index", help="do not update out/index.html"),
        STRICT,
        switch("--verbose", "show every document, warning and info"),
    ),
    _command(
        "diff",
        "diff_command.run_diff",
        argument("old", metavar="OLD", help="a plan, a plan file, a folder of plans, or a git revision"),
        argument("new", nargs="?", metavar="NEW", help="the same; by default the plans of the project"),
        WHERE,
        switch("--html", "print a web page"),
        argument("--docx", type=Path, metavar="FOLDER", help="write Word files with the changes tracked"),
    ),
    _command(
        "review",
        "review_command.run_review",
        argument("files", nargs="+", metavar="FILE", help="an edited Word file"),
        argument("--plan", metavar="ID", help="the plan; by default the one that the file was built from"),
        switch("--apply", "write the changes into the plan or its translation"),
        switch("--interactive", "ask about each changed field, and write the confirmed changes"),
        argument("--only-author", action="append", metavar="NAME", help="count tracked changes of this author only"),
    ),
    _command(
        "sign",
        "sign_command.run_sign",
        argument("files", nargs="+", metavar="FILE", help="a PDF file"),
        argument("--key", required=True, metavar="FILE", help="a PKCS#12 file: the private key and its certificate"),
        argument("--passphrase-file", metavar="FILE", help="a file whose first line is the passphrase of the key"),
    ),
    _command(
        "translate",
        "translate_command.run_translate",
        argument("language", type=language_tag, metavar="TAG", help="the language, such as zh"),
        PLANS,
        WHERE,
        argument("--format", choices=("po", "xlsx"), dest="sheet_format", metavar="FORMAT", help="po or xlsx"),
        argument("--import", dest="import_file", metavar="FILE", help="take the translations from a .po or .xlsx file"),
        switch("--status", "show how complete the translations are; write nothing"),
    ),
    _command("template list", "template_command.run_template_list"),
    _command(
        "template new",
        "template_command.run_template_new",
        argument("pack", metavar="NAME", help="the name of the pack, such as our-city"),
        argument("--extends", metavar="PACK", help="the pack to inherit from"),
        switch("--copy", "copy the templates of the extended pack, to edit them"),
        argument("--from", dest="source", metavar="PACK", help="the pack to copy, with all files; by default plain"),
        switch("--web-page", "copy the template of the web page too, to edit it"),
    ),
    _command(
        "template show",
        "template_command.run_template_show",
        argument("pack", metavar="NAME", help="the template pack"),
    ),
    _command(
        "template check",
        "template_command.run_template_check",
        argument("pack", nargs="?", metavar="NAME", help="the pack; by default all packs of the project"),
        argument("--annotate", type=Path, metavar="OUT", help="write a copy of the Word template with comments"),
        STRICT,
    ),
    _command(
        "preview",
        "preview_command.run_preview",
        argument("plan", nargs="?", metavar="PLAN", help="the plan's id or file; by default the first plan"),
        argument("--port", type=int, metavar="N", help="the port; by default 8732, or a free one if it is in use"),
        argument("--no-open", action="store_false", dest="open", help="do not open a browser"),
    ),
    _command(
        "schema",
        "init_command.run_schema",
        argument("--out", metavar="FILE", help="write the schema to this file"),
    ),
    _command(
        "completion",
        "completion_command.run_completion",
        argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS)),
    ),
)
