"""The preview: a page on this machine that shows a plan's documents as they are saved, and what is wrong with them.

Needs the packages of the extra `preview`; importing this room without them raises ModuleNotFoundError.
"""

from ucap_reports.preview.serving import PORT, address, listen, serve

__all__ = ["PORT", "address", "listen", "serve"]
