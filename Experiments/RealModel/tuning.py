"""Tunes the upper layers of a pretrained model, at the cost of these layers alone.

The embedding and the lower layers stay as they are. What they give of a sample is the same in every pass and
for every tuned model, so it is worked out once. The loss is on answers only, and its scores are made and used
up a few hundred tokens at a time, since a row of them has as many numbers as the vocabulary has tokens.
"""

import dataclasses
import math

import numpy as np
import torch
import transformer

ROWS = 256  # answer tokens whose scores are in memory at once


@dataclasses.dataclass(frozen=True)
class Tuning:
    """How a model is tuned."""

    layers: int = 8  # the upper ones that are tuned, with the last norm
    passes: int = 2
    rate: float = 1e-4
    warm_up: float = 0.1  # share of the tokens
    decay: float = 0.0
    tokens_a_step: int = 2048
    longest: int = 512  # tokens a sample; longer ones are cut at the end


def _prepared(samples, rows, longest):
    tokens, wanted = transformer._batch([samples[row] for row in rows], longest)
    return tokens, wanted, transformer._causal(tokens.shape[1])


@torch.inference_mode()
def lower(weights: dict, shape: transformer.Shape, samples, tuning: Tuning) -> list:
    """What the layers that are not tuned give of each sample, a row a token."""
    found = [None] * len(samples)
    lengths = transformer._lengths(samples, tuning.longest)
    for rows in transformer._by_length(lengths, tuning.tokens_a_step):
        tokens, _, mask = _prepared(samples, rows, tuning.longest)
        stream = transformer._stream(
            weights, shape, tokens, mask, layers=range(shape.layers - tuning.layers)
        )  # fmt: skip
        for row, part in zip(rows, stream):
            found[row] = part[: lengths[row]].clone()
    return found


def _upper(weights, shape, samples, streams, rows, tuning):
    """What the tuned layers give at the places before answer tokens, and these tokens, and their samples."""
    tokens, wanted, mask = _prepared(samples, rows, tuning.longest)
    x = torch.nn.utils.rnn.pad_sequence([streams[row] for row in rows], batch_first=True)
    layers = range(shape.layers - tuning.layers, shape.layers)
    stream = transformer._stream(weights, shape, tokens, mask, layers=layers, x=x)
    places = wanted[:, 1:]
    return stream[:, :-1][places], tokens[:, 1:][places], places.nonzero()[:, 0]


class Head:
    """Loss of the next token by the embedding, which is fixed, and its gradient, some rows at a time."""

    def __init__(self, embedding):
        self._embedding = embedding.bfloat16()
        self._half = torch.empty(ROWS, len(embedding), dtype=torch.bfloat16)
        self._whole = torch.empty(ROWS, len(embedding))

    @torch.no_grad()
    def losses(self, stream, targets, gradient: bool = False):
        """Of each row its loss; and the gradient of their mean by the stream, if wanted."""
        losses, gradients = [], []
        for start in range(0, len(targets), ROWS):
            part, target = stream[start : start + ROWS], targets[start : start + ROWS, None]
            half, whole = self._half[: len(part)], self._whole[: len(part)]
            torch.mm(part, self._embedding.T, out=half)
            whole.copy_(half)
            whole -= whole.amax(1, keepdim=True)
            right = whole.gather(1, target)
            total = whole.exp_().sum(1, keepdim=True)
            losses.append((total.log() - right)[:, 0])
            if gradient:
                whole /= total * len(targets)
                whole.scatter_add_(1, target, torch.full(target.shape, -1 / len(targets)))
                half.copy_(whole)
                gradients.append(half @ self._embedding)
        return torch.cat(losses), torch.cat(gradients) if gradient else None


def train(
    weights: dict, shape: transformer.Shape, samples, streams, tuning: Tuning, head: Head, seed: int
) -> dict:  # fmt: skip
    """Tunes a copy of the upper layers on (prompt tokens, answer tokens): AdamW with warm-up and a cosine
    down to a twentieth of the rate, gradients clipped at norm 1."""
    first = shape.layers - tuning.layers
    tuned = {
        name: weight.float().clone().requires_grad_()
        for name, weight in weights.items()
        if name == "norm" or name[0].isdigit() and int(name.split(".")[0]) >= first
    }
    optimiser = torch.optim.AdamW(
        tuned.values(), lr=tuning.rate, betas=(0.9, 0.98), weight_decay=tuning.decay, fused=True
    )
    lengths = transformer._lengths(samples, tuning.longest)
    whole, seen = tuning.passes * int(lengths.sum()), 0
    for rows in transformer._passes(lengths, tuning.tokens_a_step, np.random.default_rng(seed)):
        done = seen / whole
        optimiser.param_groups[0]["lr"] = tuning.rate * min(
            (done + 1e-2) / tuning.warm_up, 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done))
        )
        stream, targets, _ = _upper(tuned, shape, samples, streams, rows, tuning)
        stream.backward(head.losses(stream.detach(), targets, gradient=True)[1])
        torch.nn.utils.clip_grad_norm_(tuned.values(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        seen += int(lengths[rows].sum())
        if seen >= whole:
            return {name: weight.detach() for name, weight in tuned.items()}


@torch.inference_mode()
def evaluate(weights: dict, shape: transformer.Shape, samples, streams, tuning: Tuning, head: Head):
    """Of each sample: the summed loss over its answer in nats, and its answer's tokens."""
    loss, count = np.zeros(len(samples)), np.zeros(len(samples))
    weights = {name: weight.bfloat16() for name, weight in weights.items() if name != "embedding"}
    lengths = transformer._lengths(samples, tuning.longest)
    for rows in transformer._by_length(lengths, 2 * tuning.tokens_a_step):
        stream, targets, owners = _upper(weights, shape, samples, streams, rows, tuning)
        losses = head.losses(stream, targets)[0]
        loss[rows] = np.bincount(owners, losses.double().numpy(), len(rows))
        count[rows] = np.bincount(owners, minlength=len(rows))
    return loss, count
