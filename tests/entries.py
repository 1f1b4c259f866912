"""Entries for the index page: a few real ones, and any number of generated ones."""

from datetime import date
from itertools import islice, product

from ucap_reports.batch.index_page import IndexEntry, PublishedFile
from ucap_reports.summary.document_formats_and_pdf_standards import Format

TIANJIN = IndexEntry(
    id="tianjin-rome",
    title="IUC Urban Cooperation Action Plan (U-CAP) Summary",
    cities=("Tianjin", "Rome"),
    countries=("CN", "IT"),
    themes=("Aerospace", "Smart city construction"),
    sdgs=(11, 9),
    files=(
        PublishedFile(Format.PDF, "tianjin-rome.pdf", 59_916, 2),
        PublishedFile(Format.DOCX, "tianjin-rome.docx", 1_234_567),
    ),
    updated=date(2018, 5, 3),
)
MALAGA = IndexEntry(
    id="cartagena-malaga",
    title="Plan de acción",
    cities=("Cartagena", "Málaga"),
    countries=("CO", "ES"),
    themes=("Circular economy", "smart city construction"),
    sdgs=(11,),
    files=(PublishedFile(Format.PDF, "cartagena-malaga.pdf", 900, 1),),
    language="es",
)
LODZ = IndexEntry(
    id="da-nang-lodz", title="Summary", cities=("Đà Nẵng", "Łódź"), countries=("VN", "PL"), themes=("Côte d’Azur rail",)
)
NICE = IndexEntry(id="venice-nice", title="Summary", cities=("Venice", "天津"), countries=("IT", "GB"), sdgs=(1, 17))
FEW = (TIANJIN, MALAGA, LODZ, NICE)

CITIES = (
    "Zhengzhou",
    "Málaga",
    "Rome",
    "Mülheim an der Ruhr",
    "Belo Horizonte",
    "Almada",
    "天津",
    "Łódź",
    "Växjö",
    "Nice",
)
COUNTRIES = ("CN", "ES", "IT", "DE", "BR", "PT", "CN", "PL", "SE", "FR")
THEMES = (
    "Circular economy",
    "Energy transition",
    "Urban mobility",
    "Air quality",
    "Smart cities and innovation",
    "Food",
)


def many_entries(count: int) -> tuple[IndexEntry, ...]:
    """`count` entries of realistic size, each with a unique id and a unique combination of facts."""
    facts = islice(product(range(count // 60 + 1), range(10), range(6)), count)
    return tuple(_made_entry(*numbers) for numbers in facts)


def _made_entry(block: int, city: int, theme: int) -> IndexEntry:
    other = (city + block + 1) % len(CITIES)
    name = f"city-{block}-{city}-{theme}"
    return IndexEntry(
        id=name,
        title="IUC Urban Cooperation Action Plan (U-CAP) Summary",
        cities=(CITIES[city], f"{CITIES[other]} {block}"),
        countries=tuple(dict.fromkeys((COUNTRIES[city], COUNTRIES[other]))),
        themes=(THEMES[theme], THEMES[theme - 1], THEMES[theme - 2]),
        sdgs=(theme + 1, 11),
        files=(
            PublishedFile(Format.PDF, f"{name}.pdf", 40_000 + block, 2),
            PublishedFile(Format.DOCX, f"{name}.docx", 17_000),
        ),
        thumbnail=f"{name}.jpg",
    )
