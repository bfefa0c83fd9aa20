"""Checks of the adapter's base model and tokenizer against files with known values.

python adapter_checks.py FIXTURES     # a folder with manifest.json, models/, logits/ and tokenizers/bpe-smollm.json
"""
import json
import os
import sys

import numpy as np
import torch

from inkspan_train.adapter import base, generate, lora, rows


def logits(folder):
    manifest = json.load(open(os.path.join(folder, "manifest.json")))
    for m in manifest["models"]:
        if not m["id"].startswith("smollm2"):
            continue
        model, _ = base.read_gguf(os.path.join(folder, m["file"]))
        want = np.fromfile(os.path.join(folder, m["logits_exact"]), np.float32).reshape(m["logits_shape"])
        with torch.no_grad():
            got = model(torch.tensor([m["tokens"]]))[0].numpy()
        off = float(np.abs(got - want).max())
        print(m["id"], "largest difference of logits", off)
        assert off < 1e-3
        out = generate.greedy(model, [m["greedy"]["prompt"], m["greedy"]["prompt"][4:]], len(m["greedy"]["tokens"]), -1)
        assert out[0] == m["greedy"]["tokens"], "greedy tokens"


def tokenizer(folder):
    cases = json.load(open(os.path.join(folder, "tokenizers/bpe-smollm.json")))["cases"]
    model = os.path.join(folder, "models/smollm2-Q8_0.gguf")
    tok = base.read_tokenizer(model)
    wrong = [c["text"] for c in cases if tok.encode(c["text"]).ids != c["plain_special"]]
    print("tokenizer:", len(cases) - len(wrong), "of", len(cases), "texts as expected", wrong[:3])
    assert not wrong


def branches(folder):
    """Questions in one row see the text and themselves alone: the same logits as one by one."""
    model, _ = base.read_gguf(os.path.join(folder, "models/smollm2-Q8_0.gguf"))
    loras = lora.attach(model, 4, 8)
    for p in lora.weights(loras).values():
        torch.nn.init.normal_(p, std=0.1)
    rng = np.random.default_rng(1)
    text, asked = rng.integers(3, 300, 40).tolist(), [rng.integers(3, 300, n).tolist() for n in (7, 12, 5)]
    row = rows.Row(text, [rows.Branch(q[:-2], q[-2:], "test") for q in asked])
    ids, positions, mask = rows.tensors(row)
    with torch.no_grad():
        got = model.hidden(ids, None, positions, mask)[0]
        at = len(text)
        for q in asked:
            want = model.hidden(torch.tensor([text + q]))[0, len(text):]
            off = float((got[at:at + len(q)] - want).abs().max())
            assert off < 1e-4, off
            at += len(q)
        at, _, _ = rows.targets(row)
        off = float((rows.hidden(model, row, at, True) - rows.hidden(model, row, at, False)).abs().max())
        assert off < 1e-4, off
    print("branches: as one by one")


if __name__ == "__main__":
    logits(sys.argv[1])
    tokenizer(sys.argv[1])
    branches(sys.argv[1])
