"""Trains with Axolotl on what was exported: its own loading of the configuration, of the data, and its `train`.

check_axolotl.py CASES.json axolotl MODEL CORPUS RESULTS.json [DATA ...]
"""

import tiny_model

tiny_model.be_offline_and_modest()

import math
import os
import sys
from pathlib import Path

import cases
from loss_ledger import Ledger, Result, check

# What a configuration needs besides the data: a model, an epoch over all rows, nothing packed, the processor.
REST = dict(
    num_epochs=1,
    micro_batch_size=2,
    gradient_accumulation_steps=1,
    learning_rate=1e-3,
    optimizer="adamw_torch",
    lr_scheduler="constant",
    logging_steps=1,
    save_strategy="no",
    sample_packing=False,
    bf16=False,
    fp16=False,
    tf32=False,
    flash_attention=False,
    sdp_attention=True,
    gradient_checkpointing=False,
    dataset_num_proc=1,
    dataloader_num_workers=0,
    dataloader_pin_memory=False,
    device_map="cpu",
    strict=False,
)


# What its documentation asks for, for formats that gamut writes no configuration for.
TYPES = {"messages": {"type": "chat_template", "field_messages": "messages"}, "alpaca": {"type": "alpaca"}}


def train(stage: str, case: cases.Case, model: Path, nothing_known: float) -> Result:
    import yaml
    from axolotl.cli.args import TrainerCliArgs
    from axolotl.cli.config import load_cfg
    from axolotl.common.datasets import load_datasets, load_preference_datasets
    from axolotl.train import train as axolotl_train
    from transformers import AutoTokenizer

    result = Result("Axolotl", stage)
    work = case.folder.parent / f"axolotl-{case.format}-{stage}{'-control' if case.control else ''}"
    work.mkdir(exist_ok=True)
    if case.format == "axolotl":
        exported = yaml.safe_load((case.folder / "axolotl.yaml").read_text(encoding="utf-8"))
    else:
        place = {"path": str(case.folder / "train.jsonl"), "ds_type": "json", "split": "train"}
        exported = {"datasets": [{**place, **TYPES[case.format]}]}
    configuration = {
        **REST,
        "val_set_size": 0,
        "chat_template": "tokenizer_default",
        **exported,
        "base_model": str(model),
        "output_dir": str(work),
        "dataset_prepared_path": str(work / "prepared"),
        "sequence_len": case.cutoff,
    }
    path = work / "configuration.yaml"
    path.write_text(yaml.safe_dump(configuration, sort_keys=False), encoding="utf-8")
    os.chdir(case.folder)
    loaded = load_cfg(str(path))
    options = TrainerCliArgs()
    load = load_preference_datasets if loaded.rl else load_datasets
    with Ledger(AutoTokenizer.from_pretrained(model), cross_entropy=stage == "sft") as ledger:
        axolotl_train(cfg=loaded, dataset_meta=load(cfg=loaded, cli_args=options))
    first = {"dpo": math.log(2), "kto": 0.5}.get(stage, nothing_known)
    return check(result, ledger, case.truths(), case.rows("train"), first)


def stages(case: cases.Case) -> list[str]:
    return {"preference": ["dpo"], "feedback": ["kto"]}.get(case.shape, ["sft"])


if __name__ == "__main__":
    cases.run(sys.argv[1:], stages, train)
