"""A language model of random weights, and a tokenizer, both small enough for a few seconds on a processor."""

import json
import math
import os
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

VOCABULARY = 1024

# ChatML, with the answers between generation tags, as trainers need that train on answers only. Calls of tools
# are answers too. `arguments` may be an object or JSON in a string: both are in use.
CHAT_TEMPLATE = """\
{%- if tools %}{{- '<|im_start|>tools\n' + (tools | tojson) + '<|im_end|>\n' }}{%- endif %}
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\n' }}
{%- if message['role'] == 'assistant' %}
{%- generation %}
{{- message['content'] or '' }}
{%- for call in message['tool_calls'] or [] %}
{{- '<tool_call>' + (call | tojson) + '</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>' }}
{%- endgeneration %}
{{- '\n' }}
{%- else %}
{{- message['content'] + '<|im_end|>\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"""


def strings(value):
    """All strings in a JSON value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from strings(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from strings(element)


def make(folder: Path, corpus: Path) -> float:
    """Saves tokenizer and model in `folder` unless they are there, the tokenizer trained on the JSON lines of
    `corpus`; returns the loss of a model that knows nothing, the logarithm of the number of tokens."""
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed

    if not (folder / "config.json").exists():
        set_seed(0)
        bytes_and_merges = Tokenizer(models.BPE())
        bytes_and_merges.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        bytes_and_merges.decoder = decoders.ByteLevel()
        special = ["<|pad|>", "<|im_start|>", "<|im_end|>"]
        with open(corpus, encoding="utf-8") as lines:
            texts = [text for line in lines for text in strings(json.loads(line))]
        bytes_and_merges.train_from_iterator(
            texts,
            trainers.BpeTrainer(
                vocab_size=VOCABULARY,
                special_tokens=special,
                initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                show_progress=False,
            ),
        )
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=bytes_and_merges,
            pad_token="<|pad|>",
            eos_token="<|im_end|>",
            clean_up_tokenization_spaces=False,
            model_max_length=1 << 20,
        )
        tokenizer.chat_template = CHAT_TEMPLATE
        tokenizer.save_pretrained(folder)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=1 << 15,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
        )
        LlamaForCausalLM(config).save_pretrained(folder)
    return math.log(json.loads((folder / "config.json").read_text())["vocab_size"])


def be_offline_and_modest() -> None:
    """Sets the environment in which nothing is fetched, reported, or run on more than one thread; to be called
    before a trainer is imported."""
    os.environ.update(
        HF_HUB_OFFLINE="1",
        HF_DATASETS_OFFLINE="1",
        TRANSFORMERS_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        AXOLOTL_DO_NOT_TRACK="1",
        DO_NOT_TRACK="1",
        WANDB_DISABLED="true",
        DISABLE_VERSION_CHECK="0",
        TOKENIZERS_PARALLELISM="false",
        OMP_NUM_THREADS="1",
        CUDA_VISIBLE_DEVICES="",
    )
