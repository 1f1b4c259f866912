"""Languages as Word knows them: by language and region, and by the kind of font that their script is set in."""

from ucap_reports.languages import is_right_to_left, primary

__all__ = [
    "COMPLEX",
    "DEFAULT_EAST_ASIAN",
    "is_east_asian",
    "is_right_to_left",
    "language_xml",
    "primary",
    "word_language",
]

REGIONS = {
    "de": "de-DE",
    "en": "en-GB",
    "es": "es-ES",
    "fr": "fr-FR",
    "hi": "hi-IN",
    "id": "id-ID",
    "it": "it-IT",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "ms": "ms-MY",
    "pt": "pt-PT",
    "vi": "vi-VN",
    "zh": "zh-CN",
    "zh-Hans": "zh-CN",
    "zh-Hant": "zh-TW",
}
"""The region Word is told for a language without one: its spelling dictionaries have one each."""
EAST_ASIAN = ("zh", "ja", "ko")
COMPLEX = ("ar", "bn", "fa", "he", "hi", "mr", "ne", "ps", "ta", "th", "ur", "yi")
"""Languages whose script Word sets in its font for complex scripts."""
DEFAULT_EAST_ASIAN = "zh-CN"


def word_language(tag: str) -> str:
    """The language as Word is told it."""
    return REGIONS.get(tag, tag)


def language_xml(tag: str) -> str:
    """The run property that says the language of text in any of Word's three kinds of script."""
    language = word_language(tag)
    match primary(tag):
        case kind if kind in EAST_ASIAN:
            return f'<w:lang w:val="{language}" w:eastAsia="{language}"/>'
        case kind if kind in COMPLEX:
            return f'<w:lang w:val="{language}" w:bidi="{language}"/>'
        case _:
            return f'<w:lang w:val="{language}"/>'


def is_east_asian(tag: str) -> bool:
    """Whether the language is set in Word's font for East Asian text."""
    return primary(tag) in EAST_ASIAN
