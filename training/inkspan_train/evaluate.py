"""The fixed evaluation set: held-out templates in books that were never trained on.

python -m inkspan_train.evaluate build --work W --haystacks DIR      (once; writes W/eval-set.json)
python -m inkspan_train.evaluate run --work W --model nano.gguf|FOLDER|last.pt [--limit 100] [--window 512] [--json OUT]

An answer is exact when every token of it, with the end token, is the model's best one. Under greedy
decoding that is the same as producing exactly the expected answer, so one pass over prompt and answer
is enough (each question has its own prompt with the document alone before it).
"""
import argparse
import gzip
import hashlib
import json
import os
import random
import time

import numpy as np
import torch
from tokenizers import Tokenizer

from . import facts as FX
from . import natural as NA
from .contexts import Contexts
from .fmt import ANS, BOS, DOC, END, NOT_IN_TEXT, QUE
from .mix import Mix


def haystack_tokens(work, folder, chars=300_000):
    mix = Mix(work, "valid")
    parts = []
    for f in sorted(os.listdir(folder)):
        with gzip.open(os.path.join(folder, f), "rt", encoding="utf-8") as g:
            t = g.read()
        i = t.find("\n\n", len(t) // 10) + 2
        parts.append(np.array(mix.tok.encode(t[i:i + chars]).ids, np.uint16))
    mix.books = np.concatenate(parts)
    mix.text = lambda rng, n: text_of(mix.books, rng, n)
    return mix


def text_of(src, rng, n):
    i = int(rng.integers(0, len(src) - n))
    return src[i:i + n].astype(np.int64)


def build(work, folder, seed, n):
    mix = haystack_tokens(work, folder)
    ctx = {"held": Contexts(mix, "held"), "seen": Contexts(mix, "train")}
    rng, items = np.random.default_rng(seed), []

    def doc(c, budget, stmts, layout):
        toks = c.enc([" " + s for s in stmts] + [s + "\n\n" for s in stmts])
        d, _ = c.document(rng, budget, list(zip(toks[:len(stmts)], toks[len(stmts):])), layout)
        return d

    def add(task, d, qas, group, tok):
        for q, a in qas:
            items.append({"task": task, "group": group, "doc": [int(x) for x in d],
                          "q": tok.encode(q).ids, "question": q, "answer": a})

    def facts_for(r, n, split, group=1):
        while True:
            fs = FX.facts(r, n, split, group)
            if len({f["a"] for f in fs}) == len(fs):
                return fs

    for L in (256, 1024):
        for split in ("held", "seen"):
            if split == "seen" and L == 256:
                continue
            c, sfx = ctx[split], f"@{L}" + ("" if split == "held" else " seen templates")
            for k in range(n):
                layout = "plain" if k % 2 else "snip"
                r = random.Random(int(rng.integers(0, 2 ** 62)))
                f = facts_for(r, 1, split)
                d = doc(c, L - 70, [f[0]["stmt"]], layout)
                add("needle" + sfx, d, [(f[0]["q"], f[0]["a"])], f"n{L}{split}{k}", mix.tok)
                q = FX.absent(r, f, split)
                if q:
                    add("absent" + sfx, d, [(q, NOT_IN_TEXT)], f"a{L}{split}{k}", mix.tok)
                if split == "held":
                    fs = facts_for(r, 4, split)
                    d = doc(c, L - 70, [x["stmt"] for x in fs], layout)
                    add("4 needles" + sfx, d, [(x["q"], x["a"]) for x in fs], f"m{L}{k}", mix.tok)
                    if L == 1024:
                        # nine statements of one kind, things that differ in one word
                        fs = facts_for(r, 9, split, 9)
                        if len({x["key"][0] for x in fs}) == 1:
                            d = doc(c, L - 70, [x["stmt"] for x in fs], layout)
                            x = r.choice(fs)
                            add("8 distractors" + sfx, d, [(x["q"], x["a"])], f"d{L}{k}", mix.tok)
                        for name, fn in (("chain", FX.chain), ("vars", FX.variables), ("list", FX.listing)):
                            st, qa = fn(r, split)
                            qa = [(a, b) for a, b, t in qa if t == name][:1]
                            d = doc(c, L - 70, st, layout)
                            add(name + sfx, d, qa, f"{name}{L}{k}", mix.tok)
                d = mix.text(rng, L - 130)
                ss = NA.sentences(mix.tok.decode(d.tolist()))
                for name, fn in (("quote", NA.quote), ("cloze", NA.gap)):
                    r.shuffle(ss)
                    for s in ss:
                        x = fn(r, s, split == "held")
                        if x:
                            add(name + sfx, d, [(x[0], x[1])], f"{name}{L}{split}{k}", mix.tok)
                            break
    path = os.path.join(work, "eval-set.json")
    json.dump(items, open(path, "w"))
    print(len(items), "questions,", path, hashlib.sha256(open(path, "rb").read()).hexdigest()[:16])


def distance(prompt, answer):
    """Tokens from the last place of the answer in the prompt to the place where it is given; None where it does not stand."""
    for i in range(len(prompt) - len(answer), -1, -1):
        if prompt[i:i + len(answer)] == answer:
            return len(prompt) - i
    return None


@torch.no_grad()
def run(work, model, limit, device="cpu", only=None, skip=0, window=0):
    items = json.load(open(os.path.join(work, "eval-set.json")))
    tok = Tokenizer.from_file(os.path.join(work, "tokenizer.json"))
    groups = {}
    for it in items:
        groups.setdefault(it["task"], {}).setdefault(it["group"], []).append(it)
    table = {}
    for task, gs in groups.items():
        if only and not any(o in task for o in only):
            continue
        rows, owner, near = [], [], []
        for g in list(gs)[skip:skip + limit]:
            for it in gs[g]:
                p = [BOS, DOC] + it["doc"] + [QUE] + it["q"] + [ANS]
                a = tok.encode(" " + it["answer"]).ids + [END]
                if len(p) + len(a) > model.cfg.context:
                    continue  # a few rows with long lists do not fit
                rows.append((p, a))
                owner.append(g)
                near.append(distance(p, a[:-1]))
        ok = []
        for i in range(0, len(rows), 8):
            part = rows[i:i + 8]
            T = max(len(p) + len(a) for p, a in part)
            x = torch.full((len(part), T), END)
            for j, (p, a) in enumerate(part):
                x[j, :len(p) + len(a)] = torch.tensor(p + a)
            best = model(x.to(device)).argmax(-1).cpu()
            for j, (p, a) in enumerate(part):
                ok.append(best[j, len(p) - 1:len(p) + len(a) - 1].tolist() == a)
        per = {}
        for g, o in zip(owner, ok):
            per.setdefault(g, []).append(o)
        table[task] = {"exact": round(100 * float(np.mean(ok)), 1), "questions": len(ok)}
        if "4 needles" in task:
            table[task]["all right"] = round(100 * float(np.mean([all(v) for v in per.values()])), 1)
        if window:
            # where the answer stands as it is to be given; absent answers and lists count on neither side
            for side, which in (("inside", lambda d: d <= window), ("beyond", lambda d: d > window)):
                part = [o for o, d in zip(ok, near) if d is not None and which(d)]
                if part:
                    table[task][f"{side} {window}"] = (round(100 * float(np.mean(part)), 1), len(part))
        print(f"{task:32s} {table[task]}", flush=True)
    return table


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("what", choices=["build", "run"])
    ap.add_argument("--work", required=True)
    ap.add_argument("--haystacks")
    ap.add_argument("--model")
    ap.add_argument("--seed", type=int, default=20_001)
    ap.add_argument("--n", type=int, default=200)
    ap.add_argument("--limit", type=int, default=10 ** 9)
    ap.add_argument("--skip", type=int, default=0, help="leave out so many documents of each task")
    ap.add_argument("--only", nargs="*")
    ap.add_argument("--window", type=int, default=0, help="also by the distance of the answer: inside of so many tokens, and beyond")
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--raw", action="store_true")
    ap.add_argument("--json")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    if a.what == "build":
        build(a.work, a.haystacks, a.seed, a.n)
        return
    from . import export
    model = export.load(a.model, not a.raw)[0] if a.model.endswith(".pt") else export.read(a.model)
    t = time.time()
    table = run(a.work, model.to(a.device), a.limit, a.device, a.only, a.skip, a.window)
    print("seconds", round(time.time() - t, 1))
    if a.json:
        json.dump(table, open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
