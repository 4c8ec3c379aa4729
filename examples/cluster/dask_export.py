#!/usr/bin/env python3
"""Reads an archive of pages on many machines: Dask hands out batches of `longhand export`.

    dask_export.py --program longhand --out results --format page-xml --scheduler HOST:8786 archive/

Without `--scheduler` it starts `--workers` on this machine. The archive and the results lie in a folder that all machines
see. What has a result is left out, so that the command may be given again after whatever ended it; Dask gives the batches
of a worker that is lost to another. Pages without a result in the end stand in `failures.tsv` with the reason.

Takes dask and distributed.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

PAGES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".heic", ".pdf"}
ENDINGS = {"pdf": ".pdf", "page-xml": ".xml", "alto": ".alto.xml", "hocr": ".hocr", "txt": ".txt", "docx": ".docx",
           "json": ".json", "markdown": ".md"}


def export(program, threads, file_format, folder, jobs):
    """Reads the files of one folder that have no result yet; the sentences about those that have none afterwards."""
    left = [file for file, result in jobs if not Path(result).exists()]
    if not left:
        return []
    command = [program, "export", "--threads", str(threads), "--format", file_format, "--out", folder, *left]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()
    unread = [file for file, result in jobs if not Path(result).exists()]
    reason = lambda file: next((line for line in said if Path(file).name in line), f"exit without a result: {said[-1:]}")
    return [(file, reason(file)) for file in unread]


def planned(archive, out, ending):
    """The files of the archive, each with its result; two files with one result are an error."""
    files = sorted(path for path in archive.rglob("*") if path.suffix.lower() in PAGES and path.is_file())
    pairs = [(file, out / file.relative_to(archive).parent / f"{file.stem}{ending}") for file in files]
    twice = [str(result) for result, n_files in Counter(result for _, result in pairs).items() if n_files > 1]
    if twice:
        sys.exit(f"{len(twice)} results would be those of several files, such as {twice[0]}: rename the files")
    return pairs


def batches(pairs, size):
    """Files of one folder each, as `export` writes to one."""
    by_folder = {}
    for file, result in pairs:
        by_folder.setdefault(str(result.parent), []).append((str(file), str(result)))
    for folder, jobs in by_folder.items():
        for start in range(0, len(jobs), size):
            yield folder, jobs[start:start + size]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="longhand")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--format", choices=sorted(ENDINGS), default="page-xml")
    parser.add_argument("--scheduler", help="address of a Dask scheduler; default: workers on this machine")
    parser.add_argument("--workers", type=int, default=2, help="on this machine, without a scheduler")
    parser.add_argument("--threads", type=int, default=1, help="of each worker's program")
    parser.add_argument("--batch", type=int, default=20, help="files of a batch: starting the program takes half a second")
    parser.add_argument("archive", type=Path)
    options = parser.parse_args()

    from distributed import Client, LocalCluster, as_completed

    pairs = planned(options.archive.resolve(), options.out.resolve(), ENDINGS[options.format])
    left = [(file, result) for file, result in pairs if not result.exists()]
    print(f"{len(pairs)} files, {len(pairs) - len(left)} of them with a result", flush=True)
    # Its own page is left out: nobody but the scheduler and its workers is to be reached.
    cluster = options.scheduler or LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None)
    started, n_done, failures = time.monotonic(), 0, []
    with Client(cluster) as client:
        print(f"workers: {', '.join(str(info['pid']) for info in worker_pids(client))}", flush=True)
        futures = {client.submit(export, options.program, options.threads, options.format, folder, jobs, retries=2,
                                 pure=False): jobs for folder, jobs in batches(left, options.batch)}
        for future in as_completed(futures):
            jobs = futures[future]
            if future.status == "error":
                failures += [(file, repr(future.exception())) for file, _ in jobs]
            else:
                failures += future.result()
            n_done += len(jobs)
            print(f"{n_done} of {len(left)} after {time.monotonic() - started:.0f} s", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{file}\t{reason}\n" for file, reason in sorted(failures))
    (options.out / "failures.tsv").write_text(rows, encoding="utf-8")
    print(f"{len(left) - len(failures)} files read, {len(failures)} failed")
    sys.exit(1 if failures else 0)


def worker_pids(client):
    return [{"pid": pid} for pid in client.run(os.getpid).values()]


if __name__ == "__main__":
    main()
