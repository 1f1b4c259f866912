"""`ucap build --format html`, the index, and `template check` and `template new` with style sheets."""

from pathlib import Path

import pytest
from lxml import html

from tests.command import ucap, write_plan

PLAN = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n"
HOUSE = "templates/house/summary.css"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", PLAN)
    return tmp_path


def built(project: Path, *words: str) -> dict[str, str]:
    report = ucap(project, "build", "--json", *words).report
    return {each["path"]: each["status"] for each in report["documents"]}


def links(project: Path) -> list[str]:
    page = (project / "out" / "rome.html").read_text(encoding="utf-8")
    return [name for name in ("rome.pdf", "rome.docx") if f'<a href="{name}"' in page]


def test_pages_are_not_built_unless_they_are_asked_for(project: Path) -> None:
    assert built(project) == {"out/rome.pdf": "written", "out/rome.docx": "written"}
    assert built(project, "--format", "html") == {"out/rome.html": "written"}
    assert built(project, "--format", "html") == {"out/rome.html": "unchanged"}


def test_a_page_links_to_the_formats_of_its_build(project: Path) -> None:
    built(project, "--format", "html")
    assert links(project) == []
    assert built(project, "--format", "pdf,html") == {"out/rome.pdf": "written", "out/rome.html": "written"}
    assert links(project) == ["rome.pdf"]
    (project / "out" / "rome.html").unlink()
    assert built(project, "--format", "pdf,html") == {"out/rome.pdf": "unchanged", "out/rome.html": "written"}
    assert links(project) == ["rome.pdf"]
    assert built(project, "--format", "html,docx") == {"out/rome.docx": "written", "out/rome.html": "written"}
    assert links(project) == ["rome.docx"]


def test_a_variant_links_to_its_own_files(project: Path) -> None:
    built(project, "--format", "pdf,html", "--language", "zh")
    assert '<a href="rome.zh.pdf"' in (project / "out" / "rome.zh.html").read_text(encoding="utf-8")


def page_links(project: Path, name: str) -> dict[str, str]:
    """The texts of the links to other documents, by their files."""
    page: html.HtmlElement = html.fromstring((project / "out" / name).read_text(encoding="utf-8"))
    return {each.get("href"): each.text_content() for each in page.xpath("//nav//a")}


def test_the_versions_of_a_plan_in_other_languages_link_to_each_other(project: Path) -> None:
    write_plan(project, "rome.yaml", f"{PLAN}languages: [zh, fr]\n")
    built(project, "--format", "pdf,html")
    assert page_links(project, "rome.html") == {
        "rome.pdf": "PDF",
        "rome.zh.html": "中文",
        "rome.fr.html": "Français",
    }
    assert page_links(project, "rome.zh.html") == {
        "rome.zh.pdf": "PDF",
        "rome.html": "English",
        "rome.fr.html": "Français",
    }
    assert set(built(project, "--format", "pdf,html").values()) == {"unchanged"}
    assert built(project, "--format", "pdf,html", "--language", "fr") == {
        "out/rome.fr.pdf": "unchanged",
        "out/rome.fr.html": "unchanged",
    }
    assert set(page_links(project, "rome.fr.html")) == {"rome.fr.pdf", "rome.html", "rome.zh.html"}


def test_a_new_language_rebuilds_the_pages_that_link_to_it(project: Path) -> None:
    built(project, "--format", "pdf,html")
    (project / "ucap.yaml").write_text("languages: [zh]\nformats: [pdf, html]\n", encoding="utf-8")
    assert built(project) == {
        "out/rome.pdf": "unchanged",
        "out/rome.html": "written",
        "out/rome.zh.pdf": "written",
        "out/rome.zh.html": "written",
    }
    assert set(page_links(project, "rome.html")) == {"rome.pdf", "rome.zh.html"}


@pytest.mark.no_cover
def test_worker_processes_build_the_same_pages(project: Path) -> None:
    for place in range(40):
        write_plan(project, f"city-{place}.yaml", PLAN)
    built(project, "--format", "pdf,html", "--jobs", "2", "--out", "two", "--no-index")
    built(project, "--format", "pdf,html", "--jobs", "1", "--out", "one", "--no-index")
    one, two = ({path.name: path.read_bytes() for path in (project / each).glob("*.html")} for each in ("one", "two"))
    assert len(one) == 41
    assert one == two


def test_the_index_links_the_pages(project: Path) -> None:
    built(project, "--format", "pdf,docx,html")
    index = (project / "out" / "index.html").read_text(encoding="utf-8")
    assert '<a href="rome.html">Web page<i> of Tianjin, Rome</i>' in index


def test_deleted_plans_lose_their_pages(project: Path) -> None:
    write_plan(project, "essen.yaml", PLAN)
    built(project, "--format", "html")
    (project / "plans" / "essen.yaml").unlink()
    assert ucap(project, "build", "--format", "html", "--prune", "--json").report["removed"] == ["out/essen.html"]


def test_an_unknown_format_is_an_error_that_names_all(project: Path) -> None:
    run = ucap(project, "build", "--format", "htm", "--json")
    assert run.codes == ["format-unknown"]
    assert 'did you mean "html"' in run.report["problems"][0]["hint"]


def house(project: Path, styles: str) -> None:
    """A pack with a style sheet of its own."""
    ucap(project, "template", "new", "house", "--extends", "iuc-asia")
    (project / HOUSE).write_text(styles, encoding="utf-8")


def test_template_new_copies_the_style_sheet_with_the_templates(project: Path) -> None:
    house(project, "h1 { color: #123456 }\n")
    ucap(project, "template", "new", "own", "--extends", "house", "--copy")
    assert (project / "templates" / "own" / "summary.css").read_text(encoding="utf-8") == "h1 { color: #123456 }\n"
    ucap(project, "template", "new", "next", "--extends", "house")
    assert {path.name for path in (project / "templates" / "next").iterdir()} == {"pack.yaml"}


def test_a_changed_style_sheet_rebuilds_the_page_alone(project: Path) -> None:
    house(project, "")
    words = ("--format", "html", "--template", "house")
    built(project, *words)
    (project / HOUSE).write_text("h1 { color: #123456 }\n", encoding="utf-8")
    assert built(project, *words) == {"out/rome.house.html": "written"}
    assert b"#123456" in (project / "out" / "rome.house.html").read_bytes()


def test_template_check_reports_the_problems_of_the_style_sheet(project: Path) -> None:
    house(project, "h1 { color: red }\n@import 'x.css';\n")
    report = ucap(project, "template", "check", "house", "--json").report
    assert [(each["code"], each["path"], each["line"]) for each in report["problems"]] == [("css-invalid", HOUSE, 2)]
    assert "css-invalid" in ucap(project, "build", "--format", "html", "--template", "house", "--json").codes


def test_a_build_of_pages_alone_has_the_errors_of_the_page_template(project: Path) -> None:
    house(project, "")
    template = "<document><h1>a</h1><p class='nowhere'>{{ summary.titel }}</p></document>"
    (project / "templates" / "house" / "summary.page.xml").write_text(template, encoding="utf-8")
    codes = ucap(project, "build", "--format", "html", "--template", "house", "--json").codes
    assert "name-unknown" in codes
