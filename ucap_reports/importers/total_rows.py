"""Rows of a table that sum up the others, and are about no plan."""

from collections.abc import Sequence

from ucap_reports.importers.cell_grids import Row
from ucap_reports.importers.field_labels import folded_label

_TOTALS = {
    folded_label(word)
    for word in (
        *("total", "totals", "grand total", "subtotal", "sum", "average", "mean"),
        *("Summe", "Gesamt", "Gesamtsumme", "Insgesamt", "Durchschnitt", "Mittelwert"),
        *("totaux", "total général", "sous-total", "somme", "moyenne"),
        *("totales", "suma", "promedio", "soma", "total geral", "totale", "somma"),
        *("jumlah", "rata-rata", "purata", "tổng", "tổng cộng", "trung bình", "योग", "कुल", "औसत"),
        *("合计", "总计", "共计", "小计", "平均", "合計", "総計", "小計", "계", "합계", "총계", "평균"),
    )
}
"""What such rows are called, in the languages that the packs speak; no word that a city is called."""


def is_total(row: Row, places: Sequence[int]) -> bool:
    """Whether a row sums others up: its first words are those for that, and no column of names has a city."""
    first = next((words for cell in row if cell and (words := _bare(cell.cell.text))), None)
    named = (_bare(cell.cell.text) for place in places if (cell := row[place]))
    return first in _TOTALS and all(words in _TOTALS or not words for words in named)


def _bare(text: str) -> str:
    """The words of a text without the numbers beside them, as in "Total: 12"."""
    return " ".join(word for word in folded_label(text).split() if not word.isdecimal())
