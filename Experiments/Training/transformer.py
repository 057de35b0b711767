"""A decoder-only transformer, for training small ones from scratch and for tuning a pretrained one, on a processor.

Rotary positions, RMS norm, gated feed-forward layers, grouped queries, tied embeddings: the layers of Llama, so that
weights of that family can be read into it. Products are in bfloat16, which processors with AVX-512 do several times
faster; weights, sums, losses and the optimiser are in float32.

As in fine-tuning, a sample is a prompt and an answer, prompts are context only, and the loss is on answers. Same data,
same seed, same machine, same number of threads: same numbers.
"""

import dataclasses
import math

import numpy as np
import torch
import torch.nn.functional as F


@dataclasses.dataclass(frozen=True)
class Shape:
    """A model's size."""

    vocabulary: int = 2048
    width: int = 192
    layers: int = 4
    heads: int = 6
    key_heads: int = 6
    hidden: int = 512
    base: float = 10_000.0  # of the rotary positions
    epsilon: float = 1e-6


@dataclasses.dataclass(frozen=True)
class Training:
    """How a model is trained: what is held equal between subsets is the tokens seen, not the passes."""

    tokens: int  # to see, prompts counted, padding not
    rate: float = 2e-3
    warm_up: float = 0.05  # share of the tokens
    decay: float = 0.05
    tokens_a_step: int = 4096
    longest: int = 320  # tokens a sample; longer ones are cut at the end


def initial(shape: Shape, seed: int) -> dict:
    """Weights drawn from normal distributions of deviation 0.02, those that write into the stream narrower by depth."""
    generator = torch.Generator().manual_seed(seed)
    head = shape.width // shape.heads
    outer = 0.02 / math.sqrt(2 * shape.layers)

    def normal(rows, columns, scale=0.02):
        return torch.empty(rows, columns).normal_(0, scale, generator=generator)

    weights = {"embedding": normal(shape.vocabulary, shape.width), "norm": torch.ones(shape.width)}
    for layer in range(shape.layers):
        weights |= {
            f"{layer}.attention_norm": torch.ones(shape.width),
            f"{layer}.query": normal(shape.width, shape.width),
            f"{layer}.key": normal(shape.key_heads * head, shape.width),
            f"{layer}.value": normal(shape.key_heads * head, shape.width),
            f"{layer}.attention_out": normal(shape.width, shape.width, outer),
            f"{layer}.feed_norm": torch.ones(shape.width),
            f"{layer}.gate": normal(shape.hidden, shape.width),
            f"{layer}.up": normal(shape.hidden, shape.width),
            f"{layer}.down": normal(shape.width, shape.hidden, outer),
        }
    return weights


def _rotations(shape: Shape, places: int):
    half = shape.width // shape.heads // 2
    angles = torch.arange(places)[:, None] * shape.base ** (-torch.arange(half) / half)
    # Rotated as halves: what GGUF files and Hugging Face's checkpoints mean differs, see smollm2.py.
    return angles.cos().bfloat16(), angles.sin().bfloat16()


def _rotate(x, cosines, sines):
    left, right = x.chunk(2, -1)
    return torch.cat([left * cosines - right * sines, left * sines + right * cosines], -1)


def _stream(weights: dict, shape: Shape, tokens, mask, cache=None, layers=None, x=None):
    """What the last layer gives, normed: batch x places x width, in bfloat16.

    Of some layers only (a range of them), what they give; they are given `x`, or where there is none the tokens.

    With a cache (keys and values by layer) the tokens follow those that it holds, and are added to it. The mask is
    added to the scores: queries x keys, or with heads before them.
    """
    batch, places = tokens.shape
    head = shape.width // shape.heads
    before = cache[0][0].shape[2] if cache else 0
    cosines, sines = (part[before:] for part in _rotations(shape, before + places))
    small = {name: weight.bfloat16() for name, weight in weights.items() if name != "embedding"}
    if x is None:
        x = F.embedding(tokens, weights["embedding"]).bfloat16()

    def norm(x, name):
        return F.rms_norm(x, (shape.width,), small[name], shape.epsilon)

    for layer in range(shape.layers) if layers is None else layers:
        y = norm(x, f"{layer}.attention_norm")
        q = F.linear(y, small[f"{layer}.query"]).view(batch, places, shape.heads, head).transpose(1, 2)
        k = F.linear(y, small[f"{layer}.key"]).view(batch, places, shape.key_heads, head).transpose(1, 2)
        v = F.linear(y, small[f"{layer}.value"]).view(batch, places, shape.key_heads, head).transpose(1, 2)
        q, k = _rotate(q, cosines, sines), _rotate(k, cosines, sines)
        if cache is not None:
            if before:
                k, v = torch.cat([cache[layer][0], k], 2), torch.cat([cache[layer][1], v], 2)
                cache[layer] = (k, v)
            else:
                cache.append((k, v))
        if shape.key_heads < shape.heads:
            k, v = (part.repeat_interleave(shape.heads // shape.key_heads, 1) for part in (k, v))
        # Written out, since the fused kernel's backward pass takes several times as long at these lengths.
        scores = torch.baddbmm(
            mask, q.flatten(0, 1), k.flatten(0, 1).transpose(1, 2), alpha=1 / math.sqrt(head)
        )
        mixed = (scores.softmax(-1) @ v.flatten(0, 1)).view(batch, shape.heads, places, head)
        x = x + F.linear(mixed.transpose(1, 2).reshape(batch, places, shape.width), small[f"{layer}.attention_out"])
        y = norm(x, f"{layer}.feed_norm")
        y = F.silu(F.linear(y, small[f"{layer}.gate"])) * F.linear(y, small[f"{layer}.up"])
        x = x + F.linear(y, small[f"{layer}.down"])
    return norm(x, "norm") if layers is None or shape.layers - 1 in layers else x


def _causal(places: int):
    return torch.full((places, places), -torch.inf, dtype=torch.bfloat16).triu(1)


def _scores(weights: dict, shape: Shape, tokens, wanted):
    """Scores of the next token at the places that are wanted, a row each."""
    stream = _stream(weights, shape, tokens, _causal(tokens.shape[1]))[:, :-1][wanted[:, 1:]]
    return F.linear(stream, weights["embedding"].bfloat16()).float(), tokens[:, 1:][wanted[:, 1:]]


def _batch(samples, longest: int):
    """Tokens, and which of them are an answer's; rows filled up with 0 at the end, which nothing before sees."""
    places = min(max(len(prompt) + len(answer) for prompt, answer in samples), longest)
    tokens = np.zeros((len(samples), places), np.int64)
    wanted = np.zeros((len(samples), places), bool)
    for row, (prompt, answer) in enumerate(samples):
        whole = (prompt + answer)[:places]
        tokens[row, : len(whole)] = whole
        wanted[row, len(prompt) : len(whole)] = True
    return torch.from_numpy(tokens), torch.from_numpy(wanted)


def _lengths(samples, longest: int):
    return np.array([min(len(prompt) + len(answer), longest) for prompt, answer in samples])


def _passes(lengths, tokens_a_step: int, generator):
    """Batches of like length without end, every sample once a pass, each pass cut and ordered anew."""
    while True:
        # Some noise, so that the same samples do not always meet.
        batches = list(_by_length(lengths * generator.uniform(0.95, 1.05, len(lengths)), tokens_a_step))
        for index in generator.permutation(len(batches)):
            yield batches[index]


def train(weights: dict, shape: Shape, samples, training: Training, seed: int, progress=None) -> dict:
    """Trains a copy of the weights on (prompt tokens, answer tokens) until it has seen that many tokens.

    AdamW with warm-up and a cosine down to a twentieth of the rate; gradients clipped at norm 1.
    """
    generator = np.random.default_rng(seed)
    weights = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    groups = [
        {"params": [w for w in weights.values() if w.ndim > 1], "weight_decay": training.decay},
        {"params": [w for w in weights.values() if w.ndim < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=training.rate, betas=(0.9, 0.98), fused=True)
    lengths = _lengths(samples, training.longest)
    seen = 0
    for rows in _passes(lengths, training.tokens_a_step, generator):
        done = seen / training.tokens
        rate = training.rate * min(
            (done + 1e-3) / training.warm_up, 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(done, 1)))
        )
        for group in optimiser.param_groups:
            group["lr"] = rate
        tokens, wanted = _batch([samples[row] for row in rows], training.longest)
        if wanted[:, 1:].any():
            loss = F.cross_entropy(*_scores(weights, shape, tokens, wanted))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            if progress:
                progress(seen, float(loss.detach()))
        seen += int(lengths[rows].sum())
        if seen >= training.tokens:
            break
    return {name: weight.detach() for name, weight in weights.items()}


def _by_length(lengths, tokens_a_step: int):
    """Rows of like length together, shortest first."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop + 1 - start) * lengths[order[stop]] <= tokens_a_step:
            stop += 1
        yield order[start:stop]
        start = stop


@torch.inference_mode()
def evaluate(weights: dict, shape: Shape, samples, longest: int = 320, tokens_a_step: int = 8192):
    """Of each sample: the summed loss over its answer in nats, and its answer's tokens."""
    loss, count = np.zeros(len(samples)), np.zeros(len(samples))
    for rows in _by_length(_lengths(samples, longest), tokens_a_step):
        tokens, wanted = _batch([samples[row] for row in rows], longest)
        losses = F.cross_entropy(*_scores(weights, shape, tokens, wanted), reduction="none").double().numpy()
        ends = np.cumsum(wanted[:, 1:].sum(1).numpy())
        for row, begin, end in zip(rows, np.concatenate([[0], ends[:-1]]), ends):
            loss[row], count[row] = losses[begin:end].sum(), end - begin
    return loss, count


@torch.inference_mode()
def answers(weights: dict, shape: Shape, prompts, longest: int = 120, end: int = 0, tokens_a_step: int = 16384) -> list:
    """The likeliest tokens after each prompt, one after the other, until the end or that many."""
    found = [[] for _ in prompts]
    for rows in _by_length(np.array([len(prompt) for prompt in prompts]), tokens_a_step):
        # Filled up at the beginning, so that all go on at the same place; what was filled up is never seen.
        places = max(len(prompts[row]) for row in rows)
        tokens = np.zeros((len(rows), places), np.int64)
        hidden = np.zeros((len(rows), places), bool)
        for index, row in enumerate(rows):
            tokens[index, places - len(prompts[row]) :] = prompts[row]
            hidden[index, : places - len(prompts[row])] = True
        filled = torch.zeros(len(rows), places, dtype=torch.bfloat16).masked_fill_(torch.from_numpy(hidden), -1e30)
        mask = (_causal(places)[None] + filled[:, None]).clamp(min=-1e30)
        rows, cache = list(rows), []
        stream = _stream(weights, shape, torch.from_numpy(tokens), mask.repeat_interleave(shape.heads, 0), cache)
        while True:
            following = F.linear(stream[:, -1], weights["embedding"].bfloat16()).argmax(-1)
            goes_on = []
            for index, token in enumerate(following.tolist()):
                if token != end:
                    found[rows[index]].append(token)
                    if len(found[rows[index]]) < longest:
                        goes_on.append(index)
            if not goes_on:
                break
            if len(goes_on) < len(rows):
                kept = torch.tensor(goes_on)
                cache[:] = [(k[kept], v[kept]) for k, v in cache]
                rows, filled, following = [rows[i] for i in goes_on], filled[kept], following[kept]
            filled = torch.cat([filled, filled.new_zeros(len(rows), 1)], 1)
            stream = _stream(
                weights, shape, following[:, None], filled[:, None].repeat_interleave(shape.heads, 0), cache
            )
    return found
