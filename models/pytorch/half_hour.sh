#!/bin/bash
# Teacher, student from scratch and five distilled students in half an hour of one large GPU, with equal budgets.
#   bash half_hour.sh LINES.pack RUNS OUT
# Students leave most of a large GPU idle, so three train side by side. OUT gets weights and events as they are ready,
# in files below 16 MiB. Needs about 23 minutes; started again with the same RUNS it goes on where it was.
set -u
lines=$1 runs=$2 out=$3
cd "$(dirname "$0")" && mkdir -p "$runs" "$out"
export PYTHONUNBUFFERED=1

# Averaged weights of the run $1, in f16 or f32 as $2 says, and its events, under one name.
keep() {
    local name=${1//\//-}
    python3 -m longhand_recipe.checkpoint split "$runs/$1/best.safetensors" "$runs/parts/$name" --dtype "$2"
    for part in "$runs/parts/$name"/*; do cp "$part" "$out/$name-$(basename "$part")"; done
    cp "$runs/$1/events.jsonl" "$out/$name-events.jsonl"
}

distill() {
    python3 -m longhand_recipe.distill --teacher "$runs/teacher/best.safetensors" --lines "$lines" --folder "$runs/students" \
        --criteria "$1" --minutes 4.5 --tune-minutes 2 --columns 24576 --valid-secs 45 > "$runs/$1.log" 2>&1
}

python3 -m longhand_recipe.bench --lines "$lines" --columns 49152 --n-steps 12
python3 -m longhand_recipe.train --network teacher --lines "$lines" --folder "$runs/teacher" --minutes 8.5 --valid-secs 45
keep teacher f16

distill cnn-mah &
distill cnn-l2 &
python3 -m longhand_recipe.train --network student --lines "$lines" --folder "$runs/scratch" --minutes 6.5 --columns 24576 \
    --valid-secs 45 > "$runs/scratch.log" 2>&1 &
wait
keep scratch f32
keep students/cnn-mah/tuned f32

distill lstm-l2 &
distill ip-l2 &
distill softmax-ce@1 &
wait
python3 -m longhand_recipe.losses --teacher "$runs/teacher/best.safetensors" --lines "$lines" \
    "$runs"/scratch/best.safetensors "$runs"/students/*/*/best.safetensors | tee "$out/losses.md"
tail -n 5 "$runs"/*.log
