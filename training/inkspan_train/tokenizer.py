"""Train the byte-level BPE tokenizer and turn the text shards into token arrays.

python -m inkspan_train.tokenizer --corpus DIR --work DIR --vocab 1024
"""
import argparse
import json
import lzma
import os
import random

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from .fmt import CONTROL, PRE_REGEX

# (shard, megabytes of text to take): whole documents from the start of each shard.
SHARDS = [
    ("train-books-01.txt.xz", 4.0),
    ("train-books-02.txt.xz", 4.0),
    ("train-books-03.txt.xz", 3.0),
    ("train-books-04.txt.xz", 3.0),
    ("train-reference-01.txt.xz", 2.0),
    ("train-docs-01.txt.xz", 2.0),
]


def documents(corpus, shards=SHARDS, scale=1.0):
    """Whole documents; of books longer than 400,000 characters only a middle part."""
    for name, mb in shards:
        left = int(mb * 1e6 * scale)
        with lzma.open(os.path.join(corpus, name), "rt", encoding="utf-8") as f:
            data = f.read(int(left * 6) if mb else -1)
        for doc in data.rstrip("\n").split("\n\x1e\n"):
            if left <= 0:
                break
            if len(doc) > 400_000:
                start = doc.find("\n\n", len(doc) // 4) + 2
                doc = doc[start:start + 400_000]
            doc = doc[:left]
            left -= len(doc)
            if len(doc) > 400:
                yield name, doc


def pre_tokenizer():
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PRE_REGEX), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])


def train(texts, vocab, out):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizer()
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=[AddedToken(t, special=True, normalized=False) for t in CONTROL],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tok.train_from_iterator(texts, trainer=trainer)
    assert [tok.token_to_id(t) for t in CONTROL] == list(range(len(CONTROL)))
    assert tok.get_vocab_size() == vocab
    tok.save(out)
    return tok


def tokenizer_config():
    from .fmt import CHAT_TEMPLATE
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": CONTROL[0], "eos_token": CONTROL[4], "pad_token": CONTROL[4],
        "add_bos_token": False, "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--corpus", required=True)
    ap.add_argument("--work", required=True)
    ap.add_argument("--vocab", type=int, default=1024)
    ap.add_argument("--scale", type=float, default=1.0, help="factor on the megabytes taken per shard")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--tokenizer", help="use this tokenizer.json instead of training one")
    a = ap.parse_args()
    os.makedirs(a.work, exist_ok=True)
    rng = random.Random(a.seed)
    docs = list(documents(a.corpus, scale=a.scale))
    rng.shuffle(docs)
    out = os.path.join(a.work, "tokenizer.json")
    if a.tokenizer:
        tok = Tokenizer.from_file(a.tokenizer)
        tok.save(out)
    else:
        sample = []
        for name, d in docs:
            if rng.random() < 0.5:
                sample.append(d)
        tok = train(sample, a.vocab, out)
    # The last twentieth of the documents is kept apart for evaluation.
    cut = len(docs) - max(1, len(docs) // 20)
    for part, ds in (("train", docs[:cut]), ("valid", docs[cut:])):
        groups = {"books": [], "other": []}
        for name, d in ds:
            ids = tok.encode(d.strip()).ids
            groups["books" if "books" in name else "other"].append(np.array(ids, dtype=np.uint16))
        for g, arrs in groups.items():
            arr = np.concatenate(arrs) if arrs else np.zeros(0, np.uint16)
            np.save(os.path.join(a.work, f"{part}-{g}.npy"), arr)
            print(part, g, len(arrs), "documents", len(arr), "tokens")
    text = docs[0][1][:200_000]
    print("characters per token", round(len(text) / len(tok.encode(text).ids), 3))
    json.dump(tokenizer_config(), open(os.path.join(a.work, "tokenizer_config.json"), "w"), indent=1)


if __name__ == "__main__":
    main()
