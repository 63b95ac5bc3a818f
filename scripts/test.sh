#!/usr/bin/env bash
# Everything that must hold: style, types, tests. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy -p index -p rag -p eval
.venv/bin/python -m pytest "$@"
