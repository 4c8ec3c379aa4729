"""What a run reports: one JSON object a line, the same events as `TrainingEvent` in Rust."""

import json
import time
from pathlib import Path


class Events:
    """Prints events and appends them to `events.jsonl`. Silent but on the first of several processes."""

    def __init__(self, folder: Path, is_first: bool):
        self.file = open(folder / "events.jsonl", "a", buffering=1) if is_first else None

    def tell(self, event: str, **facts) -> None:
        if self.file is None:
            return
        line = json.dumps({"event": event} | facts)
        self.file.write(line + "\n")
        print(line, flush=True)


class Report:
    """Sums since the last progress event. The loss stays on the device until it is told."""

    def __init__(self):
        self.start = time.monotonic()
        self.loss, self.n_steps, self.n_lines = 0.0, 0, 0

    def add(self, loss, n_lines: int) -> None:
        self.loss = self.loss + loss
        self.n_steps += 1
        self.n_lines += n_lines

    def mean_loss(self) -> float:
        return float(self.loss) / max(self.n_steps, 1)

    def lines_per_sec(self) -> float:
        return self.n_lines / max(time.monotonic() - self.start, 1e-9)
