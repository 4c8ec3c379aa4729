#!/usr/bin/env python3
"""Kills `longhand` at random moments of a batch, and looks at what is left.

    trials/kills.py --program target/release/longhand --kills 1000 PAGE.jpg

After every kill each result is either missing or whole: text that ends with its last line, PDF that ends as PDFs do. In
the end the batch is run once more to its end, and has every result. The moments are drawn by a fixed seed from the time
that a whole batch takes.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path


def whole(path):
    """Whether a result is what a run to its end writes."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        return data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")
    if path.suffix == ".json":
        json.loads(data)
    return data.endswith(b"\n") or path.suffix == ".json"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pages", type=int, default=6, help="pages of a batch")
    parser.add_argument("--format", default="txt", choices=["txt", "pdf", "json", "docx"])
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    draw = random.Random(1)
    folder = Path(tempfile.mkdtemp())
    inputs, out = folder / "in", folder / "out"
    inputs.mkdir()
    for number in range(options.pages):
        shutil.copy(options.page, inputs / f"{number}{options.page.suffix}")
    command = [options.program, "export", "--quick", "--format", options.format, "--out", str(out), str(inputs)]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    started = time.monotonic()
    subprocess.run(command, check=True, **silent)
    whole_secs = time.monotonic() - started
    expected = {path.name: path.read_bytes() for path in out.iterdir()}
    print(f"a batch of {options.pages} pages takes {whole_secs:.2f} s")

    n_killed = n_ended = n_left = n_rounds = 0
    shutil.rmtree(out)
    while n_killed < options.kills:
        child = subprocess.Popen(command, **silent)
        try:
            child.wait(timeout=draw.uniform(0, whole_secs))
            n_ended += 1
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
            n_killed += 1
        if not out.exists():
            continue
        for path in out.iterdir():
            if path.name.startswith("."):
                n_left += 1
                path.unlink()
                continue
            if not whole(path):
                raise SystemExit(f"{path} is broken after {n_killed} kills")
        if len(list(out.iterdir())) == options.pages:
            shutil.rmtree(out)
            n_rounds += 1
    subprocess.run(command, **silent)
    results = {path.name: path.read_bytes() for path in out.iterdir() if not path.name.startswith(".")}
    if results.keys() != expected.keys():
        raise SystemExit(f"results are missing: {expected.keys() - results.keys()}")
    if options.format == "txt" and results != expected:
        raise SystemExit("a result differs from that of a run without kills")
    print(f"{n_killed} kills, {n_ended} runs that ended before, {n_rounds} batches completed between them: no result "
          f"broken, none missing in the end; {n_left} temporary files left behind")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
