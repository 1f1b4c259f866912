"""`python -m ucap_reports` is the command `ucap`."""

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from ucap_reports.cli import main


def run() -> NoReturn:
    """Run the command line, and end the process with its exit code.

    The process ends as soon as all is said and closed. Python would first take its hundreds of modules apart, to the
    last object: a sixth of the time that one plan takes.
    """
    code = main()
    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 - what whoever asked for it does at the end of any process
    with suppress(OSError):  # such as a full disk behind a redirection, which is told when it refuses the first time
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
