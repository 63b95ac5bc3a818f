#!/usr/bin/env bash
# Makes the baseline over the sample documents anew, in eval/baselines/samples-MODEL: without a
# language model (none, the default: the one that the tests check), or with another kind of model.
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:-none}
scripts/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# An index of its own: the documents that a user has indexed stay out of it.
models=$(.venv/bin/python -c 'from index.paths import data_dir, models_dir; print(models_dir(data_dir()).resolve())')
ln -s "$models" "$work/models"
export VRAAGBAAK_DATA_DIR=$work
.venv/bin/vraagbaak index samples
.venv/bin/vraagbaak-eval run eval/gold/samples/*.jsonl --out "$work/run" --set model="$model"
mkdir -p "eval/baselines/samples-$model"
cp "$work/run/config.json" "$work/run/scores.json" "eval/baselines/samples-$model/"
