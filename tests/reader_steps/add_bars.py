"""Write the bars of the infographic into the page template."""

from pathlib import Path

page = Path("templates/our-glance/summary.page.xml")
text = page.read_text()
place = "  <!-- The other rows in"
bars = """<h2>Area</h2>
{% set widest = summary.cities|map(attribute="area_km2")|max %}
{% for city in summary.cities if city.area_km2 %}
<div class="bar-line">
  <p class="bar-name">{{ city.name }}</p>
  <bar value="{{ city.area_km2 }}" max="{{ widest }}" label="{{ city.name }}"/>
  <p>{{ city.area_km2|number(0) }} km²</p>
</div>
{% endfor %}
"""
assert text.count(place) == 1
page.write_text(text.replace(place, bars + place))
