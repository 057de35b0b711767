"""Rows of real files with a mark in every text, by which it is found again wherever a trainer puts it.

A mark is `[[KIND ROW.TURN]]` at the end of a text; KIND is `answer`, `rejected`, `prompt`, `system` or `result`
(what a tool returned). In calls of tools, which are JSON, it is one more argument.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

MARK = re.compile(r"\[\[(answer|rejected|prompt|system|result) (\d+)\.(\d+)\]\]")

ASSISTANT = {"assistant", "gpt", "function_call", "model", "chatbot", "bot"}
SYSTEM = {"system"}
RESULT = {"tool", "observation", "function_response", "ipython"}


@dataclass
class Answer:
    """What the model is to learn to say. `text` is None where a converter may write it in another way: calls."""

    kind: str
    turn: int
    text: str | None


@dataclass
class Truth:
    """What has to reach the loss of one row."""

    row: int
    answers: list[Answer] = field(default_factory=list)
    label: bool | None = None


class Marker:
    """Marks the texts of one record."""

    def __init__(self, row: int):
        self.truth = Truth(row)
        self.turn = 0

    def mark(self, kind: str) -> str:
        self.turn += 1
        return f"[[{kind} {self.truth.row}.{self.turn}]]"

    def text(self, kind: str, text: str) -> str:
        marked = f"{text} {self.mark(kind)}" if text else self.mark(kind)
        if kind in ("answer", "rejected"):
            self.truth.answers.append(Answer(kind, self.turn, marked))
        return marked

    def call(self, call: dict) -> dict:
        """A call of a tool, with one more argument."""
        arguments = call["arguments"]
        parsed = json.loads(arguments) if isinstance(arguments, str) else arguments
        parsed = dict(parsed, mark=self.mark("answer"))
        self.truth.answers.append(Answer("answer", self.turn, None))
        packed = json.dumps(parsed, ensure_ascii=False) if isinstance(arguments, str) else parsed
        return dict(call, arguments=packed)

    def message(self, message: dict, role_key: str, text_key: str, kind: str = "answer") -> dict:
        role = message[role_key]
        if role == "function_call":
            calls = json.loads(message[text_key])
            calls = [self.call(call) for call in calls] if isinstance(calls, list) else self.call(calls)
            return dict(message, **{text_key: json.dumps(calls, ensure_ascii=False)})
        if message.get("tool_calls"):
            calls = [dict(call, function=self.call(call["function"])) for call in message["tool_calls"]]
            message = dict(message, tool_calls=calls)
            return (
                message
                if not message[text_key]
                else dict(message, **{text_key: self.text(kind, message[text_key])})
            )
        kinds = {
            **dict.fromkeys(ASSISTANT, kind),
            **dict.fromkeys(SYSTEM, "system"),
            **dict.fromkeys(RESULT, "result"),
        }
        return dict(message, **{text_key: self.text(kinds.get(role, "prompt"), message[text_key])})

    def record(self, record: dict) -> dict:
        """The record with marks; raises ValueError where it has none of the shapes known here."""
        record = dict(record)
        if "history" in record:
            record["history"] = [
                [self.text("prompt", said), self.text("answer", answered)]
                for said, answered in record["history"] or []
            ]
        for key, role_key, text_key in (("conversations", "from", "value"), ("messages", "role", "content")):
            if key in record:
                record[key] = [self.message(message, role_key, text_key) for message in record[key]]
                for kind, side in (("answer", "chosen"), ("rejected", "rejected")):
                    if side in record:
                        record[side] = self.message(record[side], role_key, text_key, kind)
                # What is judged is the last answer: those before it are a part of the prompt.
                if isinstance(record.get("label"), bool):
                    self.truth.label = record["label"]
                    del self.truth.answers[:-1]
                if "chosen" in record:
                    del self.truth.answers[:-2]
                return record
        if record.get("system"):
            record["system"] = self.text("system", record["system"])
        for said, answered in (
            ("instruction", "output"),
            ("instruction", "response"),
            ("question", "answer"),
            ("prompt", "completion"),
        ):
            if said in record and answered in record:
                record[said] = self.text("prompt", record[said])
                value = record[answered]
                if isinstance(value, list):  # ranked, the best first; a pair is made of the best two
                    self.truth.answers.clear()
                    best, *others = value
                    record[answered] = [
                        self.text("answer", best),
                        *(self.text("rejected", other) for other in others),
                    ]
                    del self.truth.answers[2:]
                else:
                    record[answered] = self.text("answer", value)
                return record
        if "text" in record:
            record["text"] = self.text("answer", record["text"])
            return record
        raise ValueError(f"keys {sorted(record)}")


def read(path: Path) -> list[dict]:
    """The records of a JSON array, or of JSON lines."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.split("\n") if line]


def plain(record: dict) -> dict:
    """All strings of a record as one text."""
    return {"text": "\n\n".join(value for value in record.values() if isinstance(value, str) and value)}


def write(source: Path, count: int, rows: Path, truths: Path, as_text: bool = False) -> int:
    """Writes the first `count` records of `source`, marked, and what has to reach the loss; returns how many."""
    records = read(source)[:count]
    if as_text:
        records = [plain(record) for record in records]
    with open(rows, "w", encoding="utf-8") as marked, open(truths, "w", encoding="utf-8") as known:
        for row, record in enumerate(records):
            marker = Marker(row)
            print(json.dumps(marker.record(record), ensure_ascii=False), file=marked)
            print(json.dumps(asdict(marker.truth), ensure_ascii=False), file=known)
    return len(records)


def read_truths(path: Path) -> dict[int, Truth]:
    truths = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            truth = json.loads(line)
            truth["answers"] = [Answer(**answer) for answer in truth["answers"]]
            truths[truth["row"]] = Truth(**truth)
    return truths


def rows_in(text: str) -> set[int]:
    """The rows whose marks are in a text."""
    return {int(row) for _, row, _ in MARK.findall(text)}
