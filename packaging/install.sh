#!/usr/bin/env bash
# Lays the program and all that belongs to it into a folder, as every Linux package has it:
#
#     install.sh LONGHAND ROOT [PREFIX]
#
# LONGHAND is the built program, ROOT the folder of the package, PREFIX where it lies on the machine (/usr).
set -euo pipefail
program=$(realpath "$1")
root=$(realpath -m "$2")
prefix=${3-/usr}
cd "$(dirname "$0")/.."
share=$root$prefix/share
id=app.longhand.Longhand
lay() { install -Dm644 "$1" "$2"; }

install -Dm755 "$program" "$root$prefix/bin/longhand"

# Models beside the program are found without a setting; the student is inside it.
for model in teacher open-student; do
    for file in models/$model/{model.toml,model.onnx,charset.txt,README.md,curve.svg,recipe.toml}; do
        lay "$file" "$share/longhand/$file"
    done
done

lay packaging/linux/$id.desktop "$share/applications/$id.desktop"
lay packaging/linux/$id.metainfo.xml "$share/metainfo/$id.metainfo.xml"
lay packaging/linux/$id.mime.xml "$share/mime/packages/$id.xml"
lay icons/longhand.svg "$share/icons/hicolor/scalable/apps/$id.svg"
lay icons/longhand.svg "$share/icons/hicolor/scalable/mimetypes/application-vnd.longhand.project+zip.svg"
for size in 16 24 32 48 64 128 256 512; do
    lay icons/longhand-$size.png "$share/icons/hicolor/${size}x$size/apps/$id.png"
done

for page in packaging/manual/*.1; do lay "$page" "$share/man/man1/$(basename "$page")"; done
lay packaging/manual/longhand.bash "$share/bash-completion/completions/longhand"
lay packaging/manual/_longhand "$share/zsh/vendor-completions/_longhand"
lay packaging/manual/longhand.fish "$share/fish/vendor_completions.d/longhand.fish"

doc=$share/doc/longhand
for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE LICENSE-MODELS.md docs/usage.md packaging/copyright; do
    lay "$file" "$doc/$(basename "$file")"
done
lay models/language/english.words.copyright "$doc/english.words.copyright"
python3 packaging/licences.py >"$doc/third-party-licences.txt"
python3 packaging/sbom.py >"$doc/sbom.cdx.json"
chmod 644 "$doc/third-party-licences.txt" "$doc/sbom.cdx.json"
