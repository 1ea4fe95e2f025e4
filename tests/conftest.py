"""How thoroughly the properties are tested: ``OTOCO_EXAMPLES=20`` draws twenty times as much."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 60

settings.register_profile(
    "otoco",
    max_examples=max(1, int(EXAMPLES * float(os.environ.get("OTOCO_EXAMPLES", "1")))),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    print_blob=True,
)
settings.load_profile("otoco")
