#!/usr/bin/env bash
#SBATCH --job-name=longhand
#SBATCH --array=0-99
#SBATCH --cpus-per-task=1
#SBATCH --mem=3G
#SBATCH --requeue
# Reads an archive as an array of Slurm jobs, without anything but Slurm:
#
#     find archive -name '*.jpg' | sort >files.txt
#     sbatch slurm_export.sh files.txt results
#
# Every job reads each hundredth file. What has a result is left out, so that a job that was requeued, or the whole array
# given again, goes on where it ended. What failed stands in results/failures.N. Elsewhere, N jobs run by
# SLURM_ARRAY_TASK_ID=I SLURM_ARRAY_TASK_COUNT=N slurm_export.sh files.txt results.
set -euo pipefail
files=$1
out=$2
number=${SLURM_ARRAY_TASK_ID:-0}
count=${SLURM_ARRAY_TASK_COUNT:-1}
mkdir -p "$out"
: >"$out/failures.$number"
awk -v number="$number" -v count="$count" 'NR % count == number' "$files" | while IFS= read -r file; do
    # Results keep the folders of their files: equal names of two folders do not meet.
    folder=$out/$(dirname "$file")
    name=$(basename "$file")
    test -e "$folder/${name%.*}.xml" || printf '%s\0%s\0' "$folder" "$file"
done | while IFS= read -r -d '' folder && IFS= read -r -d '' file; do
    "${LONGHAND:-longhand}" export --threads "${SLURM_CPUS_PER_TASK:-1}" --format page-xml --out "$folder" "$file" \
        >/dev/null 2>"$out/said.$number" || { tail -n 1 "$out/said.$number" | sed "s|^|$file	|" >>"$out/failures.$number"; }
done
rm -f "$out/said.$number"
test ! -s "$out/failures.$number"
