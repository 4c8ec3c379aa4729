#!/usr/bin/env bash
# Unpacks an archive anywhere, under a name with blanks, and uses it: tarball-test.sh ARCHIVE.tar.xz
set -euo pipefail
archive=$(realpath "$1")
sources=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_CONFIG_HOME=$work/home/c XDG_DATA_HOME=$work/home/d
unset LONGHAND_MODELS
mkdir -p "$work/some where" "$HOME"
tar --extract --file "$archive" --directory "$work/some where"
program=$(echo "$work/some where"/longhand-*/longhand)
cd /

"$program" recognize "$sources/assets/samples/notes.jpg" | grep -qi woods
for model in teacher open-student; do
    "$program" models | grep -q "^$model	" || { echo "the model $model is not found" >&2; exit 1; }
done
"$sources/packaging/smoke.sh" "$program" "$sources/assets/samples/notes.jpg"
echo "it reads, finds its models and shows its window"
