"""Templates in XML with Jinja tags, which the PDF and the web page use: marked, compiled and checked."""
