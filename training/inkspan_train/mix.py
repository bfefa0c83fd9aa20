"""Batches: rows of one length, each drawn from a weighted mix of tasks.

A row is (token ids, loss weights, task name, answers); answers is a list of (start, end) token
ranges whose exactness is watched. A batch is a pure function of (seed, phase), so a resumed run
sees new data without any stored position.
"""
import os

import numpy as np
from tokenizers import Tokenizer

from .fmt import BOS, DOC, END

FIRST = 5  # first ordinary token id


class Mix:
    def __init__(self, work, part="train"):
        self.tok = Tokenizer.from_file(os.path.join(work, "tokenizer.json"))
        self.vocab = self.tok.get_vocab_size()
        self.books = np.load(os.path.join(work, f"{part}-books.npy"))
        self.other = np.load(os.path.join(work, f"{part}-other.npy"))
        # The fixed order in which the alphabet of the repeat task grows.
        self.order = FIRST + np.random.default_rng(7).permutation(self.vocab - FIRST)
        self.tasks = None

    def text(self, rng, n):
        src = self.books if rng.random() < 0.75 else self.other
        i = int(rng.integers(0, len(src) - n))
        return src[i:i + n].astype(np.int64)

    def repeat(self, rng, length, alphabet):
        """A sequence of distinct tokens, then the same again (and again)."""
        pool = self.order[:min(alphabet, len(self.order))]
        period = int(min(len(pool), rng.integers(length // 4, length // 2 + 1)))
        if alphabet <= 64:
            period = min(len(pool), length // 2)
        seq = rng.choice(pool, size=period, replace=False)
        ids = np.concatenate([[BOS, DOC], np.tile(seq, length // period + 1)])[:length]
        w = np.zeros(length)
        w[2 + period + 1:] = 1.0
        return ids, w, [(2 + period + 1, length)]

    def textrep(self, rng, length):
        """Natural text in which earlier stretches come again at random places."""
        ids = np.concatenate([[BOS, DOC], self.text(rng, length - 2)])
        w = np.full(length, 0.3)
        spans = []
        for _ in range(max(1, length // 64)):
            n = int(rng.integers(8, max(9, min(48, length // 4))))
            dst = int(rng.integers(length // 3, length - n))
            src = int(rng.integers(2, max(3, dst - n)))
            if src + n > dst or any(not (dst + n <= a or dst >= b) for a, b in spans):
                continue
            ids[dst:dst + n] = ids[src:src + n].copy()
            w[dst:dst + n] = 0.0
            w[dst + 3:dst + n] = 1.0
            spans.append((dst, dst + n))
        return ids, w, [(a + 4, b) for a, b in spans]

    def row(self, rng, task, length):
        kind, _, arg = task.partition(":")
        if kind == "repeat":
            return self.repeat(rng, length, int(arg))
        if kind == "textrep":
            return self.textrep(rng, length)
        if kind == "lm":
            ids = np.concatenate([[BOS, DOC], self.text(rng, length - 2)])
            w = np.ones(length)
            w[:3] = 0
            return ids, w, []
        if self.tasks is None:
            from .contexts import Contexts
            self.tasks = Contexts(self)
        return self.tasks.row(rng, task, length)

    def batch(self, seed, tasks, length, tokens):
        """ids [rows, length+1], weights for predicting ids[:, 1:], answers [(row, start, end, task)]."""
        rng = np.random.default_rng([seed, length])
        names = list(tasks)
        p = np.array([tasks[n] for n in names], float)
        p /= p.sum()
        rows = max(1, tokens // length)
        ids = np.full((rows, length + 1), END, np.int64)
        w = np.zeros((rows, length + 1), np.float32)
        spans = []
        # Stratified draw: every batch holds about the same share of each task.
        picks = np.searchsorted(np.cumsum(p), (np.arange(rows) + rng.random()) / rows)
        for r, k in enumerate(np.minimum(picks, len(names) - 1)):
            i, wt, ans = self.row(rng, names[k], length + 1)
            i, wt = i[:length + 1], wt[:length + 1]
            ids[r, :len(i)] = i
            w[r, :len(wt)] = wt
            for a in ans:
                if a[1] <= length + 1:
                    spans.append((r, a[0], a[1], a[2] if len(a) > 2 else names[k]))
        return ids, w[:, 1:], spans


_mix = None


def worker_init(work):
    global _mix
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    try:
        os.nice(5)
    except OSError:
        pass
    _mix = Mix(work)


def worker_batch(seed, tasks, length, tokens):
    return _mix.batch(seed, tasks, length, tokens)
