"""SVG drawings for tests."""

from collections.abc import Callable, Iterable

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
LEAF = "M0,0c10-20,30-20,40,0c-10,20-30,20-40,0z"
LOGO = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg {NAMESPACE} xmlns:i="https://draw.example" viewBox="-10 -10 320 180" width="80mm" height="45mm" i:version="1">
<title>Logo</title><metadata><i:any>text</i:any></metadata><i:view id="v"/>
<defs>
  <style>.a{{fill:#e63946;}} /* text */ .b, .c {{stroke:#1d3557;stroke-width:3px}} .c{{fill:none}}</style>
  <linearGradient id="unused"/>
</defs>
<rect x="-10" y="-10" width="320" height="180" rx="20" fill="#f1faee"/>
<g transform="translate(70 80)" fill="seagreen">
  <path d="{LEAF}" style="-inkscape-stroke:none;fill-opacity:1"/><path d="{LEAF}" transform="rotate(60)"/>
  <path d="{LEAF}" transform="rotate(120)" fill="gold"/><path d="{LEAF}" transform="rotate(180)"/>
  <circle r="8" class="a b"/>
</g>
<path class="a" fill-rule="evenodd" d="M150 20h60v60h-60zM165 35h30v30h-30z"/>
<path d="M150 100q20-30 40 0t40 0 40 0" fill="none" stroke="rgb(0,51,153)" stroke-width="5" stroke-linecap="round"/>
<path d="M230 50a25 25 0 1140 0L250 75z" class="c" stroke-linejoin="round"/>
<ellipse cx="250" cy="130" rx="30" ry="14" transform="rotate(-20 250 130)" fill="currentColor" color="#a8dadc"
  stroke="navy"/>
<polyline points="150,150 165,130 180,150 195,130 210,150" class="c"/>
<polygon points="230,150 240,135 250,150" transform="skewX(-10) translate(30 5)" fill="orange"/>
<line x1="5" y1="150" x2="130" y2="150" stroke="purple" stroke-width="4"/>
<path d="M5 10C 20 0 30 40 50 20S 80 40 100 10" stroke="teal" fill="none" stroke-width="2"/>
</svg>
""".encode()


def drawing(body: str, attributes: str = 'viewBox="0 0 100 50"') -> bytes:
    return f"<svg {NAMESPACE} {attributes}>{body}</svg>".encode()


DOUBLING = "".join(f'<g id="a{n + 1}"><use href="#a{n}"/><use href="#a{n}"/></g>' for n in range(40))
LARGE = '<path d="M0 0v{}' + "h1" * 120_000 + '{}"/>'
HOSTILE_DRAWINGS: dict[str, Callable[[], Iterable[str]]] = {
    "a drawing that doubles forty times": lambda: [f'<path id="a0" d="M0 0h1"/>{DOUBLING}'],
    "a drawing of itself": lambda: ['<g id="a"><use href="#a"/><use href="#a"/></g>'],
    "a drawing of a million segments": lambda: [f'<path d="M0 0{"h1" * 1_000_000}"/>'],
    "a drawing of rules": lambda: [f"<style>{'.a{fill:red}' * 80_000}</style>" + '<text class="a"/>' * 900],
    "forty drawings as large as can be": lambda: (LARGE.format(number, "") for number in range(40)),
    "forty drawings with an error at their end": lambda: (LARGE.format(number, "x") for number in range(40)),
}
"""The contents of drawings that need too much time or memory."""
