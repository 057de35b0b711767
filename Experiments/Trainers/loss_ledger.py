"""Writes down what the training steps of any trainer built on `transformers.Trainer` learn from.

The ledger stands between the trainer's own data loader and its own loss: it wraps `Trainer.training_step`, reads
the batch as it arrives, decodes the tokens that count, and keeps the loss that comes back. Where the loss is
plain cross-entropy it is computed a second time from those very tokens, so that nobody has to believe that they
are what the loss was made of.
"""

import math
from dataclasses import asdict, dataclass, field

import marked_rows
from marked_rows import MARK, Truth

IGNORED = -100


@dataclass
class Learned:
    """A sequence of a batch: the text that counts, and what stands around it."""

    counted: str
    around: str
    label: bool | None


@dataclass
class Result:
    """A line of the table."""

    trainer: str
    stage: str
    rows: int = 0  # in the files for training
    trained: int = 0  # with every answer wholly in the loss
    cut: int = 0  # with some, or a part of one
    absent: int = 0  # with nothing
    answers: int = 0
    answers_trained: int = 0
    prompts_in_loss: int = 0  # rows with a mark of prompt, system or tool result in the loss
    labels_wrong: int = 0
    strangers: int = 0  # rows in the loss that are not in the files: validation, or out of nowhere
    steps: int = 0
    first_loss: float | None = None
    last_loss: float | None = None
    expected_first_loss: float | None = None
    recomputed: float | None = None  # largest difference of loss and cross-entropy, relative
    error: str | None = None
    examples: list[str] = field(default_factory=list)


class Ledger:
    """Wraps `transformers.Trainer.training_step` while it is open."""

    def __init__(self, tokenizer, cross_entropy: bool):
        self.tokenizer = tokenizer
        self.cross_entropy = cross_entropy
        self.learned: list[Learned] = []
        self.losses: list[float] = []
        self.largest_difference = 0.0

    def __enter__(self):
        import transformers

        ledger, self.original = self, transformers.Trainer.training_step

        def training_step(trainer, model, inputs, *arguments, **named):
            ledger.read(inputs)
            entropies = ledger.entropies(model, inputs) if ledger.cross_entropy else None
            loss = ledger.original(trainer, model, inputs, *arguments, **named)
            ledger.losses.append(float(loss))
            if entropies is not None:
                difference = min(abs(float(loss) / entropy - 1) for entropy in entropies)
                ledger.largest_difference = max(ledger.largest_difference, difference)
            return loss

        transformers.Trainer.training_step = training_step
        return self

    def __exit__(self, *_):
        import transformers

        transformers.Trainer.training_step = self.original

    def read(self, inputs) -> None:
        """Decodes a batch: its labels where it has some, the masked tokens of completions, or all of it."""
        ids = inputs["input_ids"].tolist()
        present = (
            inputs["attention_mask"].tolist()
            if "attention_mask" in inputs
            else [[1] * len(row) for row in ids]
        )
        if "labels" in inputs:
            counts = [[label != IGNORED for label in row] for row in inputs["labels"].tolist()]
        elif "completion_mask" in inputs:
            counts = inputs["completion_mask"].tolist()
        else:
            counts = present
        labels = next((inputs[key] for key in ("label", "kto_tags") if key in inputs), None)
        for index, row in enumerate(ids):
            counted = [token for token, counting in zip(row, counts[index], strict=True) if counting]
            around = [
                token
                for token, counting, here in zip(row, counts[index], present[index], strict=True)
                if here and not counting
            ]
            self.learned.append(
                Learned(
                    self.tokenizer.decode(counted),
                    self.tokenizer.decode(around),
                    bool(labels[index]) if labels is not None else None,
                )
            )

    def entropies(self, model, inputs) -> list[float]:
        """The mean cross-entropy of the tokens that count, given all before them: their sum divided by the number of
        those that have any before them, and, as transformers does, by the number of all that count."""
        import torch

        with torch.no_grad():
            logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
        labels = inputs["labels"]
        total = torch.nn.functional.cross_entropy(
            logits[:, :-1].flatten(0, 1).float(),
            labels[:, 1:].flatten(),
            ignore_index=IGNORED,
            reduction="sum",
        )
        return [float(total / (counted != IGNORED).sum()) for counted in (labels[:, 1:], labels)]


def check(
    result: Result,
    ledger: Ledger,
    truths: dict[int, Truth],
    rows: set[int],
    expected_first_loss: float | None,
    only_last_answer: bool = False,
    all_counts: bool = False,
) -> Result:
    """Holds what was learned against what had to be.

    `only_last_answer`: earlier answers of a conversation are prompt by the format's promise. `all_counts`: the
    loss looks at prompts too, as that of a reward model does.
    """
    seen: dict[int, list[Learned]] = {}
    strangers = set()
    for learned in ledger.learned:
        for row in marked_rows.rows_in(learned.counted + learned.around):
            if row in rows:
                seen.setdefault(row, []).append(learned)
            else:
                strangers.add(row)
    result.rows = len(rows)
    result.strangers = len(strangers)
    for row in sorted(rows):
        truth = truths[row]
        answers = truth.answers[-1:] if only_last_answer else truth.answers
        here = seen.get(row, [])
        text = "\0".join(learned.counted for learned in here)
        marks = set(MARK.findall(text))
        reached = [
            (answer.kind, str(row), str(answer.turn)) in marks
            and (answer.text is None or answer.text in text)
            for answer in answers
        ]
        result.answers += len(answers)
        result.answers_trained += sum(reached)
        if all(reached):
            result.trained += 1
        else:
            touched = any(kind in ("answer", "rejected") for kind, _, _ in marks) or bool(text.strip("\0"))
            result.cut += touched
            result.absent += not touched
            if len(result.examples) < 3:
                result.examples.append(
                    f"row {row}: {sum(reached)} of {len(answers)} answers, loss sees {text[-160:]!r}"
                )
        promised = {(kind, turn) for kind, _, turn in marks} - {(a.kind, str(a.turn)) for a in answers}
        if promised and not all_counts:
            result.prompts_in_loss += 1
            if len(result.examples) < 3:
                result.examples.append(f"row {row}: in the loss, and no answer: {sorted(promised)}")
        if truth.label is not None and any(learned.label not in (None, truth.label) for learned in here):
            result.labels_wrong += 1
    result.steps = len(ledger.losses)
    result.first_loss = ledger.losses[0] if ledger.losses else None
    result.last_loss = ledger.losses[-1] if ledger.losses else None
    result.expected_first_loss = expected_first_loss
    result.recomputed = ledger.largest_difference if ledger.cross_entropy else None
    if not all(math.isfinite(loss) for loss in ledger.losses):
        result.error = "a loss that is not finite"
    return result


def as_json(result: Result) -> dict:
    return asdict(result)
