"""Page templates and settings with one fault each."""

from tests.broken_packs import PAGE, SETTINGS, Broken, page, settings

BROKEN_PAGES = {
    "an unknown name": page(
        "name-unknown", "{{ summary.titel }}", '"titel"', "{{ summary.title }}", "{{ summary.titel }}"
    ),
    "an unknown name of a loop's items": page(
        "name-unknown", "{{ row.labl }}", '"labl"', "{{ row.label }}", "{{ row.labl }}"
    ),
    "an unknown name in a branch that is never taken": page(
        "name-unknown",
        "{{ summary.foo }}",
        '"foo"',
        "<h1>",
        '{% if summary.language == "xx" %}{{ summary.foo }}{% endif %}<h1>',
    ),
    "an invalid tag": page("tag-syntax", "{{ summary. }}", "expected", "{{ summary.title }}", "{{ summary. }}"),
    "the end of a tag": page("tag-unopened", "}}</p><h1>", '"summary.id }}"', "<h1>", "<p>summary.id }}</p><h1>"),
    "the end of a tag in an attribute": page("tag-unopened", '}}c"/>', "a }}", "<h1>", '<emblem alt="a }}c"/><h1>'),
    "an encoded tag": page(
        "tag-misplaced", "%7B", "%7B%7B", "<h1>", '<p><a href="https://a.eu/%7B%7Bsummary.id%7D%7D">a</a></p><h1>'
    ),
    "an unknown filter": page(
        "filter-unknown", "{{ summary.title|uper }}", '"uper"', "{{ summary.title }}", "{{ summary.title|uper }}"
    ),
    "an unknown element": page("element-unknown", "<paragraf>", "<paragraf>", "<h1>", "<paragraf>a</paragraf><h1>"),
    "an unknown attribute": page("attribute-unknown", '<h1 clas="', '"clas"', "<h1>", '<h1 clas="title">'),
    "an unknown style": page("style-unknown", '<p class="brnd"', '"brnd"', 'class="brand"', 'class="brnd"'),
    "a missing picture": page(
        "image-missing",
        '<img src="images/nowhere',
        "images/nowhere.png",
        "<h1>",
        '<img src="images/nowhere.png" alt="Logo"/><h1>',
    ),
    "a missing picture with an escaped name": page(
        "image-missing",
        '<img src="images/a&amp;b.png"',
        '"images/a&b.png"',
        "<h1>",
        '<img src="images/a&amp;b.png" alt="a"/><h1>',
    ),
    "a picture without alternative text": page(
        "alt-missing", '<img src="images/a', "", "<h1>", '<img src="images/a.png"/><h1>'
    ),
    "an unclosed element": page("xml-invalid", "<b>", "<b>", "<h1>", "<p><b>a</p><h1>"),
    "a table cell outside a table": page("element-misplaced", "<td>a", "<td>", "<h1>", "<td>a</td><h1>"),
    "a character that no font has": page("glyph-missing", "ᚠ", "ᚠ", "<h1>", "<p>ᚠ</p><h1>"),
}
"""Page templates."""
BROKEN_SETTINGS = {
    "labels that are not printed": Broken(
        "content-not-shown",
        "templates/broken/summary.page.xml",
        "row.label",
        {"pack.yaml": SETTINGS, "summary.page.xml": PAGE.replace("{{ row.label }}", "x")},
    ),
    "a colour like its background": settings(
        "contrast-low", 4, '"cell"', 'theme:\n  styles:\n    cell: {colour: "#999999"}\n'
    ),
    "a colour that many styles use": settings(
        "contrast-low", 4, "#DDDDDD", 'theme:\n  styles:\n    body: {colour: "#DDDDDD"}\n'
    ),
    "a column wider than the page": settings(
        "width-exceeded", 4, '"label" is 170 mm', "theme:\n  styles:\n    label: {width: 170 mm}\n"
    ),
    "an unknown font": settings("font-unknown", 4, '"Arimmo"', "theme:\n  fonts:\n    text: {pdf: Arimmo}\n"),
    "a missing font file": settings(
        "font-file-missing",
        4,
        "fonts/a.ttf",
        "theme:\n  fonts:\n    text: {word: A, pdf: null, files: {regular: fonts/a.ttf}}\n",
    ),
    "a file that is not a font": settings(
        "font-unusable",
        0,
        "A-Regular",
        "theme:\n  fonts:\n    text: {word: A, pdf: null, files: {regular: fonts/a.ttf}}\n",
        **{"fonts/a.ttf": b"no font"},
    ),
    "a label that no font can print": settings("glyph-missing", 2, "ᚠ", "title: ᚠᚢ\n"),
    "an empty contact": settings("contact-missing", 2, "", 'contact: {office: "", email: ""}\n'),
    "an unconfirmed label": settings(
        "label-unconfirmed", 3, "fr, de", "label_languages: [de]\nprogramme_label:\n  de: {text: Ein Programm}\n"
    ),
    "a style like an unknown one": settings(
        "style-unknown", 4, '"titel"', "theme:\n  styles:\n    label: {like: titel}\n"
    ),
    "an unknown setting": settings("field-unknown", 2, '"page_limits"', "page_limits: 3\n"),
}
"""Settings, and the templates that they affect."""
