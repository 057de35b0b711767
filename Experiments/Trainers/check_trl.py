"""Trains with TRL on what was exported: SFTTrainer, DPOTrainer, RewardTrainer, KTOTrainer, by the data's columns.

check_trl.py CASES.json trl MODEL CORPUS RESULTS.json [DATA ...]
"""

import tiny_model

tiny_model.be_offline_and_modest()

import math
import sys
from pathlib import Path

import cases
from loss_ledger import Ledger, Result, check


def options(work: Path, **more) -> dict:
    """One epoch over all rows, no packing, nothing cut, nothing written but logs."""
    return dict(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=2,
        learning_rate=1e-3,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        disable_tqdm=True,
        **more,
    )


def train(stage: str, case: cases.Case, model_folder: Path, nothing_known: float) -> Result:
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer
    from trl import (
        DPOConfig,
        DPOTrainer,
        KTOConfig,
        KTOTrainer,
        RewardConfig,
        RewardTrainer,
        SFTConfig,
        SFTTrainer,
    )

    result = Result("TRL", stage)
    rows = load_dataset(str(case.folder))["train"]
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    work = case.folder.parent / f"trl-{case.format}-{stage}"
    length = case.cutoff
    model = AutoModelForCausalLM.from_pretrained(model_folder)
    if stage == "SFT":
        # Messages ask for the loss of answers only; prompt and completion have it by their columns.
        config = SFTConfig(
            **options(
                work, max_length=length, packing=False, assistant_only_loss="messages" in rows.column_names
            )
        )
        trainer = SFTTrainer(model=model, args=config, train_dataset=rows, processing_class=tokenizer)
        first = nothing_known
    elif stage == "DPO":
        config = DPOConfig(**options(work, max_length=length))
        trainer = DPOTrainer(model=model, args=config, train_dataset=rows, processing_class=tokenizer)
        first = math.log(2)
    elif stage == "KTO":
        config = KTOConfig(**options(work, max_length=length))
        trainer = KTOTrainer(model=model, args=config, train_dataset=rows, processing_class=tokenizer)
        first = 0.5
    else:
        judge = AutoModelForSequenceClassification.from_pretrained(model_folder, num_labels=1)
        config = RewardConfig(**options(work, max_length=length))
        trainer = RewardTrainer(model=judge, args=config, train_dataset=rows, processing_class=tokenizer)
        first = math.log(2)
    with Ledger(tokenizer, cross_entropy=stage == "SFT") as ledger:
        trainer.train()
    return check(
        result,
        ledger,
        case.truths(),
        case.rows("train"),
        first,
        only_last_answer="completion" in rows.column_names,
        all_counts=stage == "Reward" or "text" in rows.column_names,
    )


def stages(case: cases.Case) -> list[str]:
    return {"preference": ["DPO", "Reward"], "feedback": ["KTO"]}.get(case.shape, ["SFT"])


if __name__ == "__main__":
    cases.run(sys.argv[1:], stages, train)
