"""Forbidden content of Word templates: external and active content, and more content than a template needs."""

import pytest

from tests.hostile_packs import STYLE
from tests.word_packages import BODY, NO_RELATIONSHIPS, changed, problems_in, related, with_settings
from tests.word_templates import STYLES, docx, paragraph, problems_of, run, table

SPLIT_FIELD = (
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>"
    "<w:r><w:instrText>AUTO c:\\\\cmd.exe</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
)


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("attachedTemplate", "https://evil.example/evil.dotm", "content-external"),
        ("attachedTemplate", "file:///C:/Users/me/house.dotx", "content-external"),
        ("image", "https://evil.example/pixel.png", "content-external"),
        ("frame", "https://evil.example/frame.htm", "content-external"),
        ("mailMergeSource", "file:///C:/secret.xlsx", "content-external"),
        ("oleObject", "embeddings/object.bin", "content-active"),
        ("aFChunk", "chunk.html", "content-active"),
        ("subDocument", "https://evil.example/sub.docx", "content-external"),
        ("hyperlink", "javascript:alert(1)", "link-invalid"),
        ("hyperlink", "file:///etc/passwd", "link-invalid"),
        ("hyperlink", "\\\\evil.example\\share", "link-invalid"),
        ("hyperlink", "evil.docm", "link-invalid"),
    ],
)
def test_a_relationship_to_another_file_or_to_active_content_is_an_error(kind: str, target: str, code: str) -> None:
    mode = "" if target.startswith(("embeddings", "chunk")) else ' TargetMode="External"'
    (problem,) = problems_in(changed({"word/_rels/document.xml.rels": related(kind, target, mode)}))
    assert (problem.code, problem.location.place) == (code, "document")
    assert {target, kind} & set(problem.details.values())
    assert code != "content-external" or problem.details.get("kind", "attachedTemplate") == kind


def test_an_attached_template_is_reported_at_the_settings() -> None:
    rels = related("attachedTemplate", "https://evil.example/evil.dotm")
    (problem,) = problems_in(with_settings('<w:attachedTemplate r:id="rId99"/>', rels(NO_RELATIONSHIPS)))
    assert (problem.code, problem.location.place) == ("content-external", "settings")
    assert problem.details["target"] == "https://evil.example/evil.dotm"


def test_a_relationship_of_the_package_is_reported_at_the_package() -> None:
    (problem,) = problems_in(changed({"_rels/.rels": related("oleObject", "object.bin", "")}))
    assert (problem.code, problem.location.place) == ("content-active", "package")


def test_web_links_of_the_template_are_allowed() -> None:
    rels = {"word/_rels/document.xml.rels": related("hyperlink", "https://www.example.org/?a=b")}
    assert problems_in(changed(rels)) == ()


@pytest.mark.parametrize("kind", [b'Override PartName="/a"', b'Default Extension="a"'])
def test_macros_are_an_error(kind: bytes) -> None:
    def with_macros(content: bytes) -> bytes:
        return content.replace(b"</Types>", b"<" + kind + b' ContentType="x.vbaProject"/></Types>')

    assert [each.code for each in problems_in(changed({"[Content_Types].xml": with_macros}))] == ["content-active"]


@pytest.mark.parametrize(
    "field",
    [
        '<w:r><w:instrText> INCLUDEPICTURE "https://evil.example/a.png" </w:instrText></w:r>',
        '<w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/>',
        SPLIT_FIELD,
    ],
)
def test_a_field_that_reads_another_file_is_reported_at_its_place(field: str) -> None:
    (problem,) = problems_of(f"<w:p>{field}</w:p>" + BODY)
    assert (problem.code, problem.location.place) == ("content-external", "body › paragraph 1")


def field(*parts: str) -> str:
    """A field with an instruction that contains text and other fields."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end")]
    inner = (each if each.startswith("<") else f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in parts)
    return f"{marks[0]}{''.join(inner)}{marks[1]}"


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (field(" MACROBUTTON FileExit Press here "), "content-active", "MACROBUTTON"),
        ('<w:fldSimple w:instr=" print 27 "/>', "content-active", "PRINT"),
        (field(field(" IF 1 = 1 DDEAUTO "), " c:\\cmd.exe "), "content-active", None),
        (field(' HYPERLINK "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(" hyperlink \\\\evil.example\\share "), "link-invalid", "\\\\evil.example\\share"),
        (field(' HYPERLINK "javascript:alert(1)" \\t "_blank" '), "link-invalid", "javascript:alert(1)"),
        (field(' HYPERLINK \\o "see there" \\n "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK \\* MERGEFORMAT \\h "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK \\l \\o "see there" "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (
            field(' HYPERLINK "', field(' IF 1 = 1 "file:///etc/passwd" '), '" '),
            "content-active",
            None,
        ),
        (field(' HYPERLINK"file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK "file:///etc/passwd'), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK "file:///etc/{passwd" '), "link-invalid", "file:///etc/{passwd"),
        (field(' HYPERLINK "https://a.example" "https://b.example" '), "link-invalid", "https://b.example"),
        (field(' HYPERLINK "https://a.example" "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK "https://a.example" \\o "see there" file:///etc/passwd '), "link-invalid", None),
        (field(' HYPERLINK "https://a.example\\" file:///etc/passwd" '), "link-invalid", None),
        (field(' HYPERLINK https://a.example"file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK \\l "below" "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        (field(' HYPERLINK \\s "file:///etc/passwd" '), "link-invalid", "file:///etc/passwd"),
        ('<w:hyperlink w:anchor="a" w:docLocation="file:///etc/passwd"/>', "link-invalid", "file:///etc/passwd"),
        ('<w:hyperlink w:anchor="a" w:docLocation="Sheet1"/>', "link-invalid", "Sheet1"),
        ("<w:pPr>DDEAUTO c:\\cmd.exe</w:pPr>", "content-active", "DDEAUTO c:\\cmd.exe"),
        ("<w:r><w:rPr>DDEAUTO<w:b/></w:rPr></w:r>", "content-active", "DDEAUTO"),
        ("<w:r><w:rPr><w:b/>DDEAUTO</w:rPr></w:r>", "content-active", "DDEAUTO"),
        (
            '<w:r><w:pict><v:shape alt="a"><v:imagedata src="https://evil.example/a.png"/></v:shape></w:pict></w:r>',
            "content-external",
            "https://evil.example/a.png",
        ),
        (
            '<w:r><w:pict><v:shape alt="a" href="file:///c:/evil.exe"/></w:pict></w:r>',
            "link-invalid",
            "file:///c:/evil.exe",
        ),
    ],
)
def test_active_fields_and_links_to_files_are_errors(content: str, code: str, detail: str | None) -> None:
    (problem,) = problems_of(f"<w:p>{content}</w:p>" + BODY)
    assert (problem.code, problem.location.place) == (code, "body › paragraph 1")
    assert detail is None or detail in problem.details.values()
    assert code != "content-external" or problem.details["kind"] == "picture"


@pytest.mark.parametrize(
    "content",
    [
        field(" PAGE "),
        field(" = ", field(" NUMPAGES "), " - 1 "),
        field(' HYPERLINK "https://www.example.org" \\o "see there" '),
        field(' HYPERLINK \\l "below" '),
        field(' HYPERLINK \\l "below" \\* MERGEFORMAT '),
        field(' HYPERLINK \\l "', field(" PAGEREF x "), '" '),
        field(' HYPERLINK \\l below \\o "see there" '),
        field(" HYPERLINK mailto:office@example.org "),
        '<w:r><w:pict><v:shape alt="a" href="https://www.example.org"/></w:pict></w:r>',
    ],
)
def test_fields_for_numbers_and_web_links_are_allowed(content: str) -> None:
    assert problems_of(f"<w:p>{content}</w:p>" + BODY) == ()


DDE = "DDEAUTO c:\\cmd.exe"


@pytest.mark.parametrize(
    "content",
    [
        f'<w:fldSimple w:instr="{DDE}"/>',
        f"<w:instrText>{DDE}</w:instrText>",
        f"<w:delInstrText>{DDE}</w:delInstrText>",
        '<w:fldChar w:fldCharType="begin"/>',
        f"<w:t>{DDE}</w:t>",
        f"<w:r>{DDE}</w:r>",
        DDE,
    ],
)
@pytest.mark.parametrize(
    "properties", ["w:style/w:rPr", "w:style/w:pPr", "w:docDefaults/w:rPrDefault/w:rPr", "w:styles"]
)
def test_text_and_fields_in_the_properties_of_a_style_are_errors(properties: str, content: str) -> None:
    for name in reversed(properties.removesuffix("w:styles").split("/")):
        attribute = ' w:styleId="a"' if name == "w:style" else ""
        content = f"<{name}{attribute}>{content}</{name}>" if name else content
    found = problems_in(docx(BODY, styles=content))
    assert {problem.code for problem in found} == {"content-active"}


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/cron.d/evil", "word/..\\evil.txt", "c:evil.txt"])
def test_a_part_whose_name_is_a_path_outside_the_file_is_an_error(name: str) -> None:
    (problem,) = problems_in(changed({}, {name: b"a"}))
    assert problem.code == "template-broken"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<w:p/>" * 800_000, "template-broken"),
        (paragraph("{{ summary.title }}") * 2_000, "tags-too-many"),
        (paragraph("{{" * 5_000), "tags-too-many"),
        (f"<w:p>{run('{% if 1 %}') * 2_000}</w:p>", "tags-too-many"),
    ],
    ids=["paragraphs", "tags", "braces", "conditions"],
)
def test_a_template_over_a_limit_is_one_error(body: str, code: str) -> None:
    assert [problem.code for problem in problems_of(body)] == [code]


@pytest.mark.parametrize(("count", "codes"), [(20, []), (21, ["template-broken"])])
def test_a_style_is_based_on_a_limited_number_of_others(count: int, codes: list[str]) -> None:
    chain = "".join(STYLE.format(number, number + 1) for number in range(count))
    assert [problem.code for problem in problems_in(docx(BODY, styles=STYLES + chain))] == codes


def test_a_long_table_is_allowed() -> None:
    assert problems_of(table(*[["{{ summary.id }}", "a", "b"]] * 300)) == ()
