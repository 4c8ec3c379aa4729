#!/usr/bin/env bash
# Trains the ink labeller: recipe.sh DATA PICTURES OUT. DATA holds hdbpmn/pages, pages/iam-rebuilt, strokes, fonts, text;
# PICTURES photos and clip art without any writing. Needs PyTorch, safetensors, Pillow, scipy and onnx.
set -euo pipefail
data=$(realpath "$1") pictures=$(realpath "$2") out=$(realpath -m "$3")
root=$(realpath "$(dirname "$0")/../..")
mkdir -p "$out"
cd "$root"
cargo run --release --example page_set -- "$out/composed" --sources "$data" --count 700 --seed 7
for set in train valid; do
    cargo run --release --example prepared_pages -- "$out/prepared-$set" "$data"/hdbpmn/pages/$set/*.jpg
done
cargo run --release --example prepared_pages -- "$out/prepared-rebuilt" "$data"/pages/iam-rebuilt/*.jpg
cargo run --release --example prepared_pages -- "$out/prepared-pictures" "$pictures"/*.jpg
cd models/pytorch
for set in train valid; do
    python3 -m ink_labeller.photographed "$out/diagrams-$set" "$out/prepared-$set" "$data/hdbpmn/pages/$set"
done
python3 -m ink_labeller.photographed "$out/rebuilt" "$out/prepared-rebuilt" "$data/pages/iam-rebuilt" --set train
python3 -m ink_labeller.without_writing "$out/pictures" "$out/prepared-pictures"
train() { python3 -m ink_labeller.train --valid "$out/diagrams-valid" "$@"; }
# Version 0.1.0 had no pictures and 600 pages of seed 1, composed without rows of characters, traces and highlights.
train "$out/first" --minutes 22 --seed 1 --set "$out/diagrams-train" 3 --set "$out/rebuilt" 1
train "$out/second" --init "$out/first/last.safetensors" --minutes 41 --seed 3 \
    --set "$out/composed" 5 --set "$out/diagrams-train" 3 --set "$out/rebuilt" 0.5
train "$out/third" --init "$out/second/last.safetensors" --minutes 62 --seed 11 \
    --set "$out/composed" 5 --set "$out/diagrams-train" 3 --set "$out/rebuilt" 0.5 --set "$out/pictures" 0.8
python3 -m ink_labeller.export "$out/third/last.safetensors" "$root/models/ink-labeller/model.onnx"
sha256sum "$root/models/ink-labeller/model.onnx"
