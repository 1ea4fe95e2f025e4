"""How thoroughly the properties are tested: ``OTOCO_EXAMPLES=20`` draws twenty times as much.

Without it the same examples are drawn in every run, so that a change is judged by itself; with it,
``OTOCO_EXAMPLES=1`` too, others each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 60

settings.register_profile(
    "otoco",
    max_examples=max(1, int(EXAMPLES * float(os.environ.get("OTOCO_EXAMPLES", "1")))),
    deadline=None,
    derandomize="OTOCO_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    print_blob=True,
)
settings.load_profile("otoco")
