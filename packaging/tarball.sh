#!/usr/bin/env bash
# Builds an archive that runs from any folder, without installing, into the folder OUT (default: packages):
# tarball.sh [OUT]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1-packages}")
program=$("$here/build.sh")
name=longhand-$("$here/version.sh")-$(uname -m)-linux
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022
# bin/ and share/ side by side: the program looks for models in ../share/longhand/models.
"$here/install.sh" "$program" "$root/$name" ""
strip --strip-unneeded "$root/$name/bin/longhand"
ln -s bin/longhand "$root/$name/longhand"
mkdir -p "$out"
tar --create --xz --owner=0 --group=0 --sort=name --file "$out/$name.tar.xz" --directory "$root" "$name"
echo "$out/$name.tar.xz"
