"""Our speed against that of others, as ratios of one run (pip install onnxruntime numpy; rapidocr and Tesseract where
they are to be compared).

    cargo build --profile dist
    python models/peers/speed.py target/dist/longhand [PAGE ...]

1. The network: `longhand profile` against onnxruntime on the same model.onnx, one thread, for several widths.
2. Pages (the sample page if none is named): CPU seconds and peak memory of `longhand recognize`, quickly and carefully,
   against onnxruntime's time for as many columns, against PP-OCRv6 small (RapidOCR) and against Tesseract. Each is a
   process of its own that loads its models, but for onnxruntime, of which only the runs are counted.

Other work on the machine falsifies the numbers; ratios stand it better than times.
"""

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy
import onnxruntime

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models/student/model.onnx"
WIDTHS = (256, 512, 1024, 1536)
ROWS = 64
N_RUNS = 25
RAPID_OCR = "import sys; from rapidocr import RapidOCR; RapidOCR()(sys.argv[1])"


def session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])


def onnxruntime_ms(runner: onnxruntime.InferenceSession, width: int, clock=time.perf_counter) -> float:
    """The median time of a line, in milliseconds."""
    line = numpy.random.default_rng(1).random((1, 1, ROWS, width), dtype=numpy.float32)
    feed = {runner.get_inputs()[0].name: line}
    times = []
    for _ in range(N_RUNS):
        started = clock()
        runner.run(None, feed)
        times.append(1e3 * (clock() - started))
    return statistics.median(times)


def profiled(longhand: str, *arguments: str) -> dict:
    command = [longhand, "profile", "--format", "json", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def run(command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak memory, in megabytes, of a process."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare_networks(longhand: str, runner: onnxruntime.InferenceSession) -> None:
    print("columns   ours ms   onnxruntime ms   ratio")
    for width in WIDTHS:
        theirs = onnxruntime_ms(runner, width)
        ours = profiled(longhand, "--width", str(width))["total_ms"]
        print(f"{width:7} {ours:9.2f} {theirs:16.2f} {ours / theirs:7.2f}")


def compare_readers(longhand: str, runner: onnxruntime.InferenceSession, page: Path) -> None:
    quick = [longhand, "recognize", "--quick", str(page)]
    read = subprocess.run([*quick, "--format", "json"], capture_output=True, check=True)
    n_lines = len(json.loads(read.stdout)["pages"][0]["lines"])
    width = profiled(longhand, str(page))["width"]
    one_pass = n_lines * onnxruntime_ms(runner, width, time.process_time) / 1e3
    print(f"\n{page.name}: {n_lines} lines, their median {width} columns; onnxruntime once over them {one_pass:.2f} s")
    readers = {"ours, quick": quick, "ours": [longhand, "recognize", str(page)]}
    if importlib.util.find_spec("rapidocr"):
        readers["PP-OCRv6 small"] = [sys.executable, "-c", RAPID_OCR, str(page)]
    if tesseract := shutil.which("tesseract"):
        readers["Tesseract"] = [tesseract, str(page), "-"]
    print("reader             CPU s   peak MB   CPU / one pass   ours / CPU")
    results = {name: run(command) for name, command in readers.items()}
    for name, (seconds, megabytes) in results.items():
        to_pass, ours = seconds / one_pass, results["ours"][0] / seconds
        print(f"{name:16} {seconds:7.2f} {megabytes:9.0f} {to_pass:16.2f} {ours:12.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program, pages = sys.argv[1], [Path(page) for page in sys.argv[2:]] or [ROOT / "assets/samples/notes.jpg"]
    network = session()
    compare_networks(program, network)
    for page in pages:
        compare_readers(program, network, page)
