"""Errors that spreadsheet programs show instead of the value of a formula, in workbooks and in text files from them."""

import re

_NAMES = (
    "REF! VALUE! DIV/0! NAME? NULL! NUM! N/A SPILL! CALC! FIELD! BLOCKED! BUSY! CONNECT! PYTHON! UNKNOWN! GETTING_DATA "
    "BEZUG! WERT! ZAHL! NV ÜBERLAUF! KALK! FELD! "
    "VALEUR! NOM? NOMBRE! NUL! PROPAGATION! "
    "¡REF! ¡VALOR! ¡DIV/0! ¿NOMBRE? ¡NULO! ¡NUM! ¡NÚM! ¡DESBORDAMIENTO! "
    "VALOR! NOME? NULO! NÚM! DESPEJAR! N/D "
    "RIF! VALORE! NULLO! ESPANSIONE! "
    "VERW! WAARDE! NAAM? LEEG! GETAL! DEEL/0! N/B "
    "ADR! ARG! NAZWA? ZERO! LICZBA! DZIEL/0! N/D! "
    "REFERENS! VÄRDEFEL! NAMN? SKÄRNING! OGILTIGT! DIVISION/0! SAKNAS! "
    "ССЫЛКА! ЗНАЧ! ИМЯ? ПУСТО! ЧИСЛО! ДЕЛ/0! Н/Д"  # noqa: RUF001 - Russian words
)
"""The errors of Excel in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish and Russian,
without the number sign that they begin with. Other languages have the English ones, as in Chinese and Japanese."""
_ERROR = re.compile(rf"#(?:{'|'.join(map(re.escape, _NAMES.split()))})|Err:[0-9]{{3}}|#{{3,}}")
"""An error of Excel, one of LibreOffice, or a number that was too wide for its column, which Excel writes to text files
as it shows it."""


def is_cell_error(text: str) -> bool:
    """Return whether the text of a cell is an error of a spreadsheet program."""
    return _ERROR.fullmatch(text.strip()) is not None
