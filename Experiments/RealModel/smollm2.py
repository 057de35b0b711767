"""SmolLM2 out of its GGUF file: weights and shape for transformer.py, and the tokenizer."""

import dataclasses
import json

import gguf
import numpy as np
import tokenizers
import torch
import transformer

# What the parts of a layer are called in GGUF and in transformer.py.
LAYER = {
    "attn_norm": "attention_norm",
    "attn_q": "query",
    "attn_k": "key",
    "attn_v": "value",
    "attn_output": "attention_out",
    "ffn_norm": "feed_norm",
    "ffn_gate": "gate",
    "ffn_up": "up",
    "ffn_down": "down",
}


def halves(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of queries or keys for rotation by halves. A head's rows 0, 1, 2, ... are in GGUF files left and
    right of the first pair, left and right of the second, ...; here all left ones come first."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


@dataclasses.dataclass
class Model:
    shape: transformer.Shape
    weights: dict
    tokenizer: tokenizers.Tokenizer


def read(path: str) -> Model:
    """The model of a GGUF file of the Llama architecture with tied embeddings, as float32."""
    reader = gguf.GGUFReader(path)
    told = {name: field.contents() for name, field in reader.fields.items()}
    shape = transformer.Shape(
        vocabulary=told["llama.vocab_size"],
        width=told["llama.embedding_length"],
        layers=told["llama.block_count"],
        heads=told["llama.attention.head_count"],
        key_heads=told["llama.attention.head_count_kv"],
        hidden=told["llama.feed_forward_length"],
        base=told["llama.rope.freq_base"],
        epsilon=told["llama.attention.layer_norm_rms_epsilon"],
    )
    weights = {}
    for tensor in reader.tensors:
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        name = tensor.name.removesuffix(".weight")
        if name.startswith("blk."):
            _, layer, part = name.split(".")
            if part in ("attn_q", "attn_k"):
                weight = halves(weight, shape.heads if part == "attn_q" else shape.key_heads)
            weights[f"{layer}.{LAYER[part]}"] = torch.tensor(weight)
        else:
            weights[{"token_embd": "embedding", "output_norm": "norm"}[name]] = torch.tensor(weight)
    return Model(shape, weights, byte_pairs(told))


def byte_pairs(told: dict) -> tokenizers.Tokenizer:
    """The tokenizer: byte pairs of GPT-2's words, digits one by one."""
    if (told["tokenizer.ggml.model"], told["tokenizer.ggml.pre"]) != ("gpt2", "smollm"):
        raise SystemExit("the tokenizer is not SmolLM's")
    tokens, kinds = told["tokenizer.ggml.tokens"], told["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ")) for merge in told["tokenizer.ggml.merges"]]
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.BPE({token: place for place, token in enumerate(tokens)}, merges)
    )
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Digits(individual_digits=True),
        tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False),
    ])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens([token for token, kind in zip(tokens, kinds) if kind == 3])
    return tokenizer


# The words of the model's chat template; gamut counts a conversation's tokens by the same.
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
END = "<|im_end|>\n"


def template() -> str:
    """The chat template as `gamut --chat-template FILE` takes it."""
    return json.dumps({
        "system": ["<|im_start|>system\n", END],
        "user": ["<|im_start|>user\n", END],
        "assistant": ["<|im_start|>assistant\n", END],
        "default_system": SYSTEM,
        "tokens": ["<|im_start|>", "<|im_end|>"],
    })


def rendered(prompt: str, system: str = SYSTEM) -> str:
    """A conversation up to where the answer begins; without a system text, without its turn."""
    first = f"<|im_start|>system\n{system}{END}" if system else ""
    return f"{first}<|im_start|>user\n{prompt}{END}<|im_start|>assistant\n"


def samples(tokenizer: tokenizers.Tokenizer, texts) -> list:
    """Token numbers of (prompt, answer) texts in the chat template; its end belongs to the answer."""
    prompts = tokenizer.encode_batch([rendered(prompt) for prompt, _ in texts])
    answers = tokenizer.encode_batch([answer + "<|im_end|>" for _, answer in texts])
    return [(prompt.ids, answer.ids) for prompt, answer in zip(prompts, answers)]
