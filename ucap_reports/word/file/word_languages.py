"""Languages in Word: their regions, and the kind of font that Word uses for their script."""

from ucap_reports.text.language_tags import primary

_WITH_REGION = (
    *("de-DE", "en-GB", "es-ES", "fr-FR", "hi-IN", "id-ID"),
    *("it-IT", "ja-JP", "ko-KR", "ms-MY", "pt-PT", "vi-VN"),
)
REGIONS = {primary(tag): tag for tag in _WITH_REGION} | {"zh": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
"""The language with a region, which Word's spelling dictionaries need, by the language without one."""
EAST_ASIAN = ("zh", "ja", "ko")
COMPLEX = ("ar", "bn", "fa", "he", "hi", "mr", "ne", "ps", "ta", "th", "ur", "yi")
"""Languages for which Word uses the font for complex scripts."""
DEFAULT_EAST_ASIAN = "zh-CN"


def word_language(tag: str) -> str:
    """The language as it is written in Word files."""
    return REGIONS.get(tag, tag)


def tag_of(language: str) -> str:
    """The tag that an author most likely wrote for a language of a Word file: without a region, except for Chinese."""
    return next((tag for tag, word in REGIONS.items() if word == language and "-" not in tag and tag != "zh"), language)


def language_xml(tag: str) -> str:
    """The run property w:lang, for each of Word's three kinds of script.

    If the author's tag does not follow from Word's language, it is in the attribute of a kind of script that the run
    does not have: Word ignores it there, and an import reads it back.
    """
    language = word_language(tag)
    kind = "eastAsia" if is_east_asian(tag) else "bidi" if primary(tag) in COMPLEX else ""
    used = f' w:{kind}="{language}"' if kind else ""
    unused = "bidi" if kind == "eastAsia" else "eastAsia"
    written = "" if tag_of(language) == tag else f' w:{unused}="{tag}"'
    return f'<w:lang w:val="{language}"{used}{written}/>'


def is_east_asian(tag: str) -> bool:
    """Whether Word uses the font for East Asian text for this language."""
    return primary(tag) in EAST_ASIAN
