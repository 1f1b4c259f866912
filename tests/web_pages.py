"""Summaries of all shapes for tests of the web page, and packs with other colours or a style sheet of their own."""

from collections.abc import Mapping
from functools import cache

from msgspec.structs import replace

from tests.samples import EVERYTHING, shared, with_rows
from tests.stages import example_summary, shipped_pack, summary_of
from tests.word_templates import shipped_settings, themed
from ucap_reports.summary.summary_model import Summary, Version
from ucap_reports.template.pack import STYLE_SHEET, Pack, PackFile

ARABIC = """
language: ar
cities:
  - {name: الرباط, region: الرباط سلا القنيطرة, country: Morocco, population: 577000, area_km2: 117}
  - {name: Genova, region: Liguria, country: Italy, population: 580000, area_km2: 240}
themes: [التنقل الحضري, إدارة المياه]
sdgs: [6, 11]
challenges: يتشارك البلدان في مواجهة آثار **تغير المناخ** على السواحل.
activities: |
  - ورشة عمل في <span lang="it">Palazzo Ducale</span>، انظر www.example.org
  - زيارة متبادلة
"""
CHINESE = """
language: zh
cities:
  - {name: 天津, region: 天津市, country: CN, population: 13600000, area_km2: 11760}
  - {name: 罗马, region: 拉齐奥, country: IT, population: 2800000, area_km2: 1285}
period: 2017年5月
themes: [航空航天, 节能环保, 智慧城市建设]
sdgs: [9, 11]
objectives: 通过便利大小企业进入上述重点合作领域，支持各区发展。
activities: |
  - 2017年3月：欧盟地区政策总司司长访问天津，见 <span lang="en">Europe Regional Policy</span>。
"""
TWELVE = (
    "cities:\n"
    + "".join(
        f"  - {{name: City {n}, region: Region {n}, country: Italy, population: {n}00000, area_km2: {n}7}}\n"
        for n in range(1, 13)
    )
    + "themes: [Aerospace]\n"
)  # fmt: skip - one expression
VERSIONS = (
    Version("example.pdf", "PDF", "en", "application/pdf"),
    Version("example.zh.html", "中文", "zh", "text/html"),
)
"""Another format and another language."""


@cache
def web_summaries() -> Mapping[str, Summary]:
    """Summaries by a name for tests."""
    return {
        "example": replace(example_summary(), versions=VERSIONS),
        "sparse": summary_of("cities: [{name: Udaipur}, {name: Aarhus}]"),
        "one city": summary_of("cities: [{name: Rome, country: Italy}]"),
        "twelve cities": summary_of(TWELVE),
        "arabic": replace(summary_of(ARABIC), versions=VERSIONS),
        "chinese": summary_of(CHINESE),
        "draft": replace(example_summary(), status="draft", status_text="Draft"),
        "rich text": with_rows(shared("results", "Results", EVERYTHING)),
    }


@cache
def band_pack() -> Pack:
    """A pack with white text on bands of colour: title and labels."""
    changed = {
        "title": {"colour": "#FFFFFF", "background": "#00695C"},
        "label": {"colour": "#FFFFFF", "background": "#6A1B9A"},
    }
    styles = shipped_settings()["theme"]["styles"]
    themed_pack = themed({"styles": {name: styles[name] | rules for name, rules in changed.items()}})
    return replace(themed_pack, files=shipped_pack().files)


def pack_with_styles(content: bytes) -> Pack:
    """The shipped pack with a style sheet of its own."""
    pack = shipped_pack()
    styles = PackFile(f"templates/own/{STYLE_SHEET}", content)
    return Pack(pack.settings, {**pack.files, STYLE_SHEET: styles}, pack.labels)
