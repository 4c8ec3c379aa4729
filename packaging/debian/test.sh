#!/usr/bin/env bash
# Installs a Debian package, uses it as a new user would and removes it: debian/test.sh PACKAGE.deb. As root, on a
# machine without Longhand; a time is printed for every step.
set -euo pipefail
package=$(realpath "$1")
sources=$(cd "$(dirname "$0")/../.." && pwd)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cd "$home"
started=$(date +%s.%N)
step() { printf '%6.1f s  %s\n' "$(echo "$(date +%s.%N) - $started" | bc)" "$1"; }
fail() { echo "$1" >&2; exit 1; }
# Neither settings nor models of whoever runs the test.
as_new_user() { env -u LONGHAND_MODELS HOME="$home" XDG_CONFIG_HOME="$home/c" XDG_DATA_HOME="$home/d" "$@"; }

command -v longhand >/dev/null && fail "longhand is installed already"
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$package" >"$home/apt.log" 2>&1 ||
    { cat "$home/apt.log"; fail "the package cannot be installed"; }
step "installed"

text=$(as_new_user longhand recognize "$sources/assets/samples/notes.jpg")
grep -qi woods <<<"$text" || fail "the sample page was read as: $text"
step "the sample page read on the command line"

as_new_user longhand models >models.tsv
for model in student teacher open-student; do
    grep -q "^$model	" models.tsv || fail "the model $model is not found: $(cat models.tsv)"
done
as_new_user longhand recognize --model open-student "$sources/assets/samples/notes.jpg" >/dev/null
step "the models beside it found"

"$sources/packaging/smoke.sh" longhand "$sources/assets/samples/notes.jpg"
step "the window shown with the page"

if command -v man >/dev/null; then
    man --warnings longhand-recognize >man.txt 2>man.err
    grep -q "Read whole pages" man.txt || fail "the manual is not found"
    test ! -s man.err || fail "the manual has mistakes: $(cat man.err)"
fi
bash -c '. /usr/share/bash-completion/completions/longhand && complete -p longhand' >/dev/null
test "$(xdg-mime query filetype /dev/null 2>/dev/null || true)" != error
step "manual and completions found"

DEBIAN_FRONTEND=noninteractive apt-get purge -y -q longhand >"$home/apt.log" 2>&1
left=$(find /usr -xdev \( -name '*longhand*' -o -name '*Longhand*' \) -not -path '*/site-packages/*' 2>/dev/null || true)
test -z "$left" || fail "it left behind: $left"
step "removed, nothing left"
