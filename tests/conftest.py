"""How thoroughly the properties are tested: ``OTOCO_EXAMPLES=1000`` draws a thousand examples.

Without it the same examples are drawn in every run, so that a change is judged by itself; with it,
others each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 60

#: A project of its own, whose tests run where it is installed.
collect_ignore = ["thirdparty/otoco_acme"]

settings.register_profile(
    "otoco",
    max_examples=int(os.environ.get("OTOCO_EXAMPLES", EXAMPLES)),
    deadline=None,
    derandomize="OTOCO_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    print_blob=True,
)
settings.load_profile("otoco")
