"""Pictures of documents of each shipped pack in each script, with which tests/test_goldens.py compares.

    make goldens

Look at each picture that `git status` lists before it is committed.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from tests.stages import EXAMPLE, ROOT, shipped_pack
from tests.test_label_languages import PLANS
from tests.tools import page_pictures
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_opening import PackFolder, pack_names

FOLDER = Path(__file__).parent / "goldens"
STEP = 17
"""The distance of the 16 shades of grey of a picture."""
FURTHER: dict[str, dict[str, Any]] = {
    "ko": {
        "cities": [{"name": "수원", "country": "KR"}, {"name": "로마", "country": "IT"}],
        "focus": "**스마트 도시** 분야의 협력을 강화하고 시민 참여를 확대한다 (U-CAP).",
    },
    "el": {
        "cities": [{"name": "Λάρισα", "country": "GR"}, {"name": "Miraflores", "country": "PE"}],
        "focus": "Ενίσχυση της συνεργασίας για την **κυκλική οικονομία** και την αστική κινητικότητα.",
    },
    "bg": {
        "cities": [{"name": "Варна", "country": "BG"}, {"name": "Santa Monica", "country": "US"}],
        "focus": "Засилване на сътрудничеството в областта на **чистия въздух** и водите.",
    },
}
"""Plans in the scripts that `PLANS` does not have."""
ARABIC_NAMES = (
    "الرباط",
    "مراكش",
    "طنجة",
    "فاس",
    "أكادير",
    "وجدة",
    "تطوان",
    "مكناس",
    "الجديدة",
    "سلا",
    "روما",
    "ميلانو",
)
SENTENCE = "Both cities reduce the emissions of their buses until 2030, and share what they measure. "
HARD: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "twelve": (
        ("glance", "modern"),
        {
            "language": "ar",
            "title": "ملخص",
            "cities": [
                {
                    "name": name,
                    "country": "MA",
                    "population": 300_000 + 123_456 * number,
                    "area_km2": 100 + 37.5 * number,
                }
                for number, name in enumerate(ARABIC_NAMES)
            ],
            "focus": "اتصل على +216 71 000 000 أو office@example.org اليوم.",
            "sdgs": ["SDG 7", "SDG 11", "SDG 13"],
        },
    ),
    "compounds": (
        ("iuc-asia",),
        {
            "language": "de",
            "cities": [
                {
                    "name": "Donaudampfschifffahrtsgesellschaftsstadthausen",
                    "population": 1_400_000,
                    "area_km2": "414.9",
                },
                {"name": "Llanfairpwllgwyngyllgogerychwyrndrobwll", "population": 960_000},
                {"name": "Ay"},
            ],
            "focus": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz – und 1,985,000 Einwohner.",
            "objectives": "- Kurz\n- Donaudampfschifffahrtsgesellschaft\n",
        },
    ),
    "goals": (
        ("glance", "modern"),
        {
            "cities": [{"name": "Llanfairpwllgwyngyllgogerychwyrndrobwll", "country": "United Kingdom"}],
            "focus": "One city, whose name has forty letters, and all the goals.",
            "sdgs": [f"SDG {number}" for number in range(1, 18)],
        },
    ),
    "pages": (
        ("plain",),
        {
            "cities": [{"name": "Tianjin", "country": "China"}, {"name": "Rome", "country": "Italy"}],
            "focus": SENTENCE * 2,
            "activities": [{"when": f"{number}", "text": "A visit."} for number in range(1, 46)],
            "results": "\n".join(f"- {number}" for number in range(1, 96)),
        },
    ),
}
"""Hard cases by their names: the packs that print them, and their plans."""
LANGUAGES = ("en", *PLANS, *FURTHER)


def pack_and_language() -> Iterator[tuple[str, str]]:
    """Each shipped pack with one language of each script, and with the hard cases that it prints."""
    for pack in pack_names([PackFolder(ROOT / "templates", "templates")]):
        yield from ((pack, language) for language in LANGUAGES)
        yield from ((pack, name) for name, (packs, _) in HARD.items() if pack in packs)


def golden(pack: str, language: str) -> Path:
    """The file with the picture of a document."""
    return FOLDER / f"{pack}-{language}.png"


def plan_text(language: str) -> str:
    """The plan of a language, the example or a short one, or of a hard case."""
    if language == "en":
        return EXAMPLE.read_text(encoding="utf-8")
    if language in HARD:
        return yaml.safe_dump(HARD[language][1], allow_unicode=True)
    fields = {"language": language, **(PLANS | FURTHER)[language]}
    return yaml.safe_dump(fields, allow_unicode=True)


def picture(pack: str, text: str) -> Image.Image:
    """The pages of a plan's PDF beside each other, in 16 shades of grey."""
    opened = shipped_pack(pack)
    summary = compose_summary(parse_plan(Source("plans/example.yaml", text)), opened)
    pages = page_pictures(render_pdf(summary, opened).content)
    beside = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)))
    for number, page in enumerate(pages):
        beside.paste(page.convert("L"), (sum(each.width for each in pages[:number]), 0))
    return beside.point([value // (STEP - 1) * STEP for value in range(256)])


def main() -> None:
    """Write all pictures, and remove those of packs that are shipped no longer."""
    FOLDER.mkdir(exist_ok=True)
    wanted = {golden(*each): each for each in pack_and_language()}
    for path in set(FOLDER.iterdir()) - wanted.keys():
        path.unlink()
    for path, (pack, language) in wanted.items():
        shades = picture(pack, plan_text(language)).convert("P", palette=Image.Palette.ADAPTIVE, colors=16)
        shades.save(path, optimize=True, bits=4)
    sys.stdout.write(f"{len(wanted)} pictures, {sum(path.stat().st_size for path in wanted) // 1024} KiB\n")


if __name__ == "__main__":
    main()
