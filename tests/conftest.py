"""The network is off in tests: only this machine may be spoken to."""

from __future__ import annotations

import os

# Before any test imports what reads them.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
