#!/usr/bin/env bash
# The main job from nothing: set up, index the sample documents, and answer a question.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
.venv/bin/vraagbaak index samples
.venv/bin/vraagbaak ask "${1:-wat is de aanbetalingsregel?}"
