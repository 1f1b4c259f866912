"""Draw the documents of plans of all sizes in a pack, PDF beside Word: python -m docs.make_pack_sheets glance

The sheet is docs/images/glance.png; without a name, the sheets of `glance`, `modern` and `bilingual` are drawn. The
plans have 1 to 12 cities, few or many facts, and English, Chinese and Arabic text; two of them are real.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from docs.make_contact_sheet import draw
from docs.make_elements import town
from ucap_reports.cli import main as ucap

ROOT = Path(__file__).parent.parent
PACKS = ("glance", "modern", "bilingual")
PAGE_WIDTH = 170
CITIES = (
    ("Donostia / San Sebastián", "圣塞瓦斯蒂安", "سان سيباستيان", "Spain", 188_000),
    ("Rio de Janeiro", "里约热内卢", "ريو دي جانيرو", "Brazil", 6_748_000),
    ("Vila Nova de Famalicão", "法马利康", "فيلا نوفا دي فاماليكاو", "Portugal", 134_000),
    ("Guadalajara Metropolitan Area", "瓜达拉哈拉都市区", "منطقة غوادالاخارا الحضرية", "Mexico", 5_269_000),
    ("Thessaloniki", "塞萨洛尼基", "سالونيك", "Greece", 315_000),
    ("Tianjin", "天津", "تيانجين", "China", 13_600_000),
    ("Rome", "罗马", "روما", "Italy", 2_800_000),
    ("Casablanca", "卡萨布兰卡", "الدار البيضاء", "Morocco", 3_360_000),
    ("Umeå", "于默奥", "أوميو", "Sweden", 130_000),
    ("Yokohama", "横滨", "يوكوهاما", "Japan", 3_757_000),
    ("Grenoble-Alpes Métropole", "格勒诺布尔都市区", "غرونوبل ألب متروبول", "France", 445_000),
    ("Santa Monica", "圣莫尼卡", "سانتا مونيكا", "United States", 93_000),
)
"""The name of each city in English, Chinese and Arabic, its country and population."""
TEXTS = (
    "Both cities reduce the emissions of their buses by 20 % until 2030, and share what they measure.",
    "到2030年，两个城市将公共汽车的排放减少20%，并分享测量结果。",  # noqa: RUF001 - Chinese punctuation
    "تخفض المدينتان انبعاثات الحافلات بنسبة 20 % حتى عام 2030، وتتبادلان نتائج القياس.",
)
THEMES = (("Urban mobility", "Smart city"), ("城市交通", "智慧城市"), ("النقل الحضري", "المدينة الذكية"))
LANGUAGES = ("en", "zh", "ar")
FULL = ("focus", "challenges", "objectives", "results")
PLANS = {
    "1-full": (1, 2, "zh"),
    "1-sparse": (1, 0, "ar"),
    "2-full": (2, 6, "ar"),
    "2-pictures": (2, 1, "zh"),
    "2-sparse": (2, 0, "zh"),
    "5-full": (5, 3, "zh"),
    "5-sparse": (5, 0, "ar"),
    "12-full": (12, 4, "ar"),
    "12-sparse": (12, 0, "zh"),
}
"""For each plan: the number of its cities, the number of sentences in each text, and its second language."""
REAL = ("tianjin-rome", "zhengzhou-agioi-anargyroi-kamatero-akk-malaga-rome-nice")


def main(*packs: str) -> None:
    """Write the sheet of each pack."""
    with TemporaryDirectory() as name:
        project = Path(name)
        write_plans(project)
        for pack in packs or PACKS:
            out = project / pack
            with chdir(project):
                ucap(("build", "--template", pack, "--out", pack, "--no-index", "--quiet"))
            draw(out, ROOT / "docs" / "images" / f"{pack}.png", PAGE_WIDTH)


def write_plans(project: Path) -> None:
    """Write the plans, with their translations and pictures."""
    pictures = project / "plans" / "pictures"
    pictures.mkdir(parents=True)
    town().resize((1200, 800)).save(pictures / "town.jpg")
    for name in REAL:
        shutil.copy(ROOT / "plans" / f"{name}.yaml", project / "plans")
    for name, (count, sentences, language) in PLANS.items():
        passages = dict(_passages(count, sentences, LANGUAGES.index(language)))
        plan = plan_of(count, {field: source for field, (source, _) in passages.items()}) | {"languages": [language]}
        if name.endswith("pictures"):
            shown = {"file": "town.jpg", "alt": "Roofs in the evening"}
            plan["pictures"] = [shown | {"caption": f"Workshop {number}"} for number in (1, 2)]
        text = yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)
        project.joinpath("plans", f"{name}.yaml").write_text(text, encoding="utf-8")
        file = project / "translations" / language / f"{name}.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        entries = (f'msgctxt "{field}"\nmsgid "{old}"\nmsgstr "{new}"\n' for field, (old, new) in passages.items())
        file.write_text("\n".join(entries), encoding="utf-8")


def _passages(count: int, sentences: int, language: int) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each translated field, with its text in English and in the language with the index `language`."""
    for place, (english, chinese, arabic, *_) in enumerate(CITIES[:count]):
        yield f"cities[{place}].name", (english, (english, chinese, arabic)[language])
    for field in FULL if sentences else ():
        yield field, (" ".join([TEXTS[0]] * sentences), " ".join([TEXTS[language]] * sentences))
    for place in range(2) if sentences else ():
        yield f"activities[{place}].text", (TEXTS[0], TEXTS[language])
        yield f"themes[{place}]", (THEMES[0][place], THEMES[language][place])


def plan_of(count: int, texts: dict[str, str]) -> dict[str, Any]:
    """Return the fields of a plan; one without texts has only the names and countries of its cities."""
    cities: list[dict[str, Any]] = [{"name": name, "country": country} for name, _, _, country, _ in CITIES[:count]]
    found: dict[str, Any] = {field: text for field, text in texts.items() if field in FULL}
    if found:
        for city, (*_, population) in zip(cities, CITIES, strict=False):
            city |= {"population": population, "area_km2": population // 2_000}
        found |= {"themes": [*THEMES[0]], "sdgs": [9, 11, 13], "updated": "2019-04-30"}
        found["activities"] = [TEXTS[0]] * 2
    return {"cities": cities, **found}


if __name__ == "__main__":
    main(*sys.argv[1:])
