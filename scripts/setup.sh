#!/usr/bin/env bash
# Makes .venv with everything in it (at the locked versions) and fetches the two default models.
# Runs again in seconds. PYTHON chooses the interpreter (3.11 or newer).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3.12 $0 chooses one." >&2
    exit 2
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
stamp=$(cat pyproject.toml requirements.lock | cksum)
if [ "$(cat .venv/stamp 2>/dev/null)" != "$stamp" ]; then
    .venv/bin/python -m pip install --quiet --upgrade "$(grep '^pip==' requirements.lock | cut -d' ' -f1)"
    # torch by its exact version and by itself: where a processor-only build of it is at hand, pip
    # takes that one.
    .venv/bin/python -m pip install --quiet -c requirements.lock "$(grep '^torch==' requirements.lock | cut -d' ' -f1)"
    .venv/bin/python -m pip install --quiet -c requirements.lock -e '.[embedded,eval,dev]'
    printf '%s\n' "$stamp" > .venv/stamp
fi
.venv/bin/vraagbaak models fetch
