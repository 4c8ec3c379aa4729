"""Another reader on the same sets, to compare with: PP-OCRv6 small through RapidOCR (pip install rapidocr onnxruntime).

    longhand compare student student valid.tsv --format json --lines all > truth.json
    python models/peers/rapid_ocr.py lines truth.json FOLDER     the folder that the lines' names are relative to
    python models/peers/rapid_ocr.py pages FOLDER                images with their words as text beside them
    longhand segment --crops CROPS FOLDER
    python models/peers/rapid_ocr.py pages FOLDER CROPS          the same, with the lines that Longhand found

Lines go to its line reader alone. Errors are counted as by `longhand evaluate` and `longhand evaluate-lines`: edits over
reference length; words without case, order and outer marks.
"""

import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from rapidocr import RapidOCR


def edit_distance(a, b) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        diagonal, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            diagonal, row[j + 1] = row[j + 1], min(diagonal + (x != y), row[j + 1] + 1, row[j] + 1)
    return row[-1]


def tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def words(text: str) -> Counter:
    def bare(word: str) -> str:
        marks = [i for i, c in enumerate(word) if c.isalnum() or c == "_"]
        return word[marks[0] : marks[-1] + 1] if marks else word

    return Counter(bare(word) for word in tidy(text).lower().split())


def read(engine: RapidOCR, path: Path, **options) -> str:
    return " ".join(engine(str(path), **options).txts or [])


def lines(engine: RapidOCR, truth: Path, folder: Path) -> None:
    edits, lengths = [0, 0], [0, 0]
    listed = json.loads(truth.read_text())["lines"]
    for line in listed:
        a, b = tidy(line["truth"]), tidy(read(engine, folder / line["name"], use_det=False, use_cls=False))
        for i, (x, y) in enumerate([(a, b), (a.split(), b.split())]):
            edits[i] += edit_distance(x, y)
            lengths[i] += len(x)
    cer, wer = (100 * e / n for e, n in zip(edits, lengths))
    print(f"{len(listed)} lines: CER {cer:.2f} %, WER {wer:.2f} %")


def read_crops(engine: RapidOCR, folder: Path) -> str:
    return " ".join(read(engine, path, use_det=False, use_cls=False) for path in sorted(folder.iterdir()))


def pages(engine: RapidOCR, folder: Path, crops: Path | None) -> None:
    total = Counter()
    for image in sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png")):
        text = read_crops(engine, crops / image.name) if crops else read(engine, image)
        truth, found = words(image.with_suffix(".txt").read_text()), words(text)
        counts = Counter(true=truth.total(), read=found.total(), right=(truth & found).total())
        print_words(image.name, counts)
        total += counts
    print_words("total", total)


def print_words(name: str, n: Counter) -> None:
    recall, precision = 100 * n["right"] / max(n["true"], 1), 100 * n["right"] / max(n["read"], 1)
    print(f"{name}: recall {recall:.1f} %, precision {precision:.1f} % of {n['true']} words")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "lines":
        lines(RapidOCR(), Path(sys.argv[2]), Path(sys.argv[3]))
    elif len(sys.argv) in (3, 4) and sys.argv[1] == "pages":
        pages(RapidOCR(), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) == 4 else None)
    else:
        sys.exit(__doc__)
