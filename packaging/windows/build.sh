#!/usr/bin/env bash
# Written, not built with a program for Windows: makes the installer into the folder OUT (default: packages), with NSIS:
# LONGHAND=target/dist/longhand.exe windows/build.sh [OUT]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1-packages}")
program=$("$here/../build.sh")
version=$("$here/../version.sh")
licences=$(mktemp -d)
trap 'rm -rf "$licences"' EXIT
python3 "$here/../licences.py" >"$licences/third-party-licences.txt"
python3 "$here/../sbom.py" >"$licences/sbom.cdx.json"
mkdir -p "$out"
makensis -V2 -WX "-DVERSION=$version" "-DPROGRAM=$program" "-DSOURCES=$(realpath "$here/../..")" "-DLICENCES=$licences" \
    "-DOUT=$out/longhand-$version-setup.exe" "$here/installer.nsi"
echo "$out/longhand-$version-setup.exe"
