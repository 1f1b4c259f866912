"""The first module that the fork server imports: from then on, it collects garbage as rarely as workers do.

Modules are never garbage. To visit them again and again takes a sixth of the time in which the others are imported, and
workers wait for that.
"""

import gc

from ucap_reports.batch.worker_count_and_startup import MANY_OBJECTS

gc.set_threshold(MANY_OBJECTS)
