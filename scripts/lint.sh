#!/usr/bin/env bash
# Style and types. Needs what scripts/setup.sh makes.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy -p index -p rag -p eval
