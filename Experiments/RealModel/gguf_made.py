"""A model of two layers with random weights as a GGUF file like SmolLM2's, to try the study without the real
one.

Reading it back must give the numbers of an independent forward pass, with rotation of neighbouring rows as
GGUF files have it, not of halves.
"""

import os

import gguf
import numpy as np
import smollm2
import tokenizers
import torch
import transformer

SHAPE = transformer.Shape(
    vocabulary=3 + 256 + 1, width=64, layers=2, heads=4, key_heads=2, hidden=96, base=1e5, epsilon=2**-17
)


def made(folder: str) -> str:
    """Writes the file, checks what is read from it, and tells where it is."""
    path = os.path.join(folder, "made.gguf")
    generator = np.random.default_rng(0)
    head = SHAPE.width // SHAPE.heads
    sizes = {
        "attn_norm": (SHAPE.width,),
        "attn_q": (SHAPE.width, SHAPE.width),
        "attn_k": (SHAPE.key_heads * head, SHAPE.width),
        "attn_v": (SHAPE.key_heads * head, SHAPE.width),
        "attn_output": (SHAPE.width, SHAPE.width),
        "ffn_norm": (SHAPE.width,),
        "ffn_gate": (SHAPE.hidden, SHAPE.width),
        "ffn_up": (SHAPE.hidden, SHAPE.width),
        "ffn_down": (SHAPE.width, SHAPE.hidden),
    }
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_vocab_size(SHAPE.vocabulary)
    writer.add_embedding_length(SHAPE.width)
    writer.add_block_count(SHAPE.layers)
    writer.add_head_count(SHAPE.heads)
    writer.add_head_count_kv(SHAPE.key_heads)
    writer.add_feed_forward_length(SHAPE.hidden)
    writer.add_rope_freq_base(SHAPE.base)
    writer.add_layer_norm_rms_eps(SHAPE.epsilon)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([*special, *sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()), "el"])
    writer.add_token_types([3] * 3 + [1] * 257)
    writer.add_array("tokenizer.ggml.merges", ["e l"])

    raw = {}

    def add(name, size):
        """Norms as they are, matrices in the format of the real file."""
        mean, deviation, kind = (1, 0.1, "F32") if len(size) == 1 else (0, 0.3, "Q4_1")
        weight = np.float32(generator.normal(mean, deviation, size))
        kind = gguf.GGMLQuantizationType[kind]
        packed = gguf.quants.quantize(weight, kind)
        raw[name] = torch.tensor(np.float32(gguf.quants.dequantize(packed, kind)))
        writer.add_tensor(name + ".weight", packed, raw_dtype=kind)

    add("token_embd", (SHAPE.vocabulary, SHAPE.width))
    add("output_norm", (SHAPE.width,))
    for layer in range(SHAPE.layers):
        for name, size in sizes.items():
            add(f"blk.{layer}.{name}", size)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    read = smollm2.read(path)
    assert read.shape == SHAPE, read.shape
    (prompt, answer), = smollm2.samples(read.tokenizer, [("Twelve 12?", "Ja, 한국어\n\n  ok.")])
    assert read.tokenizer.decode(answer) == "Ja, 한국어\n\n  ok.", "the tokenizer loses text"
    loss, count = transformer.evaluate(read.weights, read.shape, [(prompt, answer)], 512)
    expected = float(_loss(raw, prompt, answer))
    assert abs(loss[0] - expected) < 0.01 * expected, (loss, expected)
    assert count[0] == len(answer)
    return path


def _loss(raw: dict, prompt, answer):
    """The answer's summed loss, in float32 and without a line of transformer.py."""
    tokens = torch.tensor(prompt + answer)
    head, group = SHAPE.width // SHAPE.heads, SHAPE.heads // SHAPE.key_heads
    angles = torch.arange(len(tokens))[:, None] * SHAPE.base ** (-torch.arange(head // 2) * 2 / head)
    turn = torch.polar(torch.ones_like(angles), angles)

    def norm(x, name):
        return x * (x.square().mean(-1, keepdim=True) + SHAPE.epsilon).rsqrt() * raw[name]

    def rotated(x, heads):
        pairs = torch.view_as_complex(x.view(len(tokens), heads, head // 2, 2))
        return torch.view_as_real(pairs * turn[:, None]).flatten(2)

    x = raw["token_embd"][tokens]
    for layer in range(SHAPE.layers):
        y = norm(x, f"blk.{layer}.attn_norm")
        q = rotated(y @ raw[f"blk.{layer}.attn_q"].T, SHAPE.heads)
        k = rotated(y @ raw[f"blk.{layer}.attn_k"].T, SHAPE.key_heads)
        v = (y @ raw[f"blk.{layer}.attn_v"].T).view(len(tokens), SHAPE.key_heads, head)
        mixed = []
        for number in range(SHAPE.heads):
            scores = q[:, number] @ k[:, number // group].T / head**0.5
            scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf)
            mixed.append(scores.softmax(-1) @ v[:, number // group])
        x = x + torch.cat(mixed, 1) @ raw[f"blk.{layer}.attn_output"].T
        y = norm(x, f"blk.{layer}.ffn_norm")
        gate = torch.nn.functional.silu(y @ raw[f"blk.{layer}.ffn_gate"].T)
        x = x + (gate * (y @ raw[f"blk.{layer}.ffn_up"].T)) @ raw[f"blk.{layer}.ffn_down"].T
    scores = norm(x, "output_norm") @ raw["token_embd"].T
    losses = torch.nn.functional.cross_entropy(scores[:-1], tokens[1:], reduction="none")
    return losses[len(prompt) - 1 :].sum()
