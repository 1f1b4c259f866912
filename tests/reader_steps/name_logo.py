"""Name the logo at the end of the settings of the pack."""

from pathlib import Path

with Path("templates/our-city/pack.yaml").open("a") as settings:
    settings.write("logo: {file: images/logo.png, alt: Our City}\n")
