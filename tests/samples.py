"""Hand-written summaries, for tests of the renderers without the stages before them."""

from functools import cache

from msgspec.structs import replace

from ucap_reports.summary.summary_model import Contact, LabelText, Metadata, Row, Summary
from ucap_reports.text.rich_text import Break, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script


def listed(marker: Marker, *items: RichText, start: int = 1) -> RichText:
    """A list with these items."""
    return RichText((ItemList(marker, tuple(ListItem(item.blocks) for item in items), start),))


def joined(*texts: RichText) -> RichText:
    """The blocks of several texts as one text."""
    return RichText(tuple(block for text in texts for block in text.blocks))


def line(*runs: Run | Break) -> RichText:
    """One paragraph with these runs."""
    return RichText((Paragraph(runs),))


def lines(*texts: str) -> RichText:
    """One text per line, without markers."""
    return listed(Marker.NONE, *map(RichText.plain, texts))


def dated(date: str, text: str) -> RichText:
    """An underlined date, followed by a text."""
    return line(Run(date, underline=True), Run(text))


def themed(theme: str, text: str) -> RichText:
    """A bold theme, followed by a text."""
    return line(Run(f"{theme}:", bold=True), Run(f" {text}"))


TOPICS = line(
    Run("Related "),
    Run("SDGs", link="https://sdgs.un.org/goals"),
    Run(" and "),
    Run("Urban Agenda", link="https://www.urbanagenda.urban-initiative.eu/"),
    Run(" topics:"),
)
FOCUS = joined(
    themed(
        "Aerospace",
        "Establishing deeper ties between Tianjin and European regions on the topic of aerospace.",
    ),
    themed(
        "Trade and Commerce",
        "Cooperation in exhibitions and import and export activities including agricultural testing and standards.",
    ),
    themed(
        "Smart City",
        "Promote joint activities between the various stakeholders of the cities involved to define cooperation models "
        "and develop innovative pilot and demonstrative projects in the sectors of Smart City.",
    ),
    themed(
        "Education",
        "Promote and define joint activities between the various stakeholders of the cities involved to carry out "
        "projects and initiatives to enhance university education and research programs.",
    ),
)
OBJECTIVES = joined(
    RichText.plain(
        "To support local districts by facilitating entry to EU business large and small in the above mentioned key "
        "cooperation themes. To mobilize stakeholders from research, public authorities and business (triple-helix) "
        "for Tianjin's sustainable urban development.",
    ),
    RichText.plain(
        "Facilitate and launch concrete cooperation projects in the above-mentioned fields and advance to thematic "
        "networking through cluster UCAPs",
    ),
)
ACTIVITIES = listed(
    Marker.ARROW,
    line(
        Run("For previous activities with European cities, please see "),
        Run("www.world-cities.eu", link="http://www.world-cities.eu"),
    ),
    dated(
        "January 2017",
        ": Visit of WM and Coventry University Enterprise: MoU with Capital Group for a British Center Project in "
        "Tianjin, MoU with Inno-way for cooperation in innovation and technology, Cooperation in crisis management "
        "training/simulation with Binhai New District. Creation of a China EU High Tech Cooperation Zone in Tianjin "
        "Binhai New Area.",
    ),
    dated("March 2017", ". DG REGIO Director General Deffaa paid a study visit to Tianjin."),
    dated(
        "March 2017 in Beijing",
        ": IUC Project Launch Event at the premise of the European Union Delegation to China. Dr. Hans Dietmar "
        "Schweisgut, Ambassador of the European Union to China and Mongolia and Mr. LIU Sushe, Director General, "
        "Regional Economy Department at NDRC delivered opening speeches.",
    ),
    line(
        Run("31 May 2017 in Brussels", underline=True),
        Run(": 10th China – Europe Regional Policy High-level Dialogue. Presentation of Shantou "),
        Run("Shantou Pilot Area of EU-China Regional Policy Cooperation (2016-2020)", italic=True),
        Run("."),
    ),
    dated("December 2017", " “Belt and Road” Forum for Global Port Cities inviting European cities."),
    dated(
        "July 2018",
        " EU mission to China. City exchange workshop in Tianjin participants: Tianjin Development and Reform "
        "Commission, EU-China Advanced Manufacturing Park in Tianjin, Automobile Research Institute of Tsinghua "
        "University, EU-China Industrial Investment Fund.",
    ),
)


def shared(key: str, label: str | RichText, cell: str | RichText) -> Row:
    """A row with a single cell."""
    return Row(key, _rich(label), (_rich(cell),), shared=True)


def row(key: str, label: str, *cells: str | RichText) -> Row:
    """A row with a cell for each column."""
    return Row(key, RichText.plain(label), tuple(map(_rich, cells)), shared=False)


def _rich(text: str | RichText) -> RichText:
    return RichText.plain(text) if isinstance(text, str) else text


SEED_ROWS = (
    row("region", "Province, State, Department...:", "Tianjin", "Lazio"),
    row("country", "Country:", "China", "Italy, UK"),
    row("population", "Population:", "13.6 Mio", "N/A"),
    row("area_km2", "Size (km²)", "11,760 km²", "N/A"),
    shared(
        "period",
        "Period of cooperation",
        "May 2017 (as a follow-up to Tianjin's engagement in previous EU-China urban project World Cities)",
    ),
    shared(
        "themes",
        "Cooperation Themes:",
        lines(
            "Aerospace",
            "Energy conservation and environmental protection",
            "Smart city construction",
            "Economy and trade",
        ),
    ),
    shared(
        "topics",
        TOPICS,
        lines(
            "SDG 11 Resilient and sustainable cities",
            "SDG 9 Inclusive and sustainable industrialization and foster innovation.",
            "EU UP Jobs & Skills in Local Economy",
            "EU UP Urban Mobility",
        ),
    ),
    shared("focus", "Key focus of cooperation themes:", FOCUS),
    shared(
        "challenges",
        "Key challenges of cooperation theme:",
        "Internationalisation of city and development of innovation from EU to Tianjin and vice-versa.",
    ),
    shared("objectives", "Main objectives of cooperation as described in the U-CAP:", OBJECTIVES),
    shared("activities", "Short description of main activities and key outputs (e.g. pilot projects):", ACTIVITIES),
    shared(
        "results",
        "Expected results and benefits:",
        "Current situation to be analysed in order to evaluate further concrete results that can be achieved from "
        "Tianjin participation.",
    ),
)


@cache
def seed_summary() -> Summary:
    """Tianjin and Rome, as the programme published them."""
    return Summary(
        id="tianjin-rome",
        title="IUC Urban Cooperation Action Plan (U-CAP) Summary",
        language="en",
        column_label=RichText.plain("City:"),
        columns=("Tianjin", "Rome"),
        rows=SEED_ROWS,
        contact=Contact(
            lead="For further information (including access to the full U-CAP), please contact:",
            office="IUC-ASIA",
            email="office@iuc-asia.eu",
        ),
        programme_label=(LabelText("en", "A European Union Programme"), LabelText("zh-CN", "欧盟项目")),
        metadata=Metadata("IUC-ASIA", "Tianjin, Rome", ("Aerospace", "Smart city construction")),
        continued="(continued)",
        names="Tianjin – Rome",
    )


def with_rows(*rows: Row, columns: tuple[str, ...] = ("Tianjin", "Rome")) -> Summary:
    """The seed summary with other rows and columns."""
    return replace(seed_summary(), rows=rows, columns=columns)


EVERYTHING = joined(
    line(
        Run("Bold", bold=True),
        Run(" and "),
        Run("italic", italic=True),
        Run(", H"),
        Run("2", script=Script.SUBSCRIPT),
        Run("O, km"),
        Run("2", script=Script.SUPERSCRIPT),
        Break(),
        Run("欧盟", language="zh-CN"),
        Run(" a page", link="https://example.org/?a=b&c=d"),
        Run(" in bold", link="https://example.org/?a=b&c=d", bold=True),
    ),
    RichText(
        (
            ItemList(
                Marker.BULLET,
                (
                    ListItem(
                        (
                            Paragraph((Run("First"),)),
                            ItemList(Marker.BULLET, (ListItem((Paragraph((Run("Under it"),)),)),)),
                        ),
                    ),
                    ListItem((Paragraph((Run("Second"),)), Paragraph((Run("and its second paragraph"),)))),
                ),
            ),
        ),
    ),
    listed(Marker.NUMBER, RichText.plain("One"), RichText.plain("Two")),
    listed(Marker.NUMBER, RichText.plain("Five"), RichText.plain("Six"), start=5),
    lines("close to", "each other"),
    RichText.plain("Last"),
)
"""Rich text with every feature of rich text."""
