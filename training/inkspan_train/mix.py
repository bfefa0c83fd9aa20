"""Batches: rows of one length, each drawn from a weighted mix of tasks.

A row is (token ids, loss weights, task name, answers); answers is a list of (start, end) token
ranges whose exactness is watched. A batch is a pure function of (seed, phase), so a resumed run
sees new data without any stored position.
"""
import os

import numpy as np
from tokenizers import Tokenizer

from .fmt import ANS, BOS, DOC, END, QUE

FIRST = 5  # first ordinary token id

LINKS = [" is the name of", " belongs to", " is for", " was", ",", " has", " of the", " and the", " goes with", ", the word for", " came to",
         " is", " near the", " was given to", " is the number of the", " loves", " found", " in", ", which is the code of the", " stands for",
         " lives in the", " - the key of", " (", ", the owner of the", " for", " is what they call", " was chosen as the sign of", " with"]
ASKS = ["", "", "What is", "Who has the", "Say", "Where is the", "The", "What belongs to", "Which one is for", "And", "Tell me of"]


class Mix:
    def __init__(self, work, part="train"):
        self.tok = Tokenizer.from_file(os.path.join(work, "tokenizer.json"))
        self.vocab = self.tok.get_vocab_size()
        self.books = np.load(os.path.join(work, f"{part}-books.npy"))
        self.other = np.load(os.path.join(work, f"{part}-other.npy"))
        # The fixed order in which the alphabet of the repeat task grows.
        self.order = FIRST + np.random.default_rng(7).permutation(self.vocab - FIRST)
        self.tasks = None
        self.words, self.twins = self.words_and_twins()

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

    def words_and_twins(self):
        """Tokens with a leading space; and for each token that of the same word at the start of a paragraph, or itself."""
        dec = [self.tok.decode([i], skip_special_tokens=False) for i in range(self.vocab)]
        where, twins = {d: i for i, d in enumerate(dec)}, np.arange(self.vocab)
        words = [i for i, d in enumerate(dec) if d[:1] == " " and d[1:].isalpha()]
        for i in words:
            word = dec[i][1:]
            twins[i] = where.get(word[:1].upper() + word[1:], where.get(word, i))
        return np.array(words), twins

    def items(self, rng, length, direction):
        """Lists of random words joined by phrases (value, phrase, key), then each key asked for once.

        The shortest possible questions and answers: five times as many look-ups in a row as with written facts. Backwards
        the value stands before the key. Half of the lists begin their values as a sentence begins, and the answer has the
        token of the same word after a space. Short lists come several in a row, each with its questions.
        """
        most = int(rng.choice([3, 6, 12, max(12, length // 16)]))
        ids, w, spans, used = [np.array([BOS, DOC])], [np.zeros(2)], [], set()
        size = 2
        while size < length - 24:
            one = self.one_list(rng, direction, most, used, length - size)
            if not one:
                break
            for tokens, weight in one:
                ids.append(tokens)
                w.append(np.full(len(tokens), weight))
                if weight == 1:
                    spans.append((size, size + len(tokens)))
                size += len(tokens)
        return np.concatenate(ids), np.concatenate(w), spans

    def one_list(self, rng, direction, most, used, room):
        """[(tokens, loss weight)] of one list and its questions in at most `room` tokens; the values have weight 1."""
        phrase = lambda choices: np.array(self.tok.encode(choices[int(rng.integers(len(choices)))]).ids, np.int64)
        nv, nk = int(rng.integers(1, 3)), int(rng.integers(1, 3))
        link, ask, stop = phrase(LINKS), phrase(ASKS), phrase([".", ";", "\n", ".", " and"])
        each = 2 * (nv + nk) + len(link) + len(ask) + 4
        n = min(int(rng.integers(2, most + 1)), (room - 2) // each)
        # some lists are made of a few words that come again and again, as digits do
        draw = rng.choice(self.words, 3 * n + 8, replace=False) if nk > 1 and rng.random() < 0.3 else self.words
        begins = self.words[self.twins[self.words] != self.words] if rng.random() < 0.5 else None
        doc, pairs = [], []
        for _ in range(n):
            k, v = rng.choice(draw, nk), rng.choice(draw, nv)
            if begins is not None:
                v[0] = rng.choice(begins)
            if tuple(k) in used:
                continue
            used.add(tuple(k))
            pairs.append((k, v))
            first = np.concatenate([self.twins[v[:1]], v[1:]]) if begins is not None else v
            doc += [first, link, k, stop] if direction == "back" else [k, link, v, stop]
        out = [(x, 0.0) for x in doc]
        for i in rng.permutation(len(pairs)):
            k, v = pairs[i]
            out += [(np.concatenate([[QUE], ask, k, [ANS]]), 0.0), (v, 1.0), (np.array([END]), 0.1)]
        return out

    def row(self, rng, task, length):
        kind, _, arg = task.partition(":")
        if kind == "items":
            return self.items(rng, length, arg)
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
