"""`ucap template`: listing, creating, printing and checking packs."""

from pathlib import Path

import pytest
from docx import Document

from tests.broken_packs import BODY
from tests.command import ucap, write_plan
from tests.word_templates import docx, paragraph
from ucap_reports.cli.command_output_and_exit_codes import Exit
from ucap_reports.template.pack_opening import pack_names, shipped_packs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(
        tmp_path, "hanoi-toulouse.yaml", "cities: [{name: Hanoi, country: VN}, {name: Toulouse, country: France}]\n"
    )
    return tmp_path


def write_pack(project: Path, name: str, settings: str, **files: bytes) -> None:
    folder = project / "templates" / name
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)


def test_the_list_has_the_projects_packs_and_the_shipped_ones(project: Path) -> None:
    write_pack(project, "ours", "extends: iuc-asia\ntitle: Our Partnerships\n")
    write_pack(project, "wrong", "extends: iuc-asai\n")

    packs = {pack["name"]: pack for pack in ucap(project, "template", "list", "--json").report["packs"]}

    assert set(packs) == {"ours", "wrong", *pack_names([shipped_packs()])}
    assert packs["ours"] == {
        "name": "ours", "title": "Our Partnerships", "extends": "iuc-asia", "path": "templates/ours", "shipped": False,
    }  # fmt: skip
    assert packs["plain"]["shipped"]
    assert packs["wrong"]["title"] is None
    run = ucap(project, "template", "list")
    assert run.code == 0
    assert "ours          Our Partnerships (templates/ours, extends iuc-asia)\n" in run.out
    assert "`ucap template check wrong`" in run.out


def test_shipped_packs_can_be_printed_and_checked_without_a_project(tmp_path: Path) -> None:
    assert "iuc-japan" in ucap(tmp_path, "template", "list").out
    assert ucap(tmp_path, "template", "show", "iuc-japan").code == 0
    assert ucap(tmp_path, "template", "check", "plain").code == 0
    assert ucap(tmp_path, "template", "list", "--root", "nowhere").code == Exit.USAGE_ERROR


@pytest.mark.no_cover
def test_a_new_pack_that_extends_another_is_one_valid_file(project: Path) -> None:
    run = ucap(project, "template", "new", "our-city", "--extends", "iuc-asia")

    assert (run.code, run.out) == (0, "written   templates/our-city/pack.yaml\n")
    assert "`ucap template check our-city`" in run.err
    assert ucap(project, "template", "check", "our-city").err == "1 pack checked: no problems.\n"
    assert ucap(project, "build", "--template", "our-city", "--no-index").code == 0


def test_the_comments_of_a_new_pack_are_valid_settings(project: Path) -> None:
    ucap(project, "template", "new", "our-city", "--extends", "iuc-asia")
    path = project / "templates" / "our-city" / "pack.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [
        line.removeprefix("# ")
        for line in lines
        if line.startswith(("# title:", "# contact:", "# fields:", "# rows:", "# theme:", "#   "))
    ]
    path.write_text("\n".join(["extends: iuc-asia", *told]), encoding="utf-8")

    assert len(told) > 10
    assert ucap(project, "template", "check", "our-city", "--json").codes == []


def test_a_new_pack_can_copy_the_templates(project: Path) -> None:
    ucap(project, "template", "new", "our-city", "--extends", "iuc-japan", "--copy")

    folder = project / "templates" / "our-city"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("book.page.xml", "pack.yaml", "summary.docx", "summary.page.xml")
    ]
    shipped = shipped_packs().path / "iuc-asia"
    assert (folder / "summary.docx").read_bytes() == (shipped / "summary.docx").read_bytes()


def test_a_new_pack_that_extends_none_is_complete(project: Path) -> None:
    run = ucap(project, "template", "new", "ours")

    assert run.out.count("written") == 3
    assert ucap(project, "template", "check", "ours", "--json").codes == ["contact-missing"]
    assert ucap(project, "build", "--template", "ours", "--no-index").code == 0


@pytest.mark.long
@pytest.mark.parametrize("source", pack_names([shipped_packs()]))
def test_a_new_pack_can_be_a_copy_of_any_other(project: Path, source: str) -> None:
    run = ucap(project, "template", "new", "ours", "--from", source)

    copied = project / "templates" / "ours"
    for path in (shipped_packs().path / source).iterdir():
        assert (copied / path.name).read_bytes() == path.read_bytes().replace(f"name: {source}\n".encode(), b"")
    assert run.code == 0
    assert {*ucap(project, "template", "check", "ours", "--json").codes} <= {"contact-missing", "label-unconfirmed"}
    assert ucap(project, "build", "--template", "ours", "--no-index").code == 0


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["new", "ours", "--from", "plian"], Exit.USAGE_ERROR, 'did you mean "plain"?'),
        (["new", "ours", "--from", "plain", "--extends", "plain"], Exit.USAGE_ERROR, "use --from to copy"),
        (["new", "Our City"], Exit.USAGE_ERROR, "such as our-city"),
        (["new", "../ours"], Exit.USAGE_ERROR, "such as our-city"),
        (["new", "ours", "--extends", "iuc-aisa"], Exit.USAGE_ERROR, 'did you mean "iuc-asia"?'),
        (["new", "ours", "--copy"], Exit.USAGE_ERROR, "`--extends PACK`"),
        (["new", "there"], Exit.ERRORS, "choose another name"),
        (["show", "iuc-aisa"], Exit.USAGE_ERROR, 'did you mean "iuc-asia"?'),
        (["check", "iuc-aisa"], Exit.USAGE_ERROR, 'did you mean "iuc-asia"?'),
        (["chek"], Exit.USAGE_ERROR, 'did you mean "check"?'),
        (["show"], Exit.USAGE_ERROR, "`ucap template show --help`"),
        ([], Exit.USAGE_ERROR, "template check [NAME]"),
    ],
)
def test_a_usage_error_has_a_hint_and_writes_no_files(project: Path, words: list[str], code: Exit, hint: str) -> None:
    write_pack(project, "there", "extends: iuc-asia\n")
    before = sorted(project.rglob("*"))

    run = ucap(project, "template", *words)

    assert (run.code, run.out) == (code, "")
    assert hint in run.err
    assert sorted(project.rglob("*")) == before


def test_an_empty_folder_is_no_pack(project: Path) -> None:
    """Such as one that is left when the disk was full."""
    (project / "templates" / "our-city").mkdir(parents=True)

    assert ucap(project, "template", "new", "our-city").code == 0
    assert ucap(project, "template", "new", "our-city", "--json").codes == ["pack-exists"]


def test_the_help_of_the_group_lists_its_commands(tmp_path: Path) -> None:
    run = ucap(tmp_path, "template", "--help")

    assert run.code == 0
    assert all(f"template {name}" in run.out for name in ("list", "new NAME", "show NAME", "check [NAME]"))


def test_show_prints_the_names_with_examples_from_the_shipped_plan(project: Path) -> None:
    record = ucap(project, "template", "show", "iuc-asia", "--json").report["pack"]

    names = {name["name"]: name["example"] for name in record["names"]}
    assert record["plan"] == "tianjin-rome"
    assert names["summary.columns"] == "Tianjin | Rome"
    assert names["row.key"] == "region"
    assert names["label.text"] == "A European Union Programme"
    assert {row["field"] for row in record["rows"]} >= {"cities", "activities"}
    assert "title" in record["styles"]
    assert record["fonts"]["text"]["pdf"] == "Arimo"
    assert record["files"]["summary.docx"] == "templates/iuc-asia/summary.docx"
    text = ucap(project, "template", "show", "iuc-asia").out
    assert all(name in text for name in names)
    assert "names, with their values in tianjin-rome:" in text


def test_check_without_a_name_reads_all_packs_of_the_project(project: Path) -> None:
    for name in ("one", "two"):
        write_pack(project, name, "extends: no-such-pack\n")

    for words, names in (((), ["one", "two"]), (("two",), ["two"])):
        run = ucap(project, "template", "check", *words, "--json")
        assert (run.code, set(run.codes)) == (1, {"pack-unknown"})
        assert run.report["packs"] == [{"name": name, "ok": False} for name in names]


@pytest.mark.long
def test_check_reads_all_packs_of_the_project_unless_one_is_named(project: Path) -> None:
    write_pack(project, "one", "extends: iuc-asia\n")
    write_pack(project, "two", "extends: iuc-asia\ntheme: {colours: {ink: '#CCCCCC'}}\n")
    write_pack(project, "three", "extends: iuc-asia\npage_limits: 3\n")

    report = ucap(project, "template", "check", "--json").report

    assert report["command"] == "template check"
    assert report["packs"] == [{"name": "one", "ok": True}, {"name": "three", "ok": False}, {"name": "two", "ok": True}]
    assert {problem["code"] for problem in report["problems"]} == {"contrast-low", "field-unknown"}
    assert (report["ok"], ucap(project, "template", "check").code) == (False, 1)
    assert ucap(project, "template", "check", "two").code == 0
    assert ucap(project, "template", "check", "two", "--strict").code == Exit.WARNINGS


@pytest.mark.no_cover
def test_problems_are_printed_with_their_lines(project: Path) -> None:
    write_pack(project, "two", "extends: iuc-asia\ntheme: {colours: {ink: '#CCCCCC'}}\n")

    assert "\n  theme: {colours: {ink: '#CCCCCC'}}\n" in ucap(project, "template", "check", "two").err
    assert "iuc-americas/pack.yaml:4:1: info[contact-missing]" in ucap(project, "template", "check", "iuc-americas").err


def test_annotate_writes_the_problems_of_a_word_template_as_comments(project: Path) -> None:
    body = BODY + paragraph("{{ summary.foo }}")
    write_pack(project, "ours", "extends: iuc-asia\n", **{"summary.docx": docx(body)})

    run = ucap(project, "template", "check", "ours", "--annotate", "notes/ours.docx")

    assert run.code == 1
    assert "written   notes/ours.docx" in run.out
    (comment,) = Document(str(project / "notes" / "ours.docx")).comments
    assert comment.text.startswith('unknown name "foo" in "{{ summary.foo }}" [name-unknown]')
    assert ucap(project, "template", "check", "--annotate", "a.docx").code == 1
    write_pack(project, "another", "extends: iuc-asia\n")
    assert ucap(project, "template", "check", "--annotate", "a.docx").code == Exit.USAGE_ERROR


def test_annotate_does_not_overwrite_the_template_and_needs_a_docx_name(project: Path) -> None:
    template = docx(BODY + paragraph("{{ summary.foo }}"))
    write_pack(project, "ours", "extends: iuc-asia\n", **{"summary.docx": template})

    over = ucap(project, "template", "check", "ours", "--annotate", "templates/ours/summary.docx")
    other = ucap(project, "template", "check", "ours", "--annotate", "notes")

    assert (over.code, other.code) == (Exit.USAGE_ERROR, Exit.USAGE_ERROR)
    assert (project / "templates" / "ours" / "summary.docx").read_bytes() == template
    assert not (project / "notes").exists()


@pytest.mark.no_cover
def test_annotate_overwrites_a_copy_without_comments(project: Path) -> None:
    write_pack(project, "ours", "extends: iuc-asia\n")
    command = ("template", "check", "ours", "--annotate", "notes.docx")

    assert [ucap(project, *command).code for _ in range(2)] == [0, 0]


def test_annotate_replaces_only_its_own_unedited_copy(project: Path) -> None:
    path = project / "notes.docx"
    command = ("template", "check", "ours", "--annotate", "notes.docx", "--json")
    write_pack(project, "ours", "extends: iuc-asia\n")
    for name in ("foo", "bar"):
        body = BODY + paragraph(f"{{{{ summary.{name} }}}}")
        (project / "templates" / "ours" / "summary.docx").write_bytes(docx(body))
        assert "export-edited" not in ucap(project, *command).codes
    Document(str(path)).save(str(path))
    edited = path.read_bytes()

    run = ucap(project, *command)

    assert "export-edited" in run.codes
    assert path.read_bytes() == edited
