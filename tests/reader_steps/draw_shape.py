"""Save a logo that is a drawing."""

from pathlib import Path

folder = Path("templates/with-logo/images")
folder.mkdir(parents=True)
logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 20Q30-20 60 20z" fill="#004D40"/></svg>'
(folder / "logo.svg").write_text(logo)
