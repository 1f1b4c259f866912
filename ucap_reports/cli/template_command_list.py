"""The commands of `ucap template`, with their options and what `--help` says of them."""

from pathlib import Path

from ucap_reports.cli.argument_parser import Command, Parser

RUNNER = "ucap_reports.cli.template_command"
GROUP = "template"


def _no_options(_parser: Parser) -> None:
    pass


def _new_options(parser: Parser) -> None:
    parser.names.add_argument("pack", metavar="NAME", help="the pack's name, such as our-city; plans choose it by that")
    parser.own.add_argument("--extends", metavar="PACK", help="take everything that is not written from this pack")
    parser.own.add_argument(
        "--copy", action="store_true", help="copy the templates of the pack that is extended, to be edited"
    )


def _show_options(parser: Parser) -> None:
    parser.names.add_argument("pack", metavar="NAME", help="the pack")


def _check_options(parser: Parser) -> None:
    parser.names.add_argument("pack", nargs="?", metavar="NAME", help="the pack; all of the project unless named")
    parser.own.add_argument(
        "--annotate", type=Path, metavar="OUT", help="a copy of the Word template with each problem as a comment"
    )
    parser.own.add_argument("--strict", action="store_true", help="exit code 3 when there are warnings")


TEMPLATE_COMMANDS = (
    Command(
        name="template list",
        use="template list",
        summary="list the template packs: the project's own and the shipped ones",
        description="List the template packs that plans can be published in: the project's own and the shipped ones.",
        examples=("ucap template list",),
        add_options=_no_options,
        runner=RUNNER,
    ),
    Command(
        name="template new",
        use="template new NAME",
        summary="begin a template pack: one that extends another, or a small one of its own",
        description="Begin a template pack in templates/NAME. With --extends it is one commented file, and everything\n"
        "that it does not say comes from the other pack; without, it is a small complete pack to be edited\n"
        "in Word and in any editor.",
        examples=("ucap template new our-city --extends iuc-asia", "ucap template new our-city"),
        add_options=_new_options,
        runner=RUNNER,
    ),
    Command(
        name="template show",
        use="template show NAME",
        summary="show what a template may use: names with examples, rows, styles, fonts",
        description="Show what the templates of a pack may use: every name with an example from a plan, and the rows,\n"
        "labels, styles, colours, fonts and files of the pack.",
        examples=("ucap template show iuc-asia",),
        add_options=_show_options,
        runner=RUNNER,
    ),
    Command(
        name="template check",
        use="template check [NAME]",
        summary="tell all that is wrong with a pack, each problem at its place",
        description="Try the templates of a pack on summaries of which one has everything, one nothing, and one more\n"
        "cities than there are columns, and tell all that is wrong: tags that fail, names that do not exist, content\n"
        "that is never shown, styles, fonts, characters and alternative texts that are missing, colours that are hard\n"
        "to read. With errors in pack.yaml too, the templates are looked at as far as they can be.",
        examples=("ucap template check our-city", "ucap template check our-city --annotate notes.docx"),
        add_options=_check_options,
        runner=RUNNER,
    ),
)


def group_overview() -> str:
    """What `ucap template --help` prints."""
    column = max(len(command.use) for command in TEMPLATE_COMMANDS) + 2
    commands = "\n".join(f"  {command.use:{column}}{command.summary}" for command in TEMPLATE_COMMANDS)
    return f"usage: ucap {GROUP} COMMAND [options]\n\nTemplate packs, for designers.\n\ncommands:\n{commands}\n"
