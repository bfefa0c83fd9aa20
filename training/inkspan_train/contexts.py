"""Document contexts with questions: puts facts into natural text in several layouts.

Layouts: "dense" (facts and a little text), "plain" (one stretch of text, facts at sentence ends),
"snip" (first tokens, then snippets of 8-64 tokens cut anywhere from several places with the facts
among them, then a longer stretch: what a reader sees that recalls spans of a long document).
"""
import random

import numpy as np

from . import facts as FX
from . import families as FA
from . import natural as NA
from . import pairs as PA
from . import wording as WO
from .fmt import ANS, BOS, DOC, END, NOT_IN_TEXT, QUE

W_TEXT, W_FACT, W_Q, W_A = 0.03, 0.03, 0.03, 1.0


def answer_weights(n):
    """Where to look is decided by the first tokens; the rest of a long answer is copying, which is easy."""
    w = np.full(n + 1, 0.4)
    w[:4], w[0], w[-1] = W_A, 2 * W_A, W_A
    return w


class Contexts:
    def __init__(self, mix, split="train"):
        self.mix, self.tok, self.split = mix, mix.tok, split
        n = mix.vocab
        dec = [self.tok.decode([i], skip_special_tokens=False) for i in range(n)]
        self.newline = np.array(["\n" in d for d in dec])
        self.ends = np.array([bool(d.strip()) and d.strip().rstrip("\"”’)")[-1:] in (".", "!", "?") or "\n" in d for d in dec])
        self.space = np.array([d[:1] in (" ", "\n") or not d[:1].isalnum() for d in dec])

    def enc(self, texts):
        return [np.array(e.ids, np.int64) for e in self.tok.encode_batch(texts)]

    # ---- questions -------------------------------------------------------------------------------
    def ask(self, r, fs, n, p_absent):
        qs, order = [], list(fs)
        r.shuffle(order)
        values = " | ".join(f["stmt"] for f in fs)
        for f in order:
            k = r.random()
            if f.get("more") and k < 0.4:
                qs.append((*r.choice(f["more"]), "event"))
            elif "rq" in f and k < 0.55 and values.count(f["a"]) == 1 and sum(x["ra"] == f["ra"] for x in fs if "ra" in x) == 1:
                qs.append((f["rq"], f["ra"], "rev"))
            elif k > 0.95:
                qs.append((r.choice(FX.QUOTE_Q[:-1] if self.split == "train" else FX.QUOTE_Q[-1:])
                           .format(k=f["ent"] if not f["src"].attr else f"the {f['src'].attr} of {f['ent']}"),
                           f["stmt"], "quotefact"))
            else:
                qs.append((f["q"], f["a"], f["tag"]))
        qs = qs[:n]
        for i in range(len(qs)):
            if r.random() < p_absent:
                q = FX.absent(r, fs, self.split)
                if q:
                    qs[i] = (q, NOT_IN_TEXT, "absent")
        if self.split == "train":
            qs = [(WO.around_question(r, q) if r.random() < 0.7 else q, a, t) for q, a, t in qs]
        return qs

    # ---- layouts ---------------------------------------------------------------------------------
    def boundaries(self, ids):
        """Places in a stretch of text where a sentence ends."""
        if len(ids) < 2:
            return np.array([0])
        e = np.nonzero(self.ends[ids[:-1]] & self.space[ids[1:]])[0] + 1
        return e if len(e) else np.array([len(ids)])

    def weave(self, rng, text, stmts):
        """Statements at random sentence ends of the text, in order; (ids, weights)."""
        b = self.boundaries(text)
        if len(b) == 1 and b[0] == len(text):
            b = np.array([0, len(text)])
        at = np.sort(rng.choice(b, size=len(stmts), replace=True))
        parts, wts, prev = [], [], 0
        for p, (inline, para) in zip(at, stmts):
            parts.append(text[prev:p])
            wts.append(np.full(p - prev, W_TEXT))
            last = text[p - 1] if p > 0 else None
            s = para if last is None or self.newline[last] else inline
            parts.append(s)
            wts.append(np.full(len(s), W_FACT))
            prev = p
        parts.append(text[prev:])
        wts.append(np.full(len(text) - prev, W_TEXT))
        return np.concatenate(parts), np.concatenate(wts)

    def document(self, rng, budget, stmts, layout):
        """About budget tokens with the statements (token pairs: after a space, as own paragraph)."""
        used = sum(len(a) for a, _ in stmts)
        free = max(0, budget - used - len(stmts))
        if layout == "dense":
            # short pieces of text between the statements; often none at all
            k = int(rng.integers(0, len(stmts) + 1)) if free > 12 else 0
            parts, wts = [], []
            if k:
                total = int(free * rng.random())
                cuts = np.sort(rng.integers(0, total + 1, k - 1))
                sizes = np.diff(np.concatenate([[0], cuts, [total]]))
            slots = set(rng.choice(len(stmts), size=k, replace=False).tolist()) if k else set()
            j = 0
            for i, (inline, para) in enumerate(stmts):
                if i in slots:
                    t = self.mix.text(rng, max(2, int(sizes[j])))
                    j += 1
                    parts.append(t)
                    wts.append(np.full(len(t), W_TEXT))
                s = inline if parts else para
                parts.append(s)
                wts.append(np.full(len(s), W_FACT))
            return np.concatenate(parts), np.concatenate(wts)
        if layout == "plain":
            return self.weave(rng, self.mix.text(rng, max(2, free)), stmts)
        sinks = int(min(free, rng.integers(4, 33)))
        window = int(min(free - sinks, rng.integers(0, max(1, min(300, free // 2)) + 1)))
        left = free - sinks - window
        pieces = []
        while left > 0:
            n = int(min(left, rng.integers(8, 65)))
            pieces.append(n)
            left -= n
        pieces = pieces or [0]
        # each statement falls into one snippet (or the window); a snippet may hold several
        n_places = len(pieces) + (1 if window > 40 else 0)
        where = np.sort(rng.integers(0, n_places, len(stmts)))
        ids, wts = [self.mix.text(rng, max(1, sinks))], [np.full(max(1, sinks), W_TEXT)]
        src = self.mix.text(rng, 4000)
        starts = np.sort(rng.integers(0, 3700, len(pieces)))
        for i, n in enumerate(pieces):
            t = src[starts[i]:starts[i] + n]
            mine = [s for s, w in zip(stmts, where) if w == i]
            if mine:
                cut = int(rng.integers(0, len(t) + 1))
                seq = [t[:cut]] + [a for a, _ in mine] + [t[cut:]]
                ws = [np.full(cut, W_TEXT)] + [np.full(len(a), W_FACT) for a, _ in mine] + [np.full(len(t) - cut, W_TEXT)]
                ids += seq
                wts += ws
            else:
                ids.append(t)
                wts.append(np.full(len(t), W_TEXT))
        if window:
            mine = [s for s, w in zip(stmts, where) if w == len(pieces)]
            t = self.mix.text(rng, window)
            t, w = self.weave(rng, t, mine) if mine else (t, np.full(window, W_TEXT))
            ids.append(t)
            wts.append(w)
        return np.concatenate(ids), np.concatenate(wts)

    # ---- rows ------------------------------------------------------------------------------------
    def assemble(self, doc, wdoc, qas):
        ids, w, spans = [np.array([BOS, DOC]), doc], [np.zeros(2), wdoc], []
        n = 2 + len(doc)
        for q, a, tag in qas:
            ids += [np.array([QUE]), q, np.array([ANS]), a, np.array([END])]
            w += [np.zeros(1), np.full(len(q), W_Q), np.zeros(1), answer_weights(len(a))]
            n += len(q) + 2
            spans.append((n, n + len(a) + 1, tag))
            n += len(a) + 1
        return np.concatenate(ids), np.concatenate(w), spans

    def fit(self, qas, room):
        """As many questions as fit; each becomes tokens."""
        # An answer begins with a space: its first token is then the one that stands in the text.
        toks = self.enc([x for q, a, _ in qas for x in (q, " " + a)])
        out, used = [], 0
        for i, (_, _, tag) in enumerate(qas):
            q, a = toks[2 * i], toks[2 * i + 1]
            if used + len(q) + len(a) + 3 > room:
                continue
            used += len(q) + len(a) + 3
            out.append((q, a, tag))
        return out, used

    def planted(self, r, rng, length, layout, group, p_absent, n_facts=None, n_q=None, extra=(), back=False):
        n = n_facts or (r.randint(3, max(8, length // 40)) if length > 320 and layout != "dense" else
                        max(2, int(length / 64 + r.random() * length / 48)))
        fs = FX.facts(r, 4 * n if back else n, self.split, group)
        if back:    # the value stands before the thing that it belongs to
            fs = [f for f in fs if 0 <= f["stmt"].lower().find(f["a"].lower()) < f["stmt"].lower().find(f["ent"].lower())][:n]
            if not fs:
                return None
        if self.split == "train":
            for a, b in zip(fs[::2], fs[1::2]):
                if r.random() < 0.08 and a["stmt"].endswith(".") and b["stmt"].endswith("."):
                    a["stmt"] = b["stmt"] = WO.join(r, a["stmt"], b["stmt"])
        stmts = list(dict.fromkeys(f["stmt"] for f in fs))
        qas = self.ask(r, fs, n_q or 40, p_absent)
        # often half of the row is questions; of long rows one in four is nearly all text
        share = 0.55 if length <= 320 or layout == "dense" else r.choice([0.6, 0.5, 0.4, 0.15])
        for st, qa in extra:
            at = sorted(r.randint(0, len(stmts)) for _ in st)
            for k, (p, s) in enumerate(zip(at, st)):
                stmts.insert(p + k, s)
            for x in qa:
                qas.insert(r.randint(0, min(2, len(qas))), x)
        toks = self.enc([" " + s for s in stmts] + [s + "\n\n" for s in stmts])
        pairs = list(zip(toks[:len(stmts)], toks[len(stmts):]))
        used = sum(len(a) for a, _ in pairs)
        if used > length * 0.75:
            return None
        qas, qn = self.fit(qas, min(length - used - 12, max(48, int(length * share))))
        if not qas:
            return None
        doc, wd = self.document(rng, length - qn - 3, pairs, layout)
        ids, w, spans = self.assemble(doc, wd, qas)
        return (ids, w, spans) if len(ids) <= length else None

    def pairs(self, r, length, direction):
        lines, items, between, ask, cap, v_first = PA.listed(r, length, direction)
        # at most about half of the row is the list, the rest asks for it
        sizes = np.cumsum([len(t) for t in self.enc([between + x for x in lines])])
        n = int((sizes < length * r.uniform(0.3, 0.5)).sum())
        if n < 2:
            return None
        doc = self.enc([between.join(lines[:n]) + between.strip()])[0]
        qas, _ = self.fit(PA.questions(r, items[:n], ask, cap, v_first, direction), length - len(doc) - 3)
        return self.assemble(doc, np.full(len(doc), W_FACT), qas) if qas else None

    def natural(self, r, rng, length, layout, what):
        share = 0.65 if length <= 320 else r.choice([0.65, 0.55, 0.45, 0.2])
        budget = int(length * (1 - share))
        if layout == "snip":
            parts = []
            n = 0
            while n < budget:
                m = int(min(budget - n, rng.integers(48, 160)))
                parts.append(self.mix.text(rng, m))
                n += m
            doc = np.concatenate(parts)
        else:
            doc = self.mix.text(rng, budget)
        ss = NA.sentences(self.tok.decode(doc.tolist()))
        if not ss:
            return None
        qas = []
        for _ in range(max(6, length // 25)):
            k = r.random()
            s = r.choice(ss)
            held = self.split == "held"
            if k < 0.08:
                other = NA.sentences(self.tok.decode(self.mix.text(rng, 200).tolist()))
                q = NA.unseen(r, r.choice(other)) if other else None
                x = (q, NOT_IN_TEXT, "absentnat") if q else None
            elif what == "cloze":
                x = NA.gap(r, s, held)
            else:
                j = r.random()
                x = NA.gap(r, s, held) if j > 0.75 else NA.begin(r, s) if j > 0.4 and not held else NA.quote(r, s, held)
            if x:
                qas.append(x)
        qas, _ = self.fit(qas, length - len(doc) - 3)
        return self.assemble(doc, np.full(len(doc), W_TEXT), qas) if qas else None

    def row(self, rng, task, length):
        """Tasks: fact|back|dup|extra|cloze|quote, with the layout after a colon ("dup:snip"); kv, "kv:back"."""
        kind, _, layout = task.partition(":")
        layout = layout or "plain"
        for _ in range(40):
            r = random.Random(int(rng.integers(0, 2 ** 62)))
            if kind == "fact":
                out = self.planted(r, rng, length, layout, 1, 0.15)
            elif kind == "back":
                few = length <= 320 and r.random() < 0.6
                out = self.planted(r, rng, length, layout, 1 if r.random() < 0.8 else 3, 0.08,
                                   n_facts=r.randint(1, 4) if few else None, back=True)
            elif kind == "easy":
                out = self.planted(r, rng, length, layout, 1, 0.05, n_facts=r.randint(1, 3))
            elif kind == "dup":
                g = r.randint(2, 4) if length <= 320 else r.randint(3, 9)
                out = self.planted(r, rng, length, layout, g, 0.15)
            elif kind == "kv":
                out = self.pairs(r, length, layout)
            elif kind == "extra":
                ex = [r.choice([FX.listing, FX.chain, FX.chain, FX.variables])(r, self.split)
                      for _ in range(1 if length <= 320 else r.randint(1, max(2, length // 128)))]
                out = self.planted(r, rng, length, layout, 1, 0.1, n_facts=r.randint(1, 3) if length <= 320 else r.randint(2, 8), extra=ex)
            else:
                out = self.natural(r, rng, length, layout, kind)
            if out is not None:
                return out
        return self.mix.row(rng, "lm", length)
