"""Validation sets that training never sees, greedy answers, and how many are right.

python -m inkspan_train.adapter.evaluate --base BASE.gguf [--ckpt W/last.pt | --gguf adapter.gguf] --qa FOLDER --corpus CORPUS
       [--n 100] [--only two five] [--show 10] [--json OUT]

Right is an answer that holds one of the expected answers as whole words (lower case, punctuation and a leading article
left aside); of absent questions one that says that the text does not say it.
"""
import argparse
import json
import os
import random
import re
import time
from dataclasses import dataclass

import torch

from .. import facts
from . import encyclopedia, generate, passages as P, prompt, stories
from .base import read_base

LONGEST = 40


@dataclass
class Item:
    task: str
    prompt: str
    answers: list


def ask(parts, question):
    return prompt.before_question(parts) + prompt.question(question)


def found(qa, seed, n, count):
    """Questions on stories kept apart, with the `count` best passages of the search, where an answer is among them."""
    r, out = random.Random(seed), []
    asked = [(s, q) for s in stories.read(os.path.join(qa, "fairytale-val.json.gz")) for q in s.questions if q.gold and q.explicit]
    for s, q in r.sample(asked, len(asked)):
        best = sorted(s.search.order(q.text)[:count])
        if q.gold & set(best) and len(out) < n:
            out.append(Item(f"{count} passages", ask([s.passages[i] for i in best], q.text), q.answers))
    return out


def absent(qa, seed, n):
    """The same kind of question with three passages of the same story from other sections, the best of the search."""
    r, out = random.Random(seed), []
    asked = [(s, q) for s in stories.read(os.path.join(qa, "fairytale-val.json.gz")) for q in s.questions]
    for s, q in r.sample(asked, len(asked)):
        rest = [i for i in s.search.order(q.text) if stories.elsewhere(s, q, [i])]
        if len(rest) >= 3 and len(out) < n:
            out.append(Item("absent", ask([s.passages[i] for i in sorted(rest[:3])], q.text), []))
    return out


def needles(qa, seed, n):
    """One of four facts in wordings that training never uses, in four passages of stories kept apart."""
    r, out = random.Random(seed), []
    pool = [p for s in stories.read(os.path.join(qa, "fairytale-val.json.gz")) for p in s.passages]
    for k in range(n):
        fs = facts.facts(r, 4, "held", 1 if k % 2 else 2)
        parts = r.sample(pool, 4)
        for f in fs:
            i = r.randrange(4)
            e = r.choice([0] + P.sentence_ends(parts[i]))
            parts[i] = " ".join(x for x in (parts[i][:e].rstrip(), f["stmt"], parts[i][e:].lstrip()) if x)
        out.append(Item("needles", ask(parts, fs[0]["q"]), [fs[0]["a"]]))
        q = facts.absent(r, fs, "held") if k % 2 else None
        if q:
            out.append(Item("absent needles", ask(parts, q), []))
    return out


def searched(qa, seed, n):
    """Questions that people typed into a search engine, none of them trained: the right passage of an encyclopedia between two others."""
    r, out = random.Random(seed), []
    rows = [x for x in encyclopedia.rows(qa)[0] if x["answers"] and len(x["passage"]) < 1200]
    for x in r.sample(rows, min(n, len(rows))):
        parts = [encyclopedia.respaced(y["passage"])[:500] for y in r.sample(rows, 2)]
        parts.insert(r.randint(0, 2), encyclopedia.respaced(x["passage"]))
        q = x["question"][:1].upper() + x["question"][1:].rstrip("?") + "?"
        out.append(Item("searched", ask(parts, q), [encyclopedia.respaced(a) for a in x["answers"]]))
    return out


def sets(qa, n, seed=77):
    """{task: items}. The first n of a larger n are others: each is drawn anew."""
    out = {"two": found(qa, seed, n, 2), "five": found(qa, seed + 1, n, 5), "absent": absent(qa, seed + 2, n)}
    for item in needles(qa, seed + 3, n):
        out.setdefault(item.task, []).append(item)
    out["searched"] = searched(qa, seed + 4, n)
    return out


SAYS_ABSENT = re.compile(r"\b(?:does not|doesn't|is not|isn't|not) (?:say|mention|contain|state|in the text|given|specif|provide)", re.I)


def right(item, answer):
    if not item.answers:
        return bool(SAYS_ABSENT.search(answer))
    return any(P.contains(answer, a) for a in item.answers)


def run(model, tok, items, show=0):
    """(share right, answers)."""
    given = generate.answers(model, tok, [i.prompt for i in items], LONGEST)
    ok = [right(i, a) for i, a in zip(items, given)]
    for i, a, o in list(zip(items, given, ok))[:show]:
        q = i.prompt.rsplit("Question:", 1)[1].split("<|", 1)[0]
        print(f"   {'+' if o else '-'} {q} | {a} | {i.answers[:2]}")
    return sum(ok) / len(ok), given


def all_tasks(model, tok, chosen, show=0):
    return {task: (round(100 * run(model, tok, items, show)[0], 1), len(items)) for task, items in chosen.items()}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--base", required=True)
    ap.add_argument("--ckpt")
    ap.add_argument("--gguf")
    ap.add_argument("--qa", required=True)
    ap.add_argument("--n", type=int, default=100)
    ap.add_argument("--seed", type=int, default=77)
    ap.add_argument("--only", nargs="*")
    ap.add_argument("--show", type=int, default=0)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--json")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    model, tok = read_base(a.base)
    if a.ckpt:
        from .train import load_adapter
        load_adapter(model, a.ckpt)
    if a.gguf:
        from .export import read_adapter
        read_adapter(model, a.gguf)
    table, t = {}, time.time()
    for task, items in sets(a.qa, a.n, a.seed).items():
        if not a.only or task in a.only:
            share, given = run(model, tok, items, a.show)
            table[task] = {"right": round(100 * share, 1), "n": len(items)}
            print(task, table[task], round(time.time() - t), "s", flush=True)
    if a.json:
        json.dump(table, open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
