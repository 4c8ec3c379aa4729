"""AdamW, the learning rate's course, and averaged weights, as in `src/training/optimizer.rs`."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from . import checkpoint
from .network import LineReader


@dataclass(frozen=True)
class OptimizerConfig:
    """How steps are taken."""

    learning_rate: float = 1.5e-3
    warmup_steps: int = 200
    final_rate: float = 0.01
    """The last learning rate, as a part of the highest; between them it falls along a cosine."""
    weight_decay: float = 1e-4
    max_gradient_norm: float = 5.0
    average_decay: float = 0.999

    def rate_at(self, step: int, done: float) -> float:
        """The learning rate of `step`, counted from 0, where `done` of the run is over."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        cosine = 0.5 * (1 + math.cos(math.pi * min(done, 1)))
        return self.learning_rate * (self.final_rate + (1 - self.final_rate) * cosine)


class Optimizer:
    """One step at a time; everything stays on the device."""

    def __init__(self, config: OptimizerConfig, network: LineReader):
        self.config = config
        entries = [entry for entry in checkpoint.entries(network) if entry.parameter.requires_grad]
        self.parameters = [entry.parameter for entry in entries]
        self.averaged = [p.detach().clone() for p in self.parameters]
        self.n_steps = 0
        groups = [
            {"params": [e.parameter for e in entries if e.decays], "weight_decay": config.weight_decay},
            {"params": [e.parameter for e in entries if not e.decays], "weight_decay": 0.0},
        ]
        is_on_gpu = self.parameters[0].is_cuda
        self.adam = torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, 0.99), eps=1e-8, fused=is_on_gpu)

    def step(self, rate: float) -> Tensor:
        """Goes one step of size `rate` and forgets the gradients; returns their norm before clipping."""
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.config.max_gradient_norm)
        for group in self.adam.param_groups:
            group["lr"] = rate
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        self.n_steps += 1
        # Young averages follow faster, so that they forget the first weights.
        decay = min(self.config.average_decay, (1 + self.n_steps) / (10 + self.n_steps))
        torch._foreach_lerp_(self.averaged, [p.detach() for p in self.parameters], 1 - decay)
        return norm

    def kept(self) -> checkpoint.Kept:
        """Moments and averages, for a checkpoint."""
        kept = {}
        for parameter, averaged in zip(self.parameters, self.averaged):
            kept[parameter] = {checkpoint.AVERAGED: averaged}
            state = self.adam.state.get(parameter)
            if state:
                kept[parameter][checkpoint.FIRST_MOMENT] = state["exp_avg"]
                kept[parameter][checkpoint.SECOND_MOMENT] = state["exp_avg_sq"]
        return kept

    def resume(self, kept: checkpoint.Kept, n_steps: int) -> None:
        """Goes on from what a checkpoint kept."""
        self.n_steps = n_steps
        for parameter, averaged in zip(self.parameters, self.averaged):
            parts = kept[parameter]
            averaged.copy_(parts[checkpoint.AVERAGED])
            step = torch.tensor(float(n_steps), device=parameter.device if parameter.is_cuda else "cpu")
            self.adam.state[parameter] = {
                "step": step,
                "exp_avg": parts[checkpoint.FIRST_MOMENT].clone(),
                "exp_avg_sq": parts[checkpoint.SECOND_MOMENT].clone(),
            }

    @torch.no_grad()
    def swap_averaged(self) -> None:
        """Weights and averaged weights change places: to evaluate, and back."""
        for parameter, averaged in zip(self.parameters, self.averaged):
            held = parameter.detach().clone()
            parameter.copy_(averaged)
            averaged.copy_(held)
