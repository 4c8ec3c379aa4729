"""Packs line caches into one small file that travels to a machine without a network, and reads it there.

    python -m longhand_recipe.pack lines.pack --valid iam-valid.bin \\
        --lines iam-train.bin weight=0.5 bits=4 --lines ondb.bin weight=0.3 bits=3 ...

Pixels keep the given number of bits (2 to 4), two a byte, column by column, compressed in chunks that several threads
unpack. The file: a length as u64, a JSON header of that length, the chunks.
"""

import argparse
import json
import lzma
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .lines import ROWS, Line, read_cache

CHUNK_LINES = 256
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 5, "dict_size": 1 << 22}]


class Source(NamedTuple):
    """Lines to learn from and their share of the columns shown."""

    name: str
    weight: float
    lines: list[Line]


def _squeeze(lines: list[Line], bits: int) -> bytes:
    levels = (1 << bits) - 1
    columns = np.concatenate([line.pixels.T.reshape(-1) for line in lines])
    # Whole numbers: 255 · level / levels is met again by rounding.
    quantized = ((columns.astype(np.uint16) * levels + 127) // 255).astype(np.uint8)
    return lzma.compress((quantized[0::2] << 4 | quantized[1::2]).tobytes(), lzma.FORMAT_RAW, filters=_FILTERS)


def _unsqueeze(data: bytes, texts: list[str], widths: list[int], bits: int) -> list[Line]:
    packed = np.frombuffer(lzma.decompress(data, lzma.FORMAT_RAW, filters=_FILTERS), np.uint8)
    levels = (1 << bits) - 1
    table = (np.arange(16) * 255 // levels).clip(0, 255).astype(np.uint8)
    columns = table[np.stack([packed >> 4, packed & 15], 1).reshape(-1)]
    ends = np.cumsum(np.array(widths) * ROWS)
    starts = ends - np.array(widths) * ROWS
    return [
        Line(text, np.ascontiguousarray(columns[start:end].reshape(width, ROWS).T))
        for text, width, start, end in zip(texts, widths, starts, ends)
    ]


def write_pack(path: Path, sources: list[tuple[Source, int]], n_threads: int = 1) -> None:
    """Writes sources, each with its bits a pixel."""
    header, chunks = [], []
    with ThreadPoolExecutor(n_threads) as threads:
        for source, bits in sources:
            parts = [source.lines[i : i + CHUNK_LINES] for i in range(0, len(source.lines), CHUNK_LINES)]
            squeezed = list(threads.map(lambda part: _squeeze(part, bits), parts))
            header.append({
                "name": source.name,
                "weight": source.weight,
                "bits": bits,
                "widths": [line.pixels.shape[1] for line in source.lines],
                "texts": [line.text for line in source.lines],
                "chunks": [len(chunk) for chunk in squeezed],
            })
            chunks.extend(squeezed)
    text = zlib.compress(json.dumps(header).encode(), 9)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(chunks)


def read_pack(path: Path) -> list[Source]:
    """Reads what [`write_pack`] wrote, or a list of line caches, or lets a lone line cache be one source of weight 1.

    A list is JSON beside the caches that it names: `{"valid": "a.bin", "lines": [{"cache": "b.bin", "weight": 0.4}]}`.
    """
    path = Path(path)
    if path.suffix == ".bin":
        return [Source(path.stem, 1.0, read_cache(path))]
    if path.suffix == ".json":
        listed = json.loads(path.read_text())
        valid = [Source("valid", 0.0, read_cache(path.parent / listed["valid"]))] if "valid" in listed else []
        caches = [(path.parent / entry["cache"], entry["weight"]) for entry in listed["lines"]]
        return [Source(cache.stem, weight, read_cache(cache)) for cache, weight in caches] + valid
    data = memoryview(path.read_bytes())
    (length,) = struct.unpack_from("<Q", data)
    header, at = json.loads(zlib.decompress(data[8 : 8 + length])), 8 + length
    sources = []
    with ThreadPoolExecutor() as threads:
        waiting = []
        for entry in header:
            parts = []
            for number, size in enumerate(entry["chunks"]):
                span = slice(number * CHUNK_LINES, (number + 1) * CHUNK_LINES)
                texts, widths = entry["texts"][span], entry["widths"][span]
                parts.append(threads.submit(_unsqueeze, bytes(data[at : at + size]), texts, widths, entry["bits"]))
                at += size
            waiting.append(parts)
        for entry, parts in zip(header, waiting):
            lines = [line for part in parts for line in part.result()]
            sources.append(Source(entry["name"], entry["weight"], lines))
    return sources


def split_valid(sources: list[Source]) -> tuple[list[Source], list[Line]]:
    """Parts the validation lines, which are never learnt from, from the others."""
    valid = [line for source in sources if source.name == "valid" for line in source.lines]
    return [source for source in sources if source.name != "valid"], valid


def _source_of(words: list[str], random: np.random.Generator) -> tuple[Source, int]:
    options = dict(word.split("=", 1) for word in words[1:])
    unknown = options.keys() - {"weight", "bits", "count", "without"}
    if unknown:
        raise SystemExit(f"--lines knows no {', '.join(sorted(unknown))}")
    lines = read_cache(Path(words[0]))
    without = options.get("without")
    lines = [line for line in lines if not without or without not in line.text]
    if "count" in options and int(options["count"]) < len(lines):
        kept = np.sort(random.permutation(len(lines))[: int(options["count"])])
        lines = [lines[i] for i in kept]
    return Source(Path(words[0]).stem, float(options.get("weight", 1)), lines), int(options.get("bits", 4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--valid", type=Path, help="line cache that chooses the best weights, kept at 4 bits")
    parser.add_argument("--lines", nargs="+", action="append", required=True, metavar="CACHE [weight=] [bits=] [count=] [without=]")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    random = np.random.default_rng(1)
    sources = [_source_of(words, random) for words in options.lines]
    if options.valid:
        sources.append((Source("valid", 0.0, read_cache(options.valid)), 4))
    write_pack(options.pack, sources, options.threads)
    for source, bits in sources:
        columns = sum(line.pixels.shape[1] for line in source.lines)
        print(f"{source.name}: {len(source.lines)} lines, {columns} columns, {bits} bits, weight {source.weight}")
    print(f"{options.pack}: {options.pack.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
