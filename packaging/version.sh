#!/usr/bin/env bash
# Prints the program's version, which stands in Cargo.toml and nowhere else.
set -euo pipefail
sed -n 's/^version = "\(.*\)"$/\1/p' "$(dirname "$0")/../Cargo.toml" | head -n 1
