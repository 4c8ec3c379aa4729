#!/usr/bin/env bash
# Written, not built: makes Longhand.app and a disk image of it, on macOS: macos/bundle.sh [OUT]
#
# Signed by the identity SIGNING_IDENTITY if there is one; else as everybody may, and the first start is by "Open" in the
# menu of the right button. Elsewhere than on macOS it makes the bundle alone, which shows whether all is at its place.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sources=$(cd "$here/../.." && pwd)
out=${1-packages}
program=$("$here/../build.sh")
version=$("$here/../version.sh")
mkdir -p "$out"
app=$out/Longhand.app
rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources/models" "$app/Contents/Resources/licences"

sed "s/@VERSION@/$version/" "$here/Info.plist.in" >"$app/Contents/Info.plist"
install -m 755 "$program" "$app/Contents/MacOS/longhand"
cp "$sources/icons/longhand.icns" "$app/Contents/Resources/longhand.icns"
# The program looks for models in ../Resources/models.
cp -R "$sources/models/teacher" "$sources/models/open-student" "$app/Contents/Resources/models/"
cp "$sources"/LICENSE-* "$app/Contents/Resources/licences/"
python3 "$here/../licences.py" >"$app/Contents/Resources/licences/third-party-licences.txt"
python3 "$here/../sbom.py" >"$app/Contents/Resources/licences/sbom.cdx.json"

if [ "$(uname)" != Darwin ]; then
    echo "$app"
    exit
fi
codesign --force --deep --options runtime --sign "${SIGNING_IDENTITY:--}" "$app"
hdiutil create -quiet -ov -volname Longhand -srcfolder "$app" -format UDZO "$out/Longhand-$version.dmg"
echo "$out/Longhand-$version.dmg"
