"""Rows of training as a function of (seed, number): questions on stories, planted facts, quotes, summaries, conversation.

python -m inkspan_train.adapter.data --base BASE.gguf --qa FOLDER --corpus CORPUS [--count 300] [--show 10]     # what they are like
"""
import argparse
import json
import lzma
import os
import random
from collections import Counter
from types import SimpleNamespace

from .. import contexts, facts
from ..fmt import NOT_IN_TEXT as NANO_NOT_IN_TEXT
from . import encyclopedia
from . import passages as P
from . import prompt, stories, text_rows
from .base import read_tokenizer
from .rows import Branch, Row

# kind of row: share of the rows
SHARES = {"searched": 42, "found": 20, "whole": 10, "spans": 4, "facts": 12, "quote": 4, "summary": 3, "chat": 5}
# other words for the same task, so that a prompt that is not quite this one works too
OTHER_SYSTEMS = ["Answer the question from the text. If the text does not contain the answer, say so.",
                 "Answer from the text only. Be brief. Say it where something is not in the text.",
                 "Read the text and answer the question.", prompt.PLAIN_SYSTEM]
TEXT_SHARDS = [("train-books-01.txt.xz", 2.5), ("train-reference-01.txt.xz", 1.5), ("train-docs-01.txt.xz", 0.7)]
LONGEST = 1000


def texts(corpus):
    """Pieces of 2,000 characters or less of books, reference texts and documentation."""
    out = []
    for name, mb in TEXT_SHARDS:
        with lzma.open(os.path.join(corpus, name), "rt", encoding="utf-8") as f:
            data = f.read(int(mb * 1e6))
        for doc in data.split("\n\x1e\n"):
            paragraphs, piece = doc.split("\n\n")[2:], ""
            for p in paragraphs:
                if len(piece) + len(p) > 2000:
                    if len(piece) > 500:
                        out.append(piece)
                    piece = ""
                if len(p) < 2000:
                    piece += ("\n\n" if piece else "") + p
    return out


def label(r, k, n):
    """Names of places, as documents have them; k of n counts the passages of the document."""
    kind = r.randrange(5)
    if kind == 0:
        return f"Chapter {1 + k * 12 // n}"
    if kind == 1:
        return f"p. {1 + k}"
    if kind == 2:
        return f"{100 * k // n} %"
    if kind == 3:
        return f"Part {1 + k * 4 // n}, page {1 + k}"
    return f"Section {1 + k * 9 // n}.{1 + k % 5}"


def plant(r, parts, statements):
    """The statements, in their order, at sentence ends of the passages."""
    parts = list(parts)
    where = sorted(r.randrange(len(parts)) for _ in statements)
    for x, k in zip(reversed(statements), reversed(where)):
        e = r.choice([0] + P.sentence_ends(parts[k])) if parts[k] else 0
        parts[k] = " ".join(y for y in (parts[k][:e].rstrip(), x, parts[k][e:].lstrip()) if y)
    return parts


class Data:
    def __init__(self, tok, qa, corpus, chat=None, seed=1):
        """qa: fairytale-train.json.gz. corpus: folder of text shards. chat: file of conversations, or None."""
        self.tok, self.seed = tok, seed
        self.stories = stories.read(qa)
        self.encyclopedia = encyclopedia.read(os.path.dirname(qa))
        self.texts = texts(corpus)
        self.chats = [json.loads(x) for x in open(chat, encoding="utf-8")] if chat and os.path.exists(chat) else []
        self.end = tok.token_to_id(prompt.END)

    # ---- parts of rows ---------------------------------------------------------------------------
    def row(self, r, parts, asked):
        """parts: passages. asked: (question, answer, kind). Some questions come after others, as a conversation."""
        system = r.choice(OTHER_SYSTEMS) if r.random() < 0.12 else prompt.SYSTEM
        text = self.tok.encode(prompt.before_question(parts, system)).ids
        out, used = [], len(text)
        for i, (q, a, kind) in enumerate(asked):
            history = [x[:2] for x in r.sample(asked[:i], min(i, r.choice([1, 1, 2])))] if i and r.random() < 0.12 else []
            b = Branch(self.tok.encode(prompt.question(q, history)).ids, self.tok.encode(a).ids + [self.end], kind)
            if used + len(b.asked) + len(b.answer) <= LONGEST:
                out.append(b)
                used += len(b.asked) + len(b.answer)
        return Row(text, out) if out and used <= LONGEST else None

    def ask(self, r, story, questions, text, absent, most=7):
        """(question, answer, kind) of those questions that the text answers word for word, with absent ones among them."""
        out = []
        for q in r.sample(questions, len(questions)):
            given = stories.verbatim(q, text)
            if given and len(out) < most:
                out.append((q.text, r.choice(given[:2]), "story"))
        n = sum(r.random() < 0.12 for _ in range(max(1, len(out))))
        other = r.choice(self.stories)
        pool = r.sample(absent, min(len(absent), n))
        out += [(q.text, prompt.NOT_IN_TEXT, "absent") for q in pool]
        if len(pool) < n or r.random() < 0.04:
            q = r.choice(other.questions)
            if other is not story and not any(P.contains(text, a) for a in q.answers):
                out.append((q.text, prompt.NOT_IN_TEXT, "absent"))
        r.shuffle(out)
        return out

    def foreign(self, r):
        s = r.choice(self.stories)
        return r.choice(s.passages) if r.random() < 0.6 else r.choice(P.chunks(r.choice(self.texts), r.randint(250, 450)))

    # ---- kinds of rows ---------------------------------------------------------------------------
    def found(self, r):
        """One to five passages that a search found for two or three questions, in the order of the document."""
        s = r.choice(self.stories)
        n = r.choices([1, 2, 3, 4, 5, 6], [1, 3, 2, 2, 3, 1])[0]
        can = [q for q in s.questions if q.gold]
        if not can:
            return None
        seeds = r.sample(can, min(len(can), 1 if n < 3 else r.choice([1, 2, 2, 3])))
        chosen = {r.choice(sorted(q.gold)) for q in seeds}
        best = [s.search.order(q.text) for q in seeds]
        for rank in range(len(s.passages)):
            for order in best:
                if len(chosen) < n and rank < len(order):
                    chosen.add(order[rank])
        chosen = sorted(chosen)
        text = "\n".join(s.passages[i] for i in chosen)
        asked = self.ask(r, s, [q for q in can if q.gold & set(chosen)], text,
                         [q for q in s.questions if stories.elsewhere(s, q, chosen)])
        named = r.random() < 0.25
        parts = [s.passages[i] for i in chosen]
        if r.random() < 0.3:
            fs = facts.facts(r, r.randint(1, 4), "train", r.choice([1, 1, 3]))
            asked += self.about(r, fs, 3)
            parts = plant(r, parts, [f["stmt"] for f in fs])
        parts = [prompt.passage(p, label(r, i, len(s.passages)) if named else None) for p, i in zip(parts, chosen)]
        if r.random() < 0.15:
            parts.insert(r.randint(0, len(parts)), self.foreign(r))
        return self.row(r, parts, asked)

    def searched(self, r):
        """One to five pieces of an encyclopedia: those that answer one to three questions and what the search finds beside them.

        One question in six is asked of what the search found for it where the answer is missing.
        """
        e = self.encyclopedia
        n = r.choices([1, 2, 3, 4, 5], [1, 4, 3, 2, 2])[0]
        seeds = r.sample(e.questions, min(n, r.choice([1, 2, 2, 3])))
        lacking = {q.text for q in seeds if r.random() < 0.17}
        chosen = {r.choice(sorted(q.gold)) for q in seeds if q.text not in lacking}
        best = [e.search.order(q.text) for q in seeds]
        foul = {i for q in seeds if q.text in lacking for i in range(len(e.pieces))
                if i in q.gold or any(P.contains(e.pieces[i], a) for a in q.answers)}
        for rank in range(50):
            for order in best:
                if len(chosen) < n and order[rank] not in foul:
                    chosen.add(order[rank])
        chosen = [i for i in chosen if i not in foul]
        r.shuffle(chosen)
        text = "\n".join(e.pieces[i] for i in chosen)
        asked = []
        for q in seeds:
            typed = q.text if r.random() < 0.4 else q.text[:1].upper() + q.text[1:] + "?"
            given = [a for a in q.answers if P.contains(text, a)]
            if given:
                asked.append((typed, given[0], "searched"))
            elif q.text in lacking:
                asked.append((typed, prompt.NOT_IN_TEXT, "absent"))
        named = r.random() < 0.15
        parts = [prompt.passage(e.pieces[i], label(r, i, len(e.pieces)) if named else None) for i in chosen]
        return self.row(r, parts, asked) if parts else None

    def whole(self, r):
        """A run of whole sections: a short document. Here answers in people's own words count too."""
        s = r.choice(self.stories)
        first = r.randrange(len(s.sections))
        last, size = first, 0
        limit = r.choice([900, 1600, 2600])
        while last < len(s.sections) and size + len(s.sections[last]) <= limit:
            size += len(s.sections[last])
            last += 1
        if last == first:
            return None
        run = range(first, last)
        text = "\n\n".join(s.sections[first:last])
        chosen = [i for i, k in enumerate(s.section_of) if k in run]
        inside = [q for q in s.questions if all(k in run for k in q.sections)]
        asked = self.ask(r, s, inside, text, [q for q in s.questions if stories.elsewhere(s, q, chosen)], 6)
        own = [q for q in inside if not stories.verbatim(q, text) and len(q.answers[0]) < 60 and (q.explicit or r.random() < 0.3)]
        asked += [(q.text, q.answers[0], "own words") for q in r.sample(own, min(len(own), 2))]
        return self.row(r, [text], asked)

    def spans(self, r):
        """Recalled spans: stretches cut anywhere around the answers and elsewhere, one after another."""
        s = r.choice(self.stories)
        can = [q for q in s.questions if q.gold]
        if not can:
            return None
        chosen = set()
        for q in r.sample(can, min(len(can), r.choice([1, 2, 3]))):
            g = r.choice(sorted(q.gold))
            chosen |= {g}
        chosen |= {r.randrange(len(s.passages)) for _ in range(r.randint(1, 6))}
        parts = []
        for i in sorted(chosen):
            near = " ".join(s.passages[max(0, i - 1):i + 2])
            at = near.find(s.passages[i])
            a, b = max(0, at - r.randint(0, 120)), at + len(s.passages[i]) + r.randint(0, 120)
            piece = near[a:b]
            parts.append(piece.split(" ", 1)[-1].rsplit(" ", 1)[0] if r.random() < 0.7 else piece)
        text = r.choice([" ", "\n\n", "\n", " … "]).join(parts)
        inside = [q for q in can if q.gold & chosen]
        held = sorted({k for i in chosen for k in (i - 1, i, i + 1) if 0 <= k < len(s.passages)})
        return self.row(r, [text], self.ask(r, s, inside, text, [q for q in s.questions if stories.elsewhere(s, q, held)]))

    def facts(self, r):
        """Invented facts (also near-duplicates, lists, chains) at sentence ends of natural text."""
        n, group = r.randint(2, 9), 1 if r.random() < 0.6 else r.randint(2, 5)
        fs = facts.facts(r, n, "train", group)
        statements = list(dict.fromkeys(f["stmt"] for f in fs))
        asked = self.about(r, fs, 7)
        if r.random() < 0.2:
            st, qa = r.choice([facts.listing, facts.chain, facts.chain, facts.variables])(r, "train")
            at = sorted(r.randint(0, len(statements)) for _ in st)
            for k, (p, x) in enumerate(zip(at, st)):
                statements.insert(p + k, x)
            asked = [(q, a, "fact") for q, a, _ in qa[:2]] + asked[:5]
        parts = plant(r, [self.foreign(r) for _ in range(r.randint(0, 4))] or [""], statements)
        return self.row(r, [p for p in parts if p], asked)

    def about(self, r, fs, n):
        """(question, answer, kind) about planted facts, one in eight without an answer."""
        asked = contexts.Contexts.ask(SimpleNamespace(split="train"), r, fs, n, 0.13)
        return [(q, prompt.NOT_IN_TEXT, "absent fact") if a == NANO_NOT_IN_TEXT else (q, a, "fact") for q, a, _ in asked]

    def natural(self, r):
        """Two to five passages of one text: of a book, a reference text, documentation or a story."""
        text = r.choice(self.texts) if r.random() < 0.7 else "\n\n".join(r.choice(self.stories).sections[:3])
        parts = P.chunks(text, r.randint(250, 450))
        n = r.randint(1, 5)
        at = r.randrange(max(1, len(parts) - n + 1))
        return parts[at:at + n]

    def quote(self, r):
        parts = self.natural(r)
        asked = text_rows.quotes(r, "\n\n".join(parts), 4)
        if r.random() < 0.4:
            other = text_rows.quotes(r, r.choice(self.texts), 1)
            asked += [(q, prompt.NOT_IN_TEXT, "absent") for q, _, _ in other if "begins with" not in q and "goes" not in q][:1]
        return self.row(r, parts, asked) if asked else None

    def summary(self, r):
        parts = self.natural(r)
        s = text_rows.summary("\n\n".join(parts))
        if not s:
            return None
        asked = [(r.choice(text_rows.SUMMARY_Q), s, "summary")] + text_rows.quotes(r, "\n\n".join(parts), 1)
        return self.row(r, parts, asked)

    def chat(self, r):
        """Conversations that the base model itself answered: its answers stay as they were."""
        if not self.chats:
            return None
        text, out, used = None, [], 0
        for c in r.sample(self.chats, min(len(self.chats), 5)):
            before, rest = prompt.chat(c["messages"])
            text = self.tok.encode(before).ids
            answer = self.tok.encode(c["answer"]).ids + ([self.end] if c["ended"] else [])
            b = Branch(self.tok.encode(rest).ids, answer, "chat")
            used += len(b.asked) + len(b.answer)
            if used > 600:
                break
            out.append(b)
        return Row(text, out) if out else None

    def __getitem__(self, number):
        for attempt in range(50):
            r = random.Random(f"{self.seed}-{number}-{attempt}")
            kinds = [k for k in SHARES if k != "chat" or self.chats]
            kind = r.choices(kinds, [SHARES[k] for k in kinds])[0]
            row = getattr(self, kind)(r)
            # a long text for one or two questions teaches little for its work
            if row is not None and len(row.text) <= 120 * (len(row.branches) + 1):
                return row
        raise ValueError(f"no row {number}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--base", required=True)
    ap.add_argument("--qa", required=True)
    ap.add_argument("--corpus", required=True)
    ap.add_argument("--count", type=int, default=300)
    ap.add_argument("--show", type=int, default=10)
    a = ap.parse_args()
    tok = read_tokenizer(a.base)
    data = Data(tok, os.path.join(a.qa, "fairytale-train.json.gz"), a.corpus)
    rows = [data[n] for n in range(a.count)]
    asked = [b for row in rows for b in row.branches]
    for row in rows[:a.show]:
        print("=" * 20, len(row), "tokens\n" + tok.decode(row.text, skip_special_tokens=False))
        for b in row.branches:
            print(f"  [{b.kind}]", repr(tok.decode(b.asked + b.answer, skip_special_tokens=False)))
    print(round(sum(map(len, rows)) / len(rows)), "tokens a row,", round(len(asked) / len(rows), 1), "questions a row,",
          round(sum(len(b.answer) for b in asked) / len(asked), 1), "tokens an answer:", dict(Counter(b.kind for b in asked)))


if __name__ == "__main__":
    main()
