"""`python -P -m ucap_reports` is the command `ucap`.

What is set for the process as a whole is set here, not in `main`, which other programs may call.

Without `-P`, Python imports modules of the current folder in preference to its own. A downloaded project could contain
such modules; therefore that folder is removed before anything else is imported.
"""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]

import gc
import io
import os
from pathlib import Path
from typing import NoReturn

MANY_OBJECTS = 200_000
"""New objects after which garbage is collected: nearly all objects of a command live until it ends. A build of one plan
makes about 140,000, and a collection among them would take 25 ms.
"""


def run() -> NoReturn:
    """Run the command line, and end the process with its exit code.

    The garbage collector runs rarely. At the end, the system frees the memory: Python would free each object, which
    takes 12 ms after a build of one plan, of 300 ms. Pydantic does not read the metadata of all packages for plugins
    (pydantic, Plugins), which saves 26 million of 1,594 million instructions.
    """
    gc.set_threshold(MANY_OBJECTS)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _prepare_output()
    from ucap_reports.cli import main  # noqa: PLC0415 - importing is faster with the setting above

    code = main()
    _flush_output()
    if _has_more_to_end():
        gc.freeze()
        sys.exit(code)
    os._exit(code)


def _prepare_output() -> None:
    """Open an output that the calling program has closed, and print what a terminal cannot show as an escape."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # otherwise the next file that is opened becomes this output
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _flush_output() -> None:
    """Discard output that cannot be written, which `main` has reported: Python would report it again at the end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _has_more_to_end() -> bool:
    """Return whether the process has threads or workers, which Python ends in their order.

    Daemon threads do work that was given up, such as the drawing of a page when the editor ends. Python does not wait
    for them, and may crash while it ends if one of them is inside a library.
    """
    threading = sys.modules.get("threading")
    if threading is None:
        return "multiprocessing" in sys.modules
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    if any(thread.daemon for thread in others):
        return False
    return "multiprocessing" in sys.modules or bool(others)


if __name__ == "__main__":
    run()
