#!/usr/bin/env bash
# Prints the path of the program to be packaged: the one named by LONGHAND, else one built with the profile PROFILE
# (`dist`, as it is shipped).
set -euo pipefail
if [ -n "${LONGHAND-}" ]; then
    realpath "$LONGHAND"
    exit
fi
cd "$(dirname "$0")/.."
profile=${PROFILE-dist}
cargo build --locked --profile "$profile" --bin longhand >&2
echo "$(realpath "${CARGO_TARGET_DIR:-target}")/$profile/longhand"
