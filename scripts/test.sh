#!/usr/bin/env bash
# Everything that must hold: style, types, tests. Arguments go to pytest; without any the tests run in
# two processes, each of which loads the models (some 4 GB).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/lint.sh
[ $# -gt 0 ] || set -- -n 2 --dist loadfile
.venv/bin/python -m pytest "$@"
