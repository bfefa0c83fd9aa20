"""The tasks of the evaluation set in documents far beyond the trained context, for the engine's `bench needles`.

python -m inkspan_train.long_documents --book BOOK.txt --out needle-tasks.json
Writes what stands where in stretches of one book and what is asked about them, in held-out wordings; the book itself is
not in the file. The book must not be one of the training texts.
"""
import argparse
import json
import os
import random

from . import facts as FX
from . import natural as NA
from .fmt import NOT_IN_TEXT

CHARS_A_TOKEN = 2.7
# Per length in tokens: documents, and in all of them together: single needles, groups of 4, groups of 9 near-duplicates with
# as many questions each, and questions that have no answer, that want a sentence, that want a word.
PLANS = {4_000: 3, 16_000: 1, 64_000: 1}
COUNTS = {"needle": 24, "4 needles": 6, "8 distractors": 6, "asked of 9": 3, "absent": 18, "quote": 18, "cloze": 18}


def fresh(r, n, group, taken):
    """n held-out facts about things and with values that no other fact of the document has."""
    while True:
        fs = FX.facts(r, n, "held", group)
        answers, keys = {f["a"] for f in fs}, {f["key"] for f in fs}
        one_kind = group == 1 or len({f["key"][0] for f in fs}) == 1
        if len(answers) == n == len(keys) and one_kind and not taken & (answers | keys):
            taken |= answers | keys
            return fs


def document(r, stretch, counts):
    """{statements: [[place, text]], questions: [...]}; evidence of a question is a statement's number or a place."""
    taken, planted, questions = set(), [], []

    def plant(task, fs, asked, group):
        first = len(planted)
        planted.extend(f["stmt"] for f in fs)
        for i in asked:
            questions.append({"task": task, "group": group, "question": fs[i]["q"], "answer": fs[i]["a"], "statement": first + i})

    present = []
    for i in range(counts["needle"]):
        fs = fresh(r, 1, 1, taken)
        present += fs
        plant("needle", fs, [0], f"n{i}")
    for i in range(counts["4 needles"]):
        fs = fresh(r, 4, 1, taken)
        present += fs
        plant("4 needles", fs, range(4), f"m{i}")
    for i in range(counts["8 distractors"]):
        fs = fresh(r, 9, 9, taken)
        present += fs
        plant("8 distractors", fs, sorted(r.sample(range(9), counts["asked of 9"])), f"d{i}")
    while sum(q["task"] == "absent" for q in questions) < counts["absent"]:
        q = FX.absent(r, present, "held")
        if q:
            questions.append({"task": "absent", "group": f"a{len(questions)}", "question": q, "answer": NOT_IN_TEXT})
    real = NA.sentences(stretch)
    # evenly over the whole stretch
    for task, make in (("quote", NA.quote), ("cloze", NA.gap)):
        for i in range(counts[task]):
            part = real[i * len(real) // counts[task]:(i + 1) * len(real) // counts[task]]
            s, x = next((s, x) for s in r.sample(part, len(part)) if (x := make(r, s, True)))
            at = stretch.index(s)
            questions.append({"task": task, "group": f"{task}{i}", "question": x[0], "answer": x[1], "place": [at, at + len(s)]})
    ends = [stretch.index(s) + len(s) for s in real]
    order = list(range(len(planted)))
    r.shuffle(order)            # facts of one group lie apart
    statements = [None] * len(planted)
    for i, n in enumerate(order):
        statements[n] = [ends[(2 * i + 1) * len(ends) // (2 * len(order))], planted[n]]
    return {"statements": statements, "questions": questions}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--book", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--seed", type=int, default=20_002)
    a = ap.parse_args()
    book = open(a.book, encoding="utf-8").read()
    r = random.Random(a.seed)
    lengths = []
    for tokens, documents in PLANS.items():
        share = {k: v if k == "asked of 9" else v // documents for k, v in COUNTS.items()}
        texts = []
        room = int(tokens * CHARS_A_TOKEN) - 70 * (share["needle"] + 4 * share["4 needles"] + 9 * share["8 distractors"])
        for _ in range(documents):
            most = len(book) - room - 1
            begin = book.index("\n\n", min(most, r.randrange(4_000, max(4_001, most)))) + 2 if most > 4_000 else 0
            stretch = book[begin:begin + room]
            texts.append({"begin": begin, "end": begin + len(stretch), **document(r, stretch, share)})
        lengths.append({"tokens": tokens, "documents": texts})
    out = {"book": os.path.basename(a.book), "seed": a.seed, "lengths": lengths}
    json.dump(out, open(a.out, "w", encoding="utf-8"), ensure_ascii=False, separators=(",", ":"))
    for one in lengths:
        n = sum(len(d["questions"]) for d in one["documents"])
        print(one["tokens"], "tokens:", len(one["documents"]), "documents,", n, "questions")


if __name__ == "__main__":
    main()
