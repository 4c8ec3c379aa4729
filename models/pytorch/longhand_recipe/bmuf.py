"""Several processes under torchrun: gradients averaged every step (DistributedDataParallel), or whole blocks of steps
filtered (BMUF: Chen and Huo, ICASSP 2016), which needs far less traffic between machines."""

import os

import torch
import torch.distributed as dist
from torch import Tensor


def start() -> tuple[int, int, torch.device]:
    """Joins the other processes, where torchrun started any: this one's rank, their number, the device."""
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    local = int(os.environ.get("LOCAL_RANK", 0))
    has_gpu = torch.cuda.is_available()
    device = torch.device("cuda", local) if has_gpu else torch.device("cpu")
    if has_gpu:
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if has_gpu else "gloo")
    return rank, world, device


def stop() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()


def same_for_all(value: float, device: torch.device) -> float:
    """The first process's value."""
    if not dist.is_initialized():
        return value
    shared = torch.tensor([value], dtype=torch.float64, device=device)
    dist.broadcast(shared, 0)
    return shared.item()


@torch.no_grad()
def _average(tensors: list[Tensor]) -> list[Tensor]:
    """Means over all processes, by one transfer."""
    flat = torch.cat([tensor.reshape(-1).float() for tensor in tensors])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    parts = flat.split([tensor.numel() for tensor in tensors])
    return [part.view_as(tensor) for part, tensor in zip(parts, tensors)]


@torch.no_grad()
def average_in_place(tensors: list[Tensor]) -> None:
    """Running statistics are those of all processes' lines."""
    if dist.is_initialized() and tensors:
        for tensor, mean in zip(tensors, _average(tensors)):
            tensor.copy_(mean)


class BlockFilter:
    """Blockwise model-update filtering with Nesterov block momentum.

    Every process takes a block of steps by itself from the same weights W + η Δ: W agreed on last, Δ the last update.
    With W̄ the mean of where they come out, G = W̄ − (W + η Δ) is what the block learnt; it is filtered,
    Δ ← η Δ + ζ G, and agreed on, W ← W + Δ. For n processes η = 1 − 1/n and ζ = 1 are usual.
    """

    def __init__(self, parameters: list[Tensor], momentum: float, rate: float):
        self.parameters, self.momentum, self.rate = parameters, momentum, rate
        self.agreed = [p.detach().clone() for p in parameters]
        self.update = [torch.zeros_like(p) for p in self.agreed]

    @torch.no_grad()
    def end_block(self) -> None:
        means = _average(self.parameters)
        for p, agreed, update, mean in zip(self.parameters, self.agreed, self.update, means):
            learnt = mean - (agreed + self.momentum * update)
            update.mul_(self.momentum).add_(learnt, alpha=self.rate)
            agreed.add_(update)
            p.copy_(agreed + self.momentum * update)
