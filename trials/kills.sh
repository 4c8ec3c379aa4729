#!/usr/bin/env bash
# Kills processes while they write files, as autosaving, projects, settings, results and checkpoints are all written, and
# looks whether each file is the old one or the new; then windows that keep corrections and save a project, and looks
# whether anything that was saved is lost: kills.sh [KILLS]. kills.py does the same to whole batches.
set -euo pipefail
cd "$(dirname "$0")/.."
export LONGHAND_TEST_KILLS=${1-1000}
cargo test --release --lib storage::atomic
cargo test --release --test gui kills::
