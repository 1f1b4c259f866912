"""`python -m ucap_reports` is the command `ucap`."""

import sys

from ucap_reports.cli import main

if __name__ == "__main__":
    sys.exit(main())
