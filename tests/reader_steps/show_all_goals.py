"""Write the tiles of all goals into the page template, and their styles into the pack."""

from pathlib import Path

page = Path("templates/our-glance/summary.page.xml")
tiles = """{% for group in range(1, 18)|batch(9) %}
<div class="all-goals">{% for number in group %}<goal class="large-goal" number="{{ number }}"/>{% endfor %}</div>
{% endfor %}
"""
page.write_text(page.read_text().replace("<h2>Area</h2>", tiles + "<h2>Area</h2>"))
settings = Path("templates/our-glance/pack.yaml")
styles = "  styles:\n    all-goals: {layout: columns, gap: 2 mm, space_after: 2 mm}\n    large-goal: {width: 17 mm}\n"
settings.write_text(settings.read_text().replace("  styles:\n", styles, 1))
