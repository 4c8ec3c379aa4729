"""Trains a recurrent language model of characters, which weighs whole readings of a line against each other.

    python -m longhand_recipe.language --texts texts.txt --valid iam-lines/valid.txt --out english.lstm --minutes 30

Texts are what `longhand language-model --texts-out` writes: what the model of n-grams is counted in. A line of handwriting
begins anywhere in a sentence, with nothing known of what stands before: so does every piece that is learnt from.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

FIRST_CHARACTER = 32
N_SYMBOLS = 95
"""The printable characters of ASCII, space first; all digits are one, the zero."""
SPACE = 0


def symbols_of(text: str) -> np.ndarray:
    """A text's symbols; it must be printable ASCII."""
    symbols = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - FIRST_CHARACTER
    zero, nine = ord("0") - FIRST_CHARACTER, ord("9") - FIRST_CHARACTER
    return np.where((symbols >= zero) & (symbols <= nine), zero, symbols)


def is_printable(text: str) -> bool:
    return bool(text) and all(" " <= character <= "~" for character in text)


class CharacterModel(nn.Module):
    """One LSTM layer over characters."""

    def __init__(self, cells: int, dropout: float = 0.0):
        super().__init__()
        self.lstm = nn.LSTM(N_SYMBOLS, cells)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(cells, N_SYMBOLS)

    def forward(self, symbols: Tensor) -> Tensor:
        """Logits of what follows each of `symbols`, `[time, batch]`: `[time, batch, symbol]`."""
        hidden = self.lstm(F.one_hot(symbols, N_SYMBOLS).to(self.output.weight.dtype))[0]
        return self.output(self.dropout(hidden)).float()

    @torch.no_grad()
    def tensors(self) -> dict[str, Tensor]:
        """As the program reads them: what each symbol and each cell adds to the gates (input, forget, cell, output), in
        half precision."""
        tensors = {
            "symbol_gates": self.lstm.weight_ih_l0.T + self.lstm.bias_ih_l0 + self.lstm.bias_hh_l0,
            "cell_gates": self.lstm.weight_hh_l0,
            "output_weight": self.output.weight,
            "output_bias": self.output.bias,
        }
        return {name: tensor.half().contiguous() for name, tensor in tensors.items()}

    @torch.no_grad()
    def load_tensors(self, tensors: dict[str, Tensor]) -> None:
        """Takes over what `tensors` gave."""
        self.lstm.weight_ih_l0.copy_(tensors["symbol_gates"].T)
        self.lstm.bias_ih_l0.zero_()
        self.lstm.bias_hh_l0.zero_()
        self.lstm.weight_hh_l0.copy_(tensors["cell_gates"])
        self.output.weight.copy_(tensors["output_weight"])
        self.output.bias.copy_(tensors["output_bias"])


class Pieces:
    """Pieces of the texts, each from a word's beginning on, the texts in another order every time round."""

    def __init__(self, texts: list[str], length: int, seed: int):
        self.texts = [symbols_of(text + " ") for text in texts]
        self.length, self.random = length, np.random.default_rng(seed)
        self.n_symbols = sum(len(text) for text in self.texts)

    def batches(self, n_pieces: int):
        """`[length + 1, n_pieces]`, for ever; every piece begins with the space before its first word."""
        while True:
            # Texts that follow each other belong together in some corpora: whole blocks change places.
            blocks = np.array_split(np.arange(len(self.texts)), max(1, len(self.texts) // 50))
            order = np.concatenate([blocks[i] for i in self.random.permutation(len(blocks))])
            stream = np.concatenate([[SPACE], *[self.texts[i] for i in order]])
            spaces = np.flatnonzero(stream == SPACE)
            wanted = np.arange(self.random.integers(self.length), len(stream) - 2 * self.length, self.length)
            starts = self.random.permutation(spaces[np.searchsorted(spaces, wanted)])
            for at in range(0, len(starts) - n_pieces + 1, n_pieces):
                places = starts[at : at + n_pieces][None, :] + np.arange(self.length + 1)[:, None]
                yield torch.from_numpy(stream[np.minimum(places, len(stream) - 1)])


@torch.no_grad()
def bits_a_character(model: CharacterModel, lines: list[str]) -> float:
    """Of lines as they stand, each after a space and with another behind it; which digit stands somewhere is not asked."""
    model.eval()
    nats, n = 0.0, 0
    for line in lines:
        symbols = torch.from_numpy(symbols_of(f" {line} "))[:, None]
        nats += F.cross_entropy(model(symbols[:-1])[:, 0], symbols[1:, 0], reduction="sum").item()
        n += len(symbols) - 1
    model.train()
    return nats / n / math.log(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--valid", type=Path, required=True, help="lines to measure it on, one a line")
    parser.add_argument("--out", type=Path, required=True, help="the model; beside it, as .json, how training went")
    parser.add_argument("--init", type=Path, help="a model of as many cells to begin from")
    parser.add_argument("--cells", type=int, default=512)
    parser.add_argument("--length", type=int, default=96, help="characters of a piece")
    parser.add_argument("--batch", type=int, default=128, help="pieces a step")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--warmup-steps", type=int, default=200)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--valid-secs", type=float, default=180)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    texts = [text for text in given.texts.read_text().splitlines() if is_printable(text)]
    valid = [line for line in given.valid.read_text().splitlines() if is_printable(line)]
    # Every two-hundredth text is kept back, to see how well the texts themselves are known.
    held_out = texts[::200][:1500]
    pieces = Pieces([text for i, text in enumerate(texts) if i % 200], given.length, given.seed)
    model = CharacterModel(given.cells, given.dropout)
    if given.init:
        model.load_tensors(load_file(given.init))
    adam = torch.optim.AdamW(model.parameters(), lr=given.learning_rate, betas=(0.9, 0.99), weight_decay=1e-3)
    averaged = CharacterModel(given.cells)
    averaged.load_state_dict(model.state_dict())
    log, started, step = [], time.monotonic(), 0
    last_valid = started
    for batch in pieces.batches(given.batch):
        done = (time.monotonic() - started) / (60 * given.minutes)
        rate = given.learning_rate * min(1, (step + 1) / given.warmup_steps)
        for group in adam.param_groups:
            group["lr"] = rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(done, 1))))
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(batch[:-1])
        loss = F.cross_entropy(logits.flatten(0, 1), batch[1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        adam.zero_grad(set_to_none=True)
        step += 1
        with torch.no_grad():
            decay = min(0.999, (1 + step) / (10 + step))
            torch._foreach_lerp_(list(averaged.parameters()), list(model.parameters()), 1 - decay)
        is_over = done >= 1
        if is_over or time.monotonic() - last_valid > given.valid_secs:
            told = {
                "step": step,
                "rounds": round(step * given.batch * given.length / pieces.n_symbols, 3),
                "minutes": round((time.monotonic() - started) / 60, 2),
                "bits_held_out": round(bits_a_character(averaged, held_out), 4),
                "bits_valid": round(bits_a_character(averaged, valid), 4),
            }
            print(json.dumps(told), flush=True)
            log.append(told)
            save_file(averaged.tensors(), given.out)
            options = {name: str(value) for name, value in vars(given).items()}
            given.out.with_suffix(".json").write_text(json.dumps({"options": options, "log": log}, indent=1) + "\n")
            last_valid = time.monotonic()
        if is_over:
            break


if __name__ == "__main__":
    main()
