#!/usr/bin/env bash
# Starts the program's window on a virtual display and waits for its first frame: smoke.sh LONGHAND FILE…
# Job control gives the display and the program a process group of their own, which ends as one.
set -euom pipefail
home=$(mktemp -d)
trap 'kill -- -"$program" 2>/dev/null || true; rm -rf "$home"' EXIT
HOME=$home XDG_CONFIG_HOME=$home XDG_DATA_HOME=$home LONGHAND_LOG=info \
    xvfb-run -a -s "-screen 0 1280x800x24" "$@" >"$home/log" 2>&1 &
program=$!
for _ in $(seq 120); do
    if grep -q "first frame" "$home/log"; then
        grep "first frame" "$home/log"
        exit 0
    fi
    kill -0 "$program" 2>/dev/null || break
    sleep 0.5
done
echo "the window did not come up:" >&2
cat "$home/log" >&2
exit 1
