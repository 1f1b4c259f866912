"""The index as HTML: its content, its escaping, and the same bytes each time."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from itertools import permutations
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import html
from msgspec.structs import replace
from PIL import Image

from tests.books import content_of
from tests.command import ucap, write_plan
from tests.entries import FEW, LODZ, MALAGA, NICE, TIANJIN, many_entries
from tests.stages import example_summary, pdf_file
from ucap_reports.batch.document_names_and_thumbnails import thumbnail, thumbnail_name
from ucap_reports.batch.index_page import IndexEntry, PublishedFile, render_index
from ucap_reports.batch.worker_pool import JobRunner
from ucap_reports.summary.compose_book import Grouping
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.template.picture_bar_tile_and_emblem_look import stars

pytestmark = pytest.mark.no_cover

HOSTILE = "</script></style><script>alert(1)</script> \" ' & <b> {{ 7*7 }} {% raw %} ]]> <!-- \u200b"


def page_of(*entries: IndexEntry) -> Any:
    return html.document_fromstring(render_index(entries))


def texts(page: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in page.xpath(path)]


def test_an_entry_shows_the_facts_of_its_plan() -> None:
    page = page_of(TIANJIN)
    assert texts(page, "//li//h3") == ["Tianjin, Rome"]
    assert texts(page, "//li/div/p") == ["IUC Urban Cooperation Action Plan (U-CAP) Summary"]
    assert texts(page, "//dt") == ["Countries", "Themes", "SDGs"]
    assert texts(page, "//div[@class='country']/dd") == ["China", "Italy"]
    assert texts(page, "//div[@class='theme']/dd") == ["Aerospace", "Smart city construction"]
    assert texts(page, "//div[@class='sdg']/dd") == [
        "SDG 11 Sustainable Cities and Communities",
        "SDG 9 Industry, Innovation and Infrastructure",
    ]
    assert texts(page, "//p[@class='files']/span") == ["Updated 3 May 2018"]
    assert page.xpath("//time/@datetime") == ["2018-05-03"]


def test_each_document_is_linked_with_its_cities_and_its_size() -> None:
    page = page_of(TIANJIN, MALAGA)
    assert page.xpath("//li//a/@href") == ["cartagena-malaga.pdf", "tianjin-rome.pdf", "tianjin-rome.docx"]
    assert texts(page, "//li//a") == [
        "PDF of Cartagena, Málaga 1 page, 1 kB",
        "PDF of Tianjin, Rome 2 pages, 60 kB",
        "Word of Tianjin, Rome 1.2 MB",
    ]


def test_unknown_facts_leave_no_empty_elements() -> None:
    page = page_of(replace(TIANJIN, countries=(), themes=(), sdgs=(), files=(), updated=None))
    assert texts(page, "//dl") == [""]
    assert texts(page, "//li//a | //time | //li//img") == []


def test_an_unknown_country_code_is_shown_as_it_is() -> None:
    assert texts(page_of(replace(TIANJIN, countries=("ZZ",))), "//dd")[0] == "ZZ"


def test_the_thumbnail_has_its_size_before_it_is_loaded() -> None:
    [picture] = page_of(replace(TIANJIN, thumbnail=thumbnail_name("tianjin-rome"))).xpath("//li/img")
    assert dict(picture.attrib) == {
        "src": "thumbnails/tianjin-rome.jpg",
        "alt": "",
        "width": "120",
        "height": "170",
        "loading": "lazy",
    }


def test_text_in_another_language_has_its_language_tag() -> None:
    page = page_of(MALAGA, TIANJIN)
    names = ", ".join(MALAGA.cities)
    parts = [names, "Plan de acción", "Circular economy", "smart city construction"]
    assert texts(page, "//*[@lang='es']") == [*parts, *[names] * len(MALAGA.files)]
    assert set(page.xpath("//@lang")) == {"en", "es"}


def test_text_from_right_to_left_has_its_own_direction() -> None:
    entry = replace(TIANJIN, language="ar", cities=("عمّان (الأردن)", "روما"), themes=("النقل (حافلات)", "Water"))
    page = page_of(entry)
    assert page.xpath("//li//*[@lang='ar']/@dir") == ["auto"] * len(page.xpath("//li//*[@lang='ar']"))
    assert texts(page, "//h3/bdi[@dir='auto']") == ["عمّان (الأردن), روما"]
    assert texts(page, "//dd[@dir='auto']") == ["النقل (حافلات)", "Water"]
    assert page_of(TIANJIN, MALAGA).xpath("//@dir") == []


def test_entries_are_sorted_without_regard_to_accents() -> None:
    cities = ("Zürich", "Álava", "berlin", "Växjö", "Åbo")
    page = page_of(*(replace(TIANJIN, id=city, cities=(city,)) for city in cities))
    assert texts(page, "//h3") == ["Åbo", "Álava", "berlin", "Växjö", "Zürich"]


def test_entries_are_in_the_order_of_the_book() -> None:
    pairs = [("San Marino", "Oslo"), ("San", "Rome"), ("San", "Bari", "Oslo"), ("San-Set", "Bonn"), ("Østre", "Zug")]
    plans = {}
    for number, cities in enumerate(pairs):
        named = ", ".join([f"{{name: {city}, country: Italy}}" for city in cities])
        plans[f"plan-{number}"] = f"cities: [{named}]\n"
    book = content_of(plans, grouping=Grouping.NONE)
    order = [book_id for group in book.groups for book_id in [*group.summaries.keys, *group.cards.keys]]
    page = page_of(*(replace(TIANJIN, id=f"plan-{number}", cities=cities) for number, cities in enumerate(pairs)))
    names = [", ".join(pairs[int(plan_id.removeprefix("plan-"))]) for plan_id in order]
    assert texts(page, "//h3") == names
    assert names == ["Østre, Zug", "San, Bari, Oslo", "San, Rome", "San Marino, Oslo", "San-Set, Bonn"]


def test_the_order_of_the_entries_makes_no_difference() -> None:
    assert len({render_index(order) for order in permutations(FEW)}) == 1


def test_the_page_is_the_same_in_every_process() -> None:
    script = (
        "from tests.entries import FEW; from ucap_reports.batch.index_page import render_index; "
        "import hashlib; print(hashlib.sha256(render_index(FEW).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert digests == {sha256(render_index(FEW).encode()).hexdigest().encode() + b"\n"}


def test_hostile_text_is_escaped() -> None:
    entry = replace(TIANJIN, title=HOSTILE, cities=(HOSTILE,), themes=(HOSTILE,), language='"><script>')
    page: Any = html.document_fromstring(render_index([entry], title=HOSTILE, label=HOSTILE))
    assert [
        element.text_content()
        for element in page.xpath("//h1 | //h3 | //li/div/p | //div[@class='theme']/dd | //header/div[1]/p")
    ] == [HOSTILE] * 5
    assert len(page.xpath("//script")) == 2
    assert page.xpath("//b") == []


def test_file_names_cannot_lead_out_of_the_folder() -> None:
    names = ("../../etc/passwd", "javascript:alert(1)", "//example.org/x", "a b?c#d.pdf")
    page = page_of(replace(TIANJIN, thumbnail="../x", files=tuple(PublishedFile(Format.PDF, n, 1) for n in names)))
    assert page.xpath("//li//a/@href") == [
        "..%2F..%2Fetc%2Fpasswd",
        "javascript%3Aalert%281%29",
        "%2F%2Fexample.org%2Fx",
        "a%20b%3Fc%23d.pdf",
    ]
    assert page.xpath("//li/img/@src") == ["thumbnails/..%2Fx"]


def test_the_policy_allows_only_the_page_s_own_style_and_script() -> None:
    page = page_of(TIANJIN)
    [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    for name, element in (("style", "//style"), ("script", "//script[not(@type)]")):
        [text] = page.xpath(f"{element}/text()")
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")


def test_the_page_loads_nothing_from_other_sites() -> None:
    assert (
        re.findall(r"(?:https?:)?//[\w.]+\.\w+", re.sub(r"<script.*?</script>", "", render_index(FEW), flags=re.DOTALL))
        == []
    )


def test_the_emblem_has_its_exact_shape() -> None:
    page = page_of(TIANJIN)
    [emblem] = page.xpath("//svg")
    assert (emblem.get("viewbox"), emblem.get("aria-label")) == ("0 0 54 36", "European Union flag")
    field, gold = emblem.xpath("path")
    assert (field.get("fill"), gold.get("fill")) == ("#003399", "#FFCC00")
    drawn = [re.findall(r"-?[\d.]+", star) for star in gold.get("d").split("M")[1:]]
    assert [[float(number) for number in star] for star in drawn] == [
        pytest.approx([part for x, y in star for part in (36 * x, 36 - 36 * y)], abs=0.001) for star in stars()
    ]


def test_the_page_counts_the_countries() -> None:
    assert texts(page_of(*FEW), "//h1/following-sibling::p") == [
        "What cities in 7 countries have agreed to do together."
    ]
    assert texts(page_of(LODZ), "//h1/following-sibling::p") == [
        "What cities in 2 countries have agreed to do together."
    ]
    one = replace(NICE, countries=("IT",))
    assert texts(page_of(one), "//h1/following-sibling::p") == ["What cities have agreed to do together."]


def test_an_empty_index_says_so() -> None:
    assert texts(page_of(), "//p[@class='none'][not(@hidden)]") == ["No summaries have been published yet."]


@pytest.mark.long
def test_an_index_of_ten_thousand_summaries_has_less_than_eight_megabytes() -> None:
    assert len(render_index(many_entries(10_000)).encode()) < 8_000_000


def test_the_thumbnail_is_a_small_picture_of_the_first_page_and_always_the_same() -> None:
    pdf = pdf_file(example_summary()).content
    content = thumbnail(pdf)
    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.width) == ("JPEG", 240)
    assert picture.height == pytest.approx(240 * 297 / 210, abs=1)
    assert 1_000 < len(content) < 20_000
    assert thumbnail(pdf) == content
    shades = picture.convert("L").histogram()
    assert sum(shades[:96]) > 1_000  # the emblem, the table's head, the text
    assert sum(shades[240:]) > 40_000  # paper


def test_only_a_pdf_has_a_thumbnail() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        thumbnail(b"no PDF")


def test_a_forced_build_draws_only_thumbnails_that_are_missing_or_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(tmp_path, "essen.yaml", "cities: [{name: Koriyama, country: Japan}, {name: Essen, country: Germany}]\n")
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n")
    ucap(tmp_path, "build")
    drawn, draw = list[bytes](), JobRunner.thumbnail

    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def counted(runner: JobRunner, pdf: bytes) -> bytes | None:
        drawn.append(pdf)
        return draw(runner, pdf)

    before = contents()
    monkeypatch.setattr(JobRunner, "thumbnail", counted)
    ucap(tmp_path, "build", "--force")
    assert (drawn, contents()) == ([], before)

    (tmp_path / "out" / "thumbnails" / "essen.jpg").write_bytes(b"changed")
    (tmp_path / "out" / "thumbnails" / "rome.jpg").unlink()
    ucap(tmp_path, "build", "--force")
    assert (len(drawn), contents()) == (2, before)
