"""WeasyPrint, writing PDF/UA-1 from HTML rendered by Jinja; fonts and style are loaded once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

HERE = Path(__file__).parent
FACES = {
    "Arimo-400": ("Arimo", 400, "normal"),
    "Arimo-700": ("Arimo", 700, "normal"),
    "Arimo-Italic-400": ("Arimo", 400, "italic"),
    "Arimo-Italic-700": ("Arimo", 700, "italic"),
}


def renderer(fonts: Path) -> Callable[[dict[str, Any]], bytes]:
    """Return a function that renders the data of a summary with the fonts of a folder.

    Raises ImportError without WeasyPrint, and OSError without Pango, its layout library.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415 - WeasyPrint is optional
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - WeasyPrint is optional

    found = FontConfiguration()
    faces = [face(*FACES[name], fonts / f"{name}.ttf") for name in FACES]
    faces.append(face("Noto Sans SC", 400, "normal", fonts / "NotoSansSC-Regular.otf"))
    style = CSS(string="\n".join([*faces, (HERE / "summary.css").read_text(encoding="utf-8")]), font_config=found)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True)
    template = environment.get_template("summary.html", globals={"br": Markup("<br>")})

    def render(data: dict[str, Any]) -> bytes:
        html = HTML(string=template.render(data))
        return bytes(html.write_pdf(stylesheets=[style], font_config=found, pdf_variant="pdf/ua-1"))

    return render


def face(family: str, weight: int, style: str, path: Path) -> str:
    """Return a typeface's rule for the style."""
    source = f'url("{path.as_uri()}")'
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; src: {source}; }}'
