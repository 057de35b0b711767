"""Learner 2: a small transformer from scratch, which sees the same number of tokens of every subset."""

import data
import generated
import numpy as np
import torch
import transformer
import trigrams

SHARE = 0.05
LONGEST = 384  # tokens of a sample; longer ones are cut in training, and no tests


class Learner:
    """What runs of one pool share: byte pairs learnt on it, its samples and the tests in them."""

    def __init__(self, pool: trigrams.Pool, vocabulary: int, tokens: int, tests: int):
        torch.set_num_threads(1)
        self.pool = pool
        rows = pool.samples.rows
        texts = [data.prompt(row) + "\n" + row["output"] for row in rows]
        self.pairs = generated.tokenizer(texts, vocabulary)
        self.tests, self.encoded = {}, {}
        for name, test in pool.tests.items():
            order = np.random.default_rng(pool.seed).permutation(len(test))[: tests * 2]
            encoded = generated.encode(self.pairs, test.take(order).rows)
            short = [place for place, (p, a) in enumerate(encoded) if len(p) + len(a) <= LONGEST]
            short = short[: tests if name == "held_out" else tests // 4]
            self.tests[name] = test.take(order[short])
            self.encoded[name] = [encoded[place] for place in short]
        self.shape = transformer.Shape(
            vocabulary=self.pairs.get_vocab_size(), width=128, layers=3, heads=4, key_heads=4, hidden=352
        )
        self.training = transformer.Training(tokens, longest=LONGEST)

    def run(self, options) -> dict:
        """Losses in bits a byte, as the trigrams' are."""
        (chosen,) = self.pool.choose(options, (SHARE,))
        samples = generated.encode(self.pairs, self.pool.samples.take(chosen).rows)
        lengths = np.array([[len(p), len(a)] for p, a in samples]).sum(0)
        weights = transformer.initial(self.shape, self.pool.seed)
        weights = transformer.train(weights, self.shape, samples, self.training, self.pool.seed)
        tests = [sample for encoded in self.encoded.values() for sample in encoded]
        nats = transformer.evaluate(weights, self.shape, tests, LONGEST)[0]
        sizes = np.concatenate([test.bytes() for test in self.tests.values()])
        found = trigrams.judge(self.tests, nats / sizes / np.log(2))
        found |= {"samples": len(chosen), "tokens": int(lengths.sum()), "answer_tokens": int(lengths[1])}
        return found
