#!/usr/bin/env python3
"""Reads many pages in one process and watches its memory, its file handles and its pace.

    trials/soak.py --program target/release/longhand --pages 10000 PAGES/

The pages of the folder are linked as often as it takes. Every tenth of the way a row comes out: pages done, seconds for
each, megabytes resident, file handles. The last line compares the last fifth with the second.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path


def resident_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--pages", type=int, default=10000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    pages = sorted(path for path in options.folder.iterdir() if path.suffix.lower() in {".jpg", ".png"})
    with tempfile.TemporaryDirectory() as work:
        inputs = Path(work) / "in"
        inputs.mkdir()
        for number in range(options.pages):
            page = pages[number % len(pages)]
            os.symlink(page.resolve(), inputs / f"{number:06}{page.suffix}")
        command = [options.program, "export", *(["--quick"] if options.quick else []), "--format", "txt", "--out",
                   f"{work}/out", str(inputs)]
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        times, memories, handles = [started], [], []
        step = max(1, options.pages // 10)
        print("pages\tseconds a page\tMB\thandles")
        for number, _ in enumerate(process.stdout, start=1):
            times.append(time.monotonic())
            # Between two results nothing of a page is held that the next does not need as well.
            memories.append(resident_mb(process.pid))
            handles.append(len(os.listdir(f"/proc/{process.pid}/fd")))
            if number % step == 0:
                pace = (times[number] - times[number - step]) / step
                print(f"{number}\t{pace:.3f}\t{memories[-1]:.0f}\t{handles[-1]}", flush=True)
        status = process.wait()
        fifth = len(memories) // 5
        if status or fifth < 1:
            raise SystemExit(f"it ended with {status} after {len(memories)} pages")
        early, late = slice(fifth, 2 * fifth), slice(4 * fifth, None)
        mean = lambda values: sum(values) / len(values)
        pace = lambda part: mean([b - a for a, b in zip(times[part], times[1:][part])])
        print(f"{len(memories)} pages in {times[-1] - started:.0f} s; from the second fifth to the last: "
              f"{mean(memories[early]):.0f} to {mean(memories[late]):.0f} MB, {mean(handles[early]):.0f} to "
              f"{mean(handles[late]):.0f} handles, {pace(early):.3f} to {pace(late):.3f} s a page")


if __name__ == "__main__":
    main()
