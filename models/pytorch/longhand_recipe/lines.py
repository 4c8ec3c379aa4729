"""Normalized lines with their labels: the packed line cache of `src/training/data/line_cache.rs`, and label codes."""

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROWS = 64
WIDTH_MULTIPLE = 4
MAX_WIDTH = 3200
MAGIC = b"LHLINES\0"
FORMAT, NORMALIZE_VERSION = 1, 2
BLANK, ASCII_LABELS = 0, 96
WESTERN = "£€§°½×÷→±²¡¿àáâäåæçèéêëíîïñóôöøœßùúûüÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØŒÙÚÛÜ"
"""Characters behind ASCII in label order, as in `src/page/character_set.rs`; a network has as many of all as it has labels."""
CHARACTERS = "".join(map(chr, range(32, 127))) + WESTERN
_LABELS = {character: label for label, character in enumerate(CHARACTERS, 1)}


class Line(NamedTuple):
    """A line as the network sees it."""

    text: str
    pixels: np.ndarray
    """`[64, width]` u8, 0 paper to 255 ink."""


def encode(text: str, n_labels: int) -> np.ndarray:
    """Labels of `text`: the blank is 0, a space 1, `~` 95. Characters that `n_labels` do not hold are left out."""
    labels = (_LABELS.get(character, n_labels) for character in text)
    return np.array([label for label in labels if label < n_labels], dtype=np.int64)


def decode(labels) -> str:
    """The text of `labels`, leaving out blanks."""
    return "".join(CHARACTERS[label - 1] for label in labels if label != BLANK)


def read_cache(path: Path) -> list[Line]:
    """Reads a line cache that `longhand` wrote."""
    data = memoryview(Path(path).read_bytes())
    if bytes(data[:8]) != MAGIC:
        raise ValueError(f"{path} is not a line cache")
    file_format, version, n_lines = struct.unpack_from("<III", data, 8)
    if (file_format, version) != (FORMAT, NORMALIZE_VERSION):
        raise ValueError(f"{path} has format {file_format} and normalize version {version}")
    lines, at = [], 20
    for _ in range(n_lines):
        width, text_len = struct.unpack_from("<II", data, at)
        at += 8
        text = bytes(data[at : at + text_len]).decode()
        at += text_len
        pixels = np.frombuffer(data, np.uint8, ROWS * width, at).reshape(ROWS, width)
        at += ROWS * width
        lines.append(Line(text, pixels))
    return lines


def write_cache(path: Path, lines: list[Line]) -> None:
    """Writes a line cache that `longhand` reads."""
    with open(path, "wb") as file:
        file.write(MAGIC + struct.pack("<III", FORMAT, NORMALIZE_VERSION, len(lines)))
        for text, pixels in lines:
            encoded = text.encode()
            file.write(struct.pack("<II", pixels.shape[1], len(encoded)) + encoded + pixels.tobytes())
