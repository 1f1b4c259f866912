"""Plans of the real city groupings of the IUC programme, made from `pairings.csv` with only the facts that it states.

Run in this folder: `python make_plans.py`. It writes into `plans/` and replaces what it wrote before.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
PROGRAMME = "IUC 2016-2020"
BETWEEN_REGIONS = "region to region"
"""The programme's third component: regions, not cities."""
PACKS = {"Asia (Japan)": "iuc-japan", "Latin America": "iuc-americas", "North America": "iuc-americas"}
DEFAULT_PACK = "iuc-asia"
NUMBER = r"\d[\d ,.]*"
POPULATION = re.compile(rf"population ({NUMBER}?) / ({NUMBER}?)(?=;|$)")
AREA = re.compile(rf"(?:area )?({NUMBER}) / ({NUMBER}) km2")
PERIOD = re.compile(r"period ([^;]+)")
SIGNED = re.compile(r"agreement signed ([^;]+)")
FURTHER_SOURCE = re.compile(r"also (?:in )?((?:https?://)?[\w.-]+\.\w+/\S+)")
GOALS = re.compile(r"SDG ([\d, ]+)")
AGENDA = "Urban Agenda: "
SLUG_LENGTH = 80


def main() -> None:
    """Write a plan for each city grouping of the programme."""
    with (HERE / "pairings.csv").open(encoding="utf-8", newline="") as table:
        rows = [
            row for row in csv.DictReader(table) if row["programme"] == PROGRAMME and row["kind"] != BETWEEN_REGIONS
        ]
    for row in rows:
        path = HERE.parent / f"{plan_id(row)}.yaml"
        path.write_text(plan_text(row), encoding="utf-8")


def plan_id(row: dict[str, str]) -> str:
    """The partner cities, then the European ones, in ASCII."""
    names = [*split(row["partner_cities"]), *split(row["european_cities"])]
    plain = unicodedata.normalize("NFKD", " ".join(names)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")[:SLUG_LENGTH].rstrip("-")


def plan_text(row: dict[str, str]) -> str:
    """The plan file: what the source states, in the order of the plan format."""
    head = (
        "# yaml-language-server: $schema=plan.schema.json\n"
        "# Made from sources/pairings.csv, which states no more than this. `ucap check` tells what is still missing.\n"
    )
    return head + yaml.safe_dump(plan(row), allow_unicode=True, sort_keys=False, width=110)


def plan(row: dict[str, str]) -> dict[str, Any]:
    """The plan's fields, without those that the source says nothing of."""
    note = row["note"]
    topics = list(topic_list(row["themes"]))
    fields = {
        "template": PACKS.get(row["region"]),
        "cities": [column(row, "partner", note), column(row, "european", note)],
        "period": found(PERIOD, note),
        "signed": found(SIGNED, note),
        "themes": [topic for topic in topics if not is_goal(topic) and not topic.startswith(AGENDA)],
        "sdgs": [
            int(number) for topic in topics if (goals := GOALS.fullmatch(topic)) for number in goals[1].split(",")
        ],
        "urban_agenda": [
            name for topic in topics if topic.startswith(AGENDA) for name in topic.removeprefix(AGENDA).split(", ")
        ],
        "sources": [row["source"], *FURTHER_SOURCE.findall(note)],
    }
    return {key: value for key, value in fields.items() if value}


def column(row: dict[str, str], side: str, note: str) -> dict[str, Any]:
    """One side's column: its cities, their countries, and the figures that the note gives, Europe's first."""
    place = 1 if side == "european" else 2
    fields = {
        "name": one_or_list(split(row[f"{side}_cities"])),
        "country": one_or_list(split(row[f"{side}_countries"])),
        "population": number(found(POPULATION, note, place)),
        "area_km2": number(found(AREA, note, place)),
    }
    return {key: value for key, value in fields.items() if value}


def topic_list(themes: str) -> Iterator[str]:
    """The themes as the source separates them."""
    return (theme for theme in split(themes) if theme)


def is_goal(topic: str) -> bool:
    """Whether a theme names Sustainable Development Goals."""
    return GOALS.fullmatch(topic) is not None


def split(text: str) -> list[str]:
    """The parts between semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def one_or_list(names: list[str]) -> str | list[str]:
    """A single name alone, several as a list."""
    return names[0] if len(names) == 1 else names


def found(pattern: re.Pattern[str], note: str, group: int = 1) -> str | None:
    """What the note says there."""
    match = pattern.search(note)
    return match[group].strip() if match else None


def number(text: str | None) -> str | None:
    """A figure with its thousands grouped by commas, its decimals as they stand in the source."""
    if text is None:
        return None
    whole, point, decimals = text.replace(" ", "").replace(",", "").partition(".")
    return f"{int(whole):,}{point}{decimals}"


if __name__ == "__main__":
    main()
