"""The local web application in which plans are written, with their pages beside the form."""
