#!/usr/bin/env bash
# Builds the RPM package into the folder OUT (default: packages), with rpmbuild: rpm/build.sh [OUT]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1-packages}")
program=$("$here/../build.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
rpmbuild -bb --quiet --define "_topdir $work" --define "_rpmdir $out" --define "version $("$here/../version.sh")" \
    --define "program $program" --define "sources $(realpath "$here/../..")" \
    --define "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" "$here/longhand.spec"
ls "$out"/longhand-*.rpm
