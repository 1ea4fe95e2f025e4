"""``python -m otoco``: the command."""

import sys

from otoco._cli import main

sys.exit(main())
