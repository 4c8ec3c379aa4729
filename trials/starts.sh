#!/usr/bin/env bash
# Opens the window on systems that lack something, under a virtual display: starts.sh LONGHAND PAGE. As root, for the
# mounts that hide what is lacking; they are in a namespace of their own.
set -uo pipefail
program=$(realpath "$1")
page=$(realpath "$2")
n_failed=0

# try NAME PATTERN COMMAND…: whether PATTERN comes out within a minute.
try() {
    local name=$1 pattern=$2
    shift 2
    local home
    home=$(mktemp -d)
    HOME=$home XDG_CONFIG_HOME=$home/c XDG_DATA_HOME=$home/d LONGHAND_LOG=info PAGE=$page PROGRAM=$program \
        setsid "$@" >"$home/log" 2>&1 &
    local child=$! outcome=failed
    for _ in $(seq 120); do
        if grep -q "$pattern" "$home/log"; then outcome=works && break; fi
        kill -0 $child 2>/dev/null || { grep -q "$pattern" "$home/log" && outcome=works; break; }
        sleep 0.5
    done
    kill -- -$child 2>/dev/null
    wait $child 2>/dev/null
    printf '%-8s %s: %s\n' "$outcome" "$name" "$(grep -m 1 "$pattern" "$home/log" | sed 's/\x1b\[[0-9;]*m//g' | cut -c1-160)"
    if [ $outcome = failed ]; then
        n_failed=$((n_failed + 1))
        tail -n 5 "$home/log"
    fi
    chmod -R u+w "$home"
    rm -rf "$home"
}
shown="first frame"
display() { try "$1" "$2" xvfb-run -a -s "-screen 0 1280x800x24" "${@:3}"; }
# The display runs with all libraries, the program without some.
hiding() {
    local hide=""
    for file in $2; do hide="$hide for f in /usr/lib/*/$file; do [ -e \$f ] && mount --bind /dev/null \$f; done;"; done
    HIDE=$hide display "$1" "$3" bash -c 'exec unshare --mount -- bash -c "$HIDE exec \"$PROGRAM\" \"$PAGE\""'
}

display "as usual" "$shown" "$program" "$page"
display "by the processor" "$shown" "$program" --renderer software "$page"
display "200 % scale" "$shown" env WINIT_X11_SCALE_FACTOR=2 "$program" "$page"
display "without fonts" "$shown" env FONTCONFIG_FILE=/dev/null "$program" "$page"
display "two instances" "both windows" bash -c '"$PROGRAM" "$PAGE" 2>"$HOME/a" & "$PROGRAM" "$PAGE" 2>"$HOME/b" &
    until grep -q "first frame" "$HOME/a" && grep -q "first frame" "$HOME/b"; do sleep 0.2; done; echo "both windows"; wait'
display "without a message bus" "$shown" env DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere "$program" "$page"
display "read-only home" "$shown" unshare --mount -- bash -c 'mkdir -p /run/ro && mount -t tmpfs -o ro none /run/ro &&
    export HOME=/run/ro XDG_CONFIG_HOME=/run/ro/c XDG_DATA_HOME=/run/ro/d && exec "$PROGRAM" "$PAGE"'
try "Wayland that is not there" "$shown" env WAYLAND_DISPLAY=nowhere XDG_RUNTIME_DIR=/tmp \
    xvfb-run -a -s "-screen 0 1280x800x24" "$program" "$page"
try "no display" "no display to open" env -u DISPLAY -u WAYLAND_DISPLAY "$program" "$page"
hiding "without EGL" "libEGL.so.1*" "$shown"
hiding "without EGL and GLX" "libEGL.so.1* libGL.so.1* libGLX.so.0*" "apt install libegl1"
hiding "without drivers" "dri/*" "$shown\|apt install libegl1"
hiding "without xkbcommon-x11" "libxkbcommon-x11.so.0*" "apt install libegl1"
try "after a crash of the driver" "processor does\|$shown" bash -c \
    'mkdir -p "$XDG_DATA_HOME/longhand" && echo opening >"$XDG_DATA_HOME/longhand/window-opening"; \
    xvfb-run -a -s "-screen 0 1280x800x24" "$PROGRAM" "$PAGE" & sleep 20; grep renderer "$XDG_CONFIG_HOME/longhand/settings.toml"; wait'

echo "$n_failed failed"
test $n_failed -eq 0
