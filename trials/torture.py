#!/usr/bin/env python3
"""Gives `longhand` every picture and PDF under some folders, and tells how each ended.

    trials/torture.py --program target/release/longhand --report report.tsv FOLDER ...

Of files that are equal, one is tried. Each is read by a process of its own with `recognize --quick`; its end is one of

    read       a status of 0
    refused    another status, and a sentence that names the file
    panicked   a panic anywhere, even one that was caught
    killed     a signal
    slow       no end within `--seconds`
    large      more than `--megabytes` of memory at its peak

The report has a row a file: end, seconds, megabytes, path, the sentence. Started again with the same report, it goes on
behind what stands there. Suites that packages of public registries hold: the sdists of `pillow`, `pypng`, `imagecodecs`,
`opencv-python`, `pikepdf`, `pypdf`, `pymupdf`, `reportlab` on PyPI.
"""

import argparse
import collections
import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

ENDINGS = set(
    "png jpg jpeg jfif tif tiff webp gif bmp dib pdf heic heif hif avif pnm pbm pgm ppm jp2 j2k ico tga dds psd svg xopp "
    "inkml qoi hdr exr ff apng".split()
)


def files_in(folders):
    """Pictures and PDFs below `folders`, the first of equal ones."""
    seen = set()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix[1:].lower() not in ENDINGS or not path.is_file():
                continue
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest not in seen:
                seen.add(digest)
                yield path


def attempt(program, path, seconds):
    """How reading `path` ended, after how many seconds, with how many megabytes, and what was said."""
    start = time.monotonic()
    process = subprocess.Popen(
        [program, "recognize", "--quick", "--threads", "1", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    timer = None
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        _, said = process.communicate()
        timer = "slow"
    took = time.monotonic() - start
    said = said.decode("utf-8", "replace").strip().replace("\n", " | ").replace("\t", " ")
    if timer:
        end = timer
    elif "panicked" in said or "brings out a mistake in Longhand" in said:
        end = "panicked"
    elif process.returncode < 0:
        end = "killed"
    else:
        end = "read" if process.returncode == 0 else "refused"
    return end, took, said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--megabytes", type=float, default=1024)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    done = set()
    if options.report.exists():
        done = {line.split("\t")[3] for line in options.report.read_text().splitlines()}
    with options.report.open("a") as report:
        for path in files_in(options.folders):
            if str(path) in done:
                continue
            end, took, megabytes, said = measured(options, path)
            if megabytes > options.megabytes:
                end = "large"
            report.write(f"{end}\t{took:.1f}\t{megabytes:.0f}\t{path}\t{said[:400]}\n")
            report.flush()
    rows = [line.split("\t") for line in options.report.read_text().splitlines()]
    counts = collections.Counter(row[0] for row in rows)
    print(len(rows), "files:", ", ".join(f"{name} {n}" for name, n in counts.most_common()))
    for row in rows:
        if row[0] not in ("read", "refused"):
            print("\t".join(row))
    bad = sum(n for name, n in counts.items() if name not in ("read", "refused"))
    sys.exit(1 if bad else 0)


def measured(options, path):
    """An attempt in a process of its own, whose children's peak memory is that of this file alone."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        end, took, said = attempt(options.program, path, options.seconds)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        os.write(send, f"{end}\t{took}\t{peak}\t{said[:2000]}".encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        end, took, peak, said = pipe.read().decode("utf-8", "replace").split("\t", 3)
    os.waitpid(child, 0)
    return end, float(took), float(peak), said


if __name__ == "__main__":
    main()
