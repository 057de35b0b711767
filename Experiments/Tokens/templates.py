#!/usr/bin/env python3
"""Holds the tokens of rendered conversations against transformers' apply_chat_template, record by record.

    templates.py --gamut .build/release/gamut --tokenizer TEMPLATE=tokenizer.json ... POOL ...

TEMPLATE is chatml, llama3, zephyr, mistral, or chatml-system, which has a system message of its own. Each
program of Jinja, as it was published, is put into a tokenizer_config.json beside the tokenizer; gamut counts by
the template's name and by 'auto', transformers (PyPI) renders and counts by the program. Records with tools,
rejected answers or plain text are left out, and for mistral those with a system text or without turns, which its
program refuses. The exit status is 1 where a count differs.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from transformers import PreTrainedTokenizerFast  # noqa: E402

CHATML = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' "
          "+ '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
PROGRAMS = {
    "chatml": CHATML,
    "chatml-system": CHATML.replace(
        "{% for message in messages %}", "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' "
        "%}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}"),
    "llama3": ("{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' "
               "+ message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 "
               "== 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if "
               "add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"),
    "zephyr": ("{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\\n' + message['content'] + "
               "eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\\n' + message['content'] + eos_token "
               "}}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\\n'  + message['content'] + eos_token "
               "}}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% "
               "endfor %}"),
    "mistral": ("{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) "
                "%}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
                "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif "
                "message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% else %}{{ raise_exception('Only "
                "user and assistant roles are supported!') }}{% endif %}{% endfor %}"),
}
ENDS = {"llama3": ("<|begin_of_text|>", "<|eot_id|>"), "zephyr": ("<s>", "</s>"), "mistral": ("<s>", "</s>")}
ROLES = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system"}


def messages(record):
    """The conversation of a record; `None` for one that is not compared."""
    if "chosen" in record or record.get("text") and len(record) < 4 and "instruction" not in record:
        return None
    said = []
    if record.get("system"):
        said.append(("system", record["system"]))
    turns = record.get("messages") or record.get("conversations")
    if turns:
        for turn in turns:
            role = ROLES.get(turn.get("role") or turn.get("from"))
            content = turn.get("content") if "content" in turn else turn.get("value")
            if role is None or not isinstance(content, str) or turn.get("tool_calls"):
                return None
            said.append((role, content))
    else:
        for asked, answered in record.get("history") or []:
            said += [("user", asked), ("assistant", answered)]
        answer = next((record[k] for k in ("output", "response", "answer", "completion") if record.get(k) is not None), None)
        if "instruction" in record:
            context = record.get("input") or record.get("context")
            said.append(("user", record["instruction"] + ("\n" + context if context else "")))
        elif "prompt" in record or "question" in record:
            said.append(("user", record.get("prompt", record.get("question"))))
        else:
            return None
        if answer is not None:
            said.append(("assistant", answer))
    if not all(isinstance(text, str) for _, text in said):
        return None
    return [{"role": role, "content": text} for role, text in said]


def records_of(path):
    with open(path, encoding="utf-8") as file:
        content = file.read()
    if content.lstrip().startswith("["):
        return list(enumerate(json.loads(content), 1))
    return [(line, json.loads(text)) for line, text in enumerate(content.split("\n"), 1) if text.strip()]


def counts(gamut, pool, tokenizer, template, work):
    out = os.path.join(work, "subset.jsonl")
    subprocess.run(
        [gamut, "select", pool, "--budget", "1", "--axis", "tokens:2", "--receipts", "--random", "0", "--force", "--quiet",
         "--tokenizer", tokenizer, "--chat-template", template, "-o", out], check=True)
    with open(os.path.join(work, "subset.receipts.jsonl"), encoding="utf-8") as file:
        return {r["line"]: r["descriptor"]["tokens"] for r in map(json.loads, file)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gamut", required=True)
    parser.add_argument("--tokenizer", action="append", default=[])
    parser.add_argument("pools", nargs="+")
    options = parser.parse_args()
    print("| template | records | equal counts | tokens | left out |")
    print("| --- | ---: | ---: | ---: | ---: |")
    failed = False
    for given in options.tokenizer:
        name, _, file = given.partition("=")
        work = tempfile.mkdtemp()
        tokenizer = os.path.join(work, "tokenizer.json")
        shutil.copy(file, tokenizer)
        begin, end = ENDS.get(name, (None, None))
        settings = {"bos_token": begin, "eos_token": end, "chat_template": PROGRAMS[name], "tokenizer_class": "X"}
        with open(os.path.join(work, "tokenizer_config.json"), "w", encoding="utf-8") as config:
            json.dump(settings, config)
        theirs = PreTrainedTokenizerFast(
            tokenizer_file=file, bos_token=begin, eos_token=end, chat_template=PROGRAMS[name])
        equal = total = left_out = compared = shown = 0
        for pool in options.pools:
            ways = ["auto"] + ([name] if name != "chatml-system" else [])
            own = [counts(options.gamut, pool, tokenizer, way, work) for way in ways]
            for line, record in records_of(pool):
                said = messages(record)
                roles = [m["role"] for m in said or []]
                if said is None or name == "mistral" and roles != ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2):
                    left_out += 1
                    continue
                rendered = theirs.apply_chat_template(said, tokenize=False)
                expected = len(theirs(rendered, add_special_tokens=False)["input_ids"])
                compared += 1
                total += expected
                found = {way[line] for way in own}
                if found == {expected}:
                    equal += 1
                elif shown < 5:
                    shown += 1
                    print(f"{name}: {pool}:{line}: {found} instead of {expected}", file=sys.stderr)
        failed |= equal != compared
        print(f"| {name} | {compared:,} | {100 * equal / max(1, compared):.6g} % | {total:,} | {left_out:,} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
