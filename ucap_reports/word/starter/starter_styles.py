"""The styles and settings of a generated Word template; their look comes from the theme."""

from collections.abc import Iterable
from html import escape

from lxml import etree

from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.theme_styles import PREFIX, apply_theme, fonts_xml, half_points, with_link_style
from ucap_reports.word.file.element_names import WORD
from ucap_reports.word.file.word_xml import DECLARATION, read_xml
from ucap_reports.word.render.rich_text_runs import LINK_STYLE

PARAGRAPHS = (
    *("emblem", "emblem-label", "brand", "brand-name", "running-title", "footer", "title", "title-rule"),
    *("column", "city", "label", "cell", "contact-gap", "caption", "contact-lead", "contact-text", "end"),
)
"""The paragraph styles of the template: the theme's, and those that `theme_styles` derives from it."""
TABLES = ("header", "table", "contact", "labels")
KEPT_WITH_NEXT = ("title", "title-rule", "column", "city")
HEADING = "Heading1"
"""The title has the built-in style "heading 1", with the theme's style as an alias."""
NOWHERE = '<w:tblInd w:w="0" w:type="dxa"/>'


def style_identifier(name: str) -> str:
    """The identifier of a style of the theme."""
    return HEADING if name == "title" else "UCAP" + name.replace("-", "")


def styles_xml(theme: Theme) -> etree._Element:
    """The root of the styles part."""
    size = half_points(theme.style("body").size)
    fonts = fonts_xml(theme.style("body"), theme)
    defaults = (
        f'<w:rPrDefault><w:rPr>{fonts}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault>'
    )
    styles = [*_basic(), *map(_paragraph_style, PARAGRAPHS), *map(_table_style, TABLES)]
    root = read_xml(
        f'<w:styles xmlns:w="{WORD}"><w:docDefaults>{defaults}</w:docDefaults>{"".join(styles)}</w:styles>'.encode(),
    )
    apply_theme(root, theme)
    with_link_style(root, theme, follow=True)
    return root


def _basic() -> Iterable[str]:
    """The styles of every Word file."""
    yield '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    yield (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    )
    yield (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f'<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr>{NOWHERE}<w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    )
    yield (
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )
    yield (
        f'<w:style w:type="character" w:styleId="{LINK_STYLE}"><w:name w:val="{LINK_STYLE}"/>'
        '<w:uiPriority w:val="99"/><w:rPr/></w:style>'
    )


def _paragraph_style(name: str) -> str:
    own = f'<w:name w:val="{PREFIX}{name}"/>'
    level = ""
    if name == "title":
        own = f'<w:name w:val="heading 1"/><w:aliases w:val="{PREFIX}{name}"/>'
        level = '<w:outlineLvl w:val="0"/>'
    kept = "<w:keepNext/>" if name in KEPT_WITH_NEXT else ""
    properties = f"<w:pPr>{kept}{level}</w:pPr>" if kept or level else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_identifier(name)}"{"" if name == "title" else CUSTOM}>'
        f'{own}<w:basedOn w:val="Normal"/><w:qFormat/>{properties}<w:rPr/></w:style>'
    )


CUSTOM = ' w:customStyle="1"'


def _table_style(name: str) -> str:
    return (
        f'<w:style w:type="table"{CUSTOM} w:styleId="{style_identifier(name)}"><w:name w:val="{PREFIX}{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr>{NOWHERE}</w:tblPr></w:style>'
    )


def settings_xml() -> etree._Element:
    """The root of the settings part: no hyphenation, and the layout of Word 2013 and later."""
    modern = "http://schemas.microsoft.com/office/word"
    rules = {
        "compatibilityMode": 15,
        "overrideTableStyleFontSizeAndJustification": 1,
        "enableOpenTypeFeatures": 1,
        "doNotFlipMirrorIndents": 1,
        "differentiateMultirowTableHeaders": 1,
    }
    compatible = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{modern}" w:val="{value}"/>' for name, value in rules.items()
    )
    return read_xml(
        f'<w:settings xmlns:w="{WORD}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:autoHyphenation w:val="0"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{compatible}</w:compat><w:themeFontLang w:val="en-GB" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'.encode(),
    )


def font_table_xml(theme: Theme) -> bytes:
    """The font table part."""
    names = sorted({name for family in theme.fonts.values() for name in (family.word, family.word_east_asian)})
    fonts = "".join(f'<w:font w:name="{escape(name)}"><w:family w:val="swiss"/></w:font>' for name in names)
    return f'{DECLARATION}<w:fonts xmlns:w="{WORD}">{fonts}</w:fonts>'.encode()
