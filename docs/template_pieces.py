"""What several scripts for the Word templates of the shipped packs use."""

TITLE = (
    "{{ summary.title }}"
    "{% if summary.status_text %}\u00a0·\u00a0{{ summary.status_text|language(summary.label_language) }}{% endif %}"
)
CUSTOM = ' w:customStyle="1"'
NOWHERE = '<w:tblInd w:w="0" w:type="dxa"/>'


def style_identifier(name: str) -> str:
    """The identifier of a style of the theme; the title has the built-in style "heading 1"."""
    return "Heading1" if name == "title" else "UCAP" + name.replace("-", "")
