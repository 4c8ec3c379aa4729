#!/usr/bin/env bash
# Trains the ink labeller: recipe.sh DATA OUT. DATA holds hdbpmn/pages, pages/iam-rebuilt, strokes, fonts, text.
# About an hour on one core of its own; needs PyTorch, safetensors, Pillow, scipy and onnx.
set -euo pipefail
data=$(realpath "$1") out=$(realpath -m "$2")
root=$(realpath "$(dirname "$0")/../..")
mkdir -p "$out"
cd "$root"
cargo run --release --example page_set -- "$out/composed" --sources "$data" --count 600 --seed 1
for set in train valid; do
    cargo run --release --example prepared_pages -- "$out/prepared-$set" "$data"/hdbpmn/pages/$set/*.jpg
done
cargo run --release --example prepared_pages -- "$out/prepared-rebuilt" "$data"/pages/iam-rebuilt/*.jpg
cd models/pytorch
for set in train valid; do
    python3 -m ink_labeller.photographed "$out/diagrams-$set" "$out/prepared-$set" "$data/hdbpmn/pages/$set"
done
python3 -m ink_labeller.photographed "$out/rebuilt" "$out/prepared-rebuilt" "$data/pages/iam-rebuilt" --set train
train() { python3 -m ink_labeller.train --valid "$out/diagrams-valid" "$@"; }
train "$out/first" --minutes 22 --seed 1 --set "$out/diagrams-train" 3 --set "$out/rebuilt" 1
train "$out/second" --init "$out/first/last.safetensors" --minutes 41 --seed 3 \
    --set "$out/composed" 5 --set "$out/diagrams-train" 3 --set "$out/rebuilt" 0.5
python3 -m ink_labeller.export "$out/second/last.safetensors" "$root/models/ink-labeller/model.onnx"
sha256sum "$root/models/ink-labeller/model.onnx"
