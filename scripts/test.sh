#!/usr/bin/env bash
# Everything that must hold: style, types, tests. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/lint.sh
.venv/bin/python -m pytest "$@"
