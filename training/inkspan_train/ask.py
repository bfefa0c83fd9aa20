"""Ask an exported model: python -m inkspan_train.ask --model nano.gguf --tokenizer W/tokenizer.json --document TEXT --question Q"""
import argparse

import torch
from tokenizers import Tokenizer

from . import export
from .fmt import ANS, BOS, DOC, END, QUE


@torch.no_grad()
def answer(model, tok, document, question, limit=80):
    ids = [BOS, DOC] + tok.encode(document.strip()).ids + [QUE] + tok.encode(question.strip()).ids + [ANS]
    n = len(ids)
    while len(ids) < n + limit and len(ids) < model.cfg.context:
        best = int(model(torch.tensor([ids]))[0, -1].argmax())
        if best == END:
            break
        ids.append(best)
    return tok.decode(ids[n:]).strip()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--tokenizer", required=True)
    ap.add_argument("--document", required=True)
    ap.add_argument("--question", required=True, action="append")
    a = ap.parse_args()
    model, tok = export.read_gguf(a.model)[0], Tokenizer.from_file(a.tokenizer)
    for q in a.question:
        print(q, "->", answer(model, tok, a.document, q))


if __name__ == "__main__":
    main()
