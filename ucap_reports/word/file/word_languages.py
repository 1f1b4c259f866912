"""Languages in Word: their regions, the kind of font that Word uses for their script, and what depends on the
language of the document in the parts of a file.
"""

from collections.abc import Mapping

from lxml import etree

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.language_tags import is_right_to_left, primary
from ucap_reports.text.rich_text import turned_sign
from ucap_reports.word.file.word_xml import (
    DECLARATION,
    NAMESPACES,
    properties_of,
    put,
    qualified,
    remove,
    to_text,
)

_REGIONS = {
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
"""The language with a region, which Word's spelling dictionaries need, by the language without one."""
_EAST_ASIAN = ("zh", "ja", "ko")
_COMPLEX = ("ar", "bn", "fa", "he", "hi", "km", "mr", "ne", "ps", "ta", "th", "ur", "yi")
"""Languages for which Word uses the font for complex scripts."""
_DEFAULT_EAST_ASIAN = "zh-CN"
_EAST_ASIAN_LETTERS = LazyPattern(
    "[\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U00016fe0-\U00018cff\U0001aff0-\U0001b2ff\U00020000-\U0003ffff]"
)
_COMPLEX_LETTERS = LazyPattern("[\u0590-\u109f\u1780-\u17ff\ua8e0-\ua8ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = LazyPattern(r"[^\W\d_]")
"""Letters by the font that Word uses for them (ECMA-376 §17.3.2.26); all others are Latin to Word."""


def word_language(tag: str) -> str:
    """Return the language as it is written in Word files."""
    return _REGIONS.get(tag, tag)


def _tag_of(language: str) -> str:
    """Return the tag that an author most likely wrote for a language of a Word file: without a region, except for
    Chinese.
    """
    for tag, language_with_region in _REGIONS.items():
        if language_with_region == language and primary(tag) != "zh":
            return tag
    return language


def language_xml(tag: str) -> str:
    """Return the run property w:lang, for each of Word's three kinds of script.

    If the author's tag does not follow from Word's language, it is in the attribute of a kind of script that the run
    does not have: Word ignores it there, and an import reads it back.
    """
    language = word_language(tag)
    kind = ""
    if is_east_asian(tag):
        kind = "eastAsia"
    elif primary(tag) in _COMPLEX:
        kind = "bidi"
    attributes = f'w:val="{language}"'
    if kind:
        attributes += f' w:{kind}="{language}"'
    if _tag_of(language) != tag:
        unused_kind = "bidi" if kind == "eastAsia" else "eastAsia"
        attributes += f' w:{unused_kind}="{tag}"'
    return f"<w:lang {attributes}/>"


def language_of_text(languages: Mapping[str, str], text: str, *, original: bool) -> str | None:
    """Return the tag of a text from the attributes of its w:lang by their names; None if they do not name a language.

    Of the three languages, the one for the script of most of its letters counts: `val` for Latin, `eastAsia` for East
    Asian, `bidi` for complex scripts. Programs fill in the others with their defaults. `original` is whether no other
    program has saved the file since `language_xml` wrote it, so that an author's tag may be in an unused attribute.
    """
    language = languages.get("val", "")
    unused_kind = "bidi" if is_east_asian(language) else "eastAsia"
    written = languages.get(unused_kind, "")
    if original and written and primary(written) == primary(language):
        return written
    kind = _script_attribute(text)
    if kind != "val" and languages.get(kind):
        return _tag_of(languages[kind])
    if not language:
        return None
    if kind == "eastAsia":
        is_of_script = is_east_asian(language)
    elif kind == "bidi":
        is_of_script = primary(language) in _COMPLEX
    else:
        is_of_script = True
    return _tag_of(language) if is_of_script or original else None


def _script_attribute(text: str) -> str:
    """Return the attribute of w:lang for the script of most letters of a text."""
    east_asian = len(_EAST_ASIAN_LETTERS.findall(text))
    complex_letters = len(_COMPLEX_LETTERS.findall(text))
    latin = len(_LETTER.findall(text)) - east_asian - complex_letters
    if latin >= max(east_asian, complex_letters):
        return "val"
    return "eastAsia" if east_asian >= complex_letters else "bidi"


def is_east_asian(tag: str) -> bool:
    """Return whether Word uses the font for East Asian text for this language."""
    return primary(tag) in _EAST_ASIAN


# Documents, whose language is open while their template is compiled
_OPEN, _OPEN_EAST_ASIAN, _OPEN_COMPLEX = "ucap-language", "ucap-east-asian", "ucap-complex"
"""The placeholders for the languages of the kinds of script."""
_DEFAULT_COMPLEX = "ar-SA"
DIRECTION = '<w:bidi w:val="ucap"/>'
"""The placeholder for the direction of text in parts that depend only on the language."""
TABLE_BACKGROUND = "ucap-left-to-right"
"""The placeholder for the pattern of the background in the style of a table, whose cells have the background, too. In
right-to-left documents, LibreOffice would fill the place beside a narrow table with it.
"""
_TABLE_BACKGROUND = LazyPattern(f'<w:shd w:val="{TABLE_BACKGROUND}"[^<>]*/>')
_TURNED = {DIRECTION: "<w:bidi/>", '<w:lvlJc w:val="left"/>': '<w:lvlJc w:val="right"/>'}
"""What is different in right-to-left documents, beside the signs of lists. These are aligned at the right, since
alignment is relative to the page (ISO/IEC 29500-1, 17.9.7).
"""
_LIST_SIGN = LazyPattern(r'<w:lvlText w:val="[^"]*"')


def leave_language_open(root: etree._Element) -> str:
    """Return the part with the styles, the settings or the lists; in the first two, `in_language` replaces the
    language.
    """
    if root.tag == qualified("w:styles"):
        language = f'<w:lang w:val="{_OPEN}" w:eastAsia="{_OPEN_EAST_ASIAN}" w:bidi="{_OPEN_COMPLEX}"/>'
        put(_defaults(root, "w:rPr"), language)
        put(_defaults(root, "w:pPr"), DIRECTION)
        for style in root.iterfind("w:style", NAMESPACES):
            if style.get(qualified("w:default")) is not None:  # LibreOffice repeats the language there
                for own_language in style.findall("w:rPr/w:lang", NAMESPACES):
                    remove(own_language)
    for element in root.iter(qualified("w:themeFontLang")):
        element.set(qualified("w:val"), _OPEN)
        element.set(qualified("w:eastAsia"), _OPEN_EAST_ASIAN)
    return DECLARATION + to_text(root)


def in_language(part: str, language: str) -> bytes:
    """Return a part from `leave_language_open` for documents in `language`."""
    for name, value in _default_languages(language).items():
        part = part.replace(f'"{name}"', f'"{value}"')
    if is_right_to_left(language):
        for element, turned in _TURNED.items():
            part = part.replace(element, turned)
        part = _LIST_SIGN.sub(lambda sign: turned_sign(sign[0]), part)
        part = _TABLE_BACKGROUND.sub("", part)
    else:
        part = part.replace(DIRECTION, "").replace(f'"{TABLE_BACKGROUND}"', '"clear"')
    return part.encode()


def default_languages_xml(language: str) -> tuple[str, str]:
    """Return the default run property and the default paragraph property of documents in that language: the languages
    of the kinds of script, and the direction.
    """
    languages = _default_languages(language)
    attributes = (
        f'w:val="{languages[_OPEN]}" w:eastAsia="{languages[_OPEN_EAST_ASIAN]}" w:bidi="{languages[_OPEN_COMPLEX]}"'
    )
    direction = "<w:bidi/>" if is_right_to_left(language) else ""
    return f"<w:lang {attributes}/>", direction


def _defaults(styles: etree._Element, name: str) -> etree._Element:
    """Return the default properties of runs or paragraphs, which are added if there are none."""
    defaults = properties_of(styles, "w:docDefaults")
    holder = properties_of(defaults, f"{name}Default")
    return properties_of(holder, name)


def _default_languages(language: str) -> dict[str, str]:
    """Return the languages of the kinds of script in documents of that language, by their placeholders."""
    own = word_language(language)
    return {
        _OPEN: own,
        _OPEN_EAST_ASIAN: own if is_east_asian(language) else _DEFAULT_EAST_ASIAN,
        _OPEN_COMPLEX: own if primary(language) in _COMPLEX else _DEFAULT_COMPLEX,
    }
