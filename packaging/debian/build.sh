#!/usr/bin/env bash
# Builds the Debian package into the folder OUT (default: packages): debian/build.sh [OUT]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1-packages}")
program=$("$here/../build.sh")
version=$("$here/../version.sh")
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022

"$here/../install.sh" "$program" "$root"
strip --strip-unneeded "$root/usr/bin/longhand"
doc=$root/usr/share/doc/longhand
# What Debian's policy asks for: compressed changelog and manual.
gzip -9n "$doc/CHANGELOG.md" "$doc/third-party-licences.txt" "$doc/sbom.cdx.json" "$root"/usr/share/man/man1/*.1
mv "$doc/CHANGELOG.md.gz" "$doc/changelog.gz"

# The oldest glibc that has every symbol which the program takes from it.
glibc=$(objdump -T "$root/usr/bin/longhand" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1 | cut -d_ -f2)
mkdir "$root/DEBIAN"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@GLIBC@/$glibc/" \
    -e "s/@INSTALLED_SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" "$here/control.in" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/longhand_${version}_$architecture.deb"
