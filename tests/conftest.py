"""Settings for all tests."""

import os

from hypothesis import HealthCheck, settings

from tests.verapdf import assert_conformant

__all__ = ["assert_conformant"]

# Tests do not fail on slow machines. In CI, Hypothesis generates the same examples in each run.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
