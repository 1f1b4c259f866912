"""Languages as Word knows them: by language and region, and by the kind of font that their script is set in."""

from ucap_reports.text.language_tags import primary

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


def tag_of(language: str) -> str:
    """The language that an author most likely wrote for what Word is told: without a region, but for Chinese."""
    return next((tag for tag, told in REGIONS.items() if told == language and "-" not in tag and tag != "zh"), language)


def language_xml(tag: str) -> str:
    """The run property that says the language of text in any of Word's three kinds of script.

    Where what Word is told does not tell the author's tag, that stands in the attribute for scripts that the run has
    none of: Word passes over it, and an import gets the tag back.
    """
    language = word_language(tag)
    match primary(tag):
        case kind if kind in EAST_ASIAN:
            said, spare = f'w:val="{language}" w:eastAsia="{language}"', "bidi"
        case kind if kind in COMPLEX:
            said, spare = f'w:val="{language}" w:bidi="{language}"', "eastAsia"
        case _:
            said, spare = f'w:val="{language}"', "eastAsia"
    written = "" if tag_of(language) == tag else f' w:{spare}="{tag}"'
    return f"<w:lang {said}{written}/>"


def is_east_asian(tag: str) -> bool:
    """Whether the language is set in Word's font for East Asian text."""
    return primary(tag) in EAST_ASIAN
