"""`python -m rag.cli`, where the command `vraagbaak` is not installed."""

import sys

from rag.cli.main import main

sys.exit(main())
