#!/usr/bin/env bash
# Shows that the program needs no network and asks for none: offline.sh LONGHAND PAGE
#
# It reads the page in a network namespace without any interface, and again under strace, which lists the sockets that are
# opened: none but those of the desktop (AF_UNIX) may be among them. As root, or where users may make namespaces.
set -euo pipefail
program=$(realpath "$1")
page=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work XDG_CONFIG_HOME=$work/c XDG_DATA_HOME=$work/d

unshare --net -- "$program" recognize "$page" >"$work/without"
"$program" recognize "$page" >"$work/with"
cmp "$work/without" "$work/with"
echo "the page is read alike without a network: $(wc -l <"$work/without") lines"

strace -f -qq -e trace=socket,connect -o "$work/commands" "$program" recognize "$page" >/dev/null
if command -v xvfb-run >/dev/null; then
    LONGHAND_LOG=info timeout --signal KILL 60 xvfb-run -a -s "-screen 0 1280x800x24" \
        strace -f -qq -e trace=socket,connect -o "$work/window" "$program" "$page" >"$work/log" 2>&1 &
    for _ in $(seq 110); do
        grep -q "first frame" "$work/log" && break
        sleep 0.5
    done
    sleep 2
    kill %1 2>/dev/null || true
    grep -q "first frame" "$work/log" || { cat "$work/log"; exit 1; }
fi
if grep -h socket "$work"/commands "$work"/window 2>/dev/null | grep -v AF_UNIX; then
    echo "it opened a socket that is not of this machine" >&2
    exit 1
fi
echo "no socket but of the desktop: $(cat "$work"/commands "$work"/window 2>/dev/null | grep -c AF_UNIX || true) calls"
