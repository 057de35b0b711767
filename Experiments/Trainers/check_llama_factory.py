"""Trains with LLaMA-Factory on what was exported, by its own `run_exp`: stages sft, pt, dpo and rm, or kto.

check_llama_factory.py CASES.json llama-factory MODEL CORPUS RESULTS.json [DATA ...]
"""

import tiny_model

tiny_model.be_offline_and_modest()

import importlib.machinery
import json
import math
import sys
import types
from pathlib import Path

import cases
from loss_ledger import Ledger, Result, check

# A model that judges starts from a head of random numbers: nothing is known of its first loss.
FIRST_LOSS = {"dpo": math.log(2), "rm": None, "kto": 0.5}


def stand_in_for_torchaudio() -> None:
    """LLaMA-Factory imports torchaudio for data with sound. Its wheels want CUDA's libraries, so that it cannot be
    loaded beside a torch without them: an empty module takes its place."""
    try:
        import torchaudio  # noqa: F401
    except (ImportError, OSError):
        empty = types.ModuleType("torchaudio")
        empty.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
        sys.modules["torchaudio"] = empty


# What its documentation asks to be written in dataset_info.json for formats that gamut registers nothing for.
ENTRIES = {
    "alpaca": {},
    "sharegpt": {"formatting": "sharegpt", "columns": {"messages": "conversations"}},
    "messages": {
        "formatting": "openai",
        "columns": {"messages": "messages"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "observation_tag": "tool",
            "function_tag": "function_call",
            "system_tag": "system",
        },
    },
}


def registered(case: cases.Case) -> tuple[Path, list[str]]:
    """The folder of dataset_info.json, and the names of the sets to train on in it."""
    if (case.folder / "dataset_info.json").exists():
        entries = json.loads((case.folder / "dataset_info.json").read_text(encoding="utf-8"))
        return case.folder, [
            name for name, entry in entries.items() if "validation" not in entry["file_name"]
        ]
    folder = case.folder.parent / f"registered-{case.format}"
    folder.mkdir(exist_ok=True)
    entry = dict(ENTRIES[case.format], file_name=str(case.folder / "train.jsonl"))
    if case.format == "alpaca" or "columns" in entry:
        first = json.loads((case.folder / "train.jsonl").read_text(encoding="utf-8").split("\n", 1)[0])
        for column in ("tools", "system", "history"):
            if column in first:
                entry.setdefault("columns", {"prompt": "instruction", "query": "input", "response": "output"})
                entry["columns"] = {**entry["columns"], column: column}
    (folder / "dataset_info.json").write_text(json.dumps({case.data: entry}), encoding="utf-8")
    return folder, [case.data]


def train(stage: str, case: cases.Case, model: Path, nothing_known: float) -> Result:
    from llamafactory.train.tuner import run_exp
    from transformers import AutoTokenizer

    result = Result("LLaMA-Factory", stage)
    registry, names = registered(case)
    arguments = dict(
        stage=stage,
        do_train=True,
        model_name_or_path=str(model),
        dataset_dir=str(registry),
        dataset=",".join(names),
        template="chatml",
        cutoff_len=case.cutoff,
        packing=False,
        finetuning_type="full",
        output_dir=str(
            case.folder.parent / f"llama-factory-{case.format}-{stage}{'-control' if case.control else ''}"
        ),
        overwrite_cache=True,
        num_train_epochs=1,
        per_device_train_batch_size=2,
        gradient_accumulation_steps=1,
        learning_rate=1e-3,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        disable_gradient_checkpointing=True,
        dataloader_num_workers=0,
        preprocessing_num_workers=1,
    )
    with Ledger(AutoTokenizer.from_pretrained(model), cross_entropy=stage in ("sft", "pt")) as ledger:
        run_exp(arguments)
    return check(result, ledger, case.truths(), case.rows("train"), FIRST_LOSS.get(stage, nothing_known))


def stages(case: cases.Case) -> list[str]:
    return {"preference": ["dpo", "rm"], "feedback": ["kto"], "text": ["pt"]}.get(case.shape, ["sft"])


if __name__ == "__main__":
    stand_in_for_torchaudio()
    cases.run(sys.argv[1:], stages, train)
