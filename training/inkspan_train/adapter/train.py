"""Trains the adapter; the same command again goes on from the last checkpoint.

python -m inkspan_train.adapter.train --base BASE.gguf --qa FOLDER --corpus CORPUS --work W --tokens 4000000

W gets last.pt (every few minutes), one checkpoint per validation, log.txt and curve.csv.
"""
import argparse
import ctypes
import csv
import os
import random
import signal
import time

import torch
import torch.nn.functional as F

from . import evaluate, lora, rows
from .base import read_base
from .data import Data


def keep_memory():
    """glibc gives large blocks back and zeroes them anew with every step; here it shall keep them (as much as is in use)."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(-4, 0)             # M_MMAP_MAX
        libc.mallopt(-1, 2 ** 31 - 1)   # M_TRIM_THRESHOLD


def load_adapter(model, path, mean=True):
    """Puts a checkpoint's adapter (the running mean of its weights) into a model: {GGUF name: Lora}."""
    c = torch.load(path, map_location="cpu", weights_only=True)
    loras = lora.attach(model, c["rank"], c["alpha"])
    lora.load_weights(loras, c["mean" if mean else "weights"])
    return loras


def save(path, obj):
    torch.save(obj, path + ".tmp")
    os.replace(path + ".tmp", path)


def rate(step, tokens, a):
    """Learning rate: warm-up, constant, then straight down to a twentieth between --cool and --tokens."""
    down = max(0.0, min(1.0, (tokens - a.cool) / max(1, a.tokens - a.cool))) if a.cool else 0.0
    return a.lr * min(1.0, (step + 1) / a.warmup) * (1 - 0.95 * down)


def loss_of(model, row, through):
    """(sum of weighted losses over the answers, sum of weights, {kind: [exact, answers]})."""
    at, want, weight = rows.targets(row)
    logits = rows.hidden(model, row, at, through) @ model.emb.weight.t()
    best, exact, k = logits.argmax(-1) == want, {}, 0
    for b in row.branches:
        e = exact.setdefault(b.kind, [0, 0])
        e[0] += bool(best[k:k + len(b.answer)].all())
        e[1] += 1
        k += len(b.answer)
    return (F.cross_entropy(logits, want, reduction="none") * weight).sum(), float(weight.sum()), exact


class Trainer:
    def __init__(self, a):
        self.a = a
        self.model, self.tok = read_base(a.base)
        self.loras = lora.attach(self.model, a.rank, a.alpha, a.seed)
        self.params = lora.weights(self.loras)
        self.mean = {k: p.detach().clone() for k, p in self.params.items()}
        self.opt = torch.optim.AdamW(self.params.values(), lr=a.lr, betas=(0.9, 0.98), weight_decay=0.0)
        self.state = {"step": 0, "row": 0, "tokens": 0, "answers": 0, "seconds": 0.0, "checked": 0}
        self.last = os.path.join(a.work, "last.pt")
        if os.path.exists(self.last):
            c = torch.load(self.last, map_location="cpu", weights_only=True)
            lora.load_weights(self.loras, c["weights"])
            self.mean, self.state = c["mean"], c["state"]
            self.opt.load_state_dict(c["optimizer"])
        self.data = Data(self.tok, os.path.join(a.qa, "fairytale-train.json.gz"), a.corpus, os.path.join(a.work, "chat.jsonl"), a.seed)
        self.sets = evaluate.sets(a.qa, a.checks)

    def say(self, *what):
        line = " ".join(map(str, what))
        print(line, flush=True)
        with open(os.path.join(self.a.work, "log.txt"), "a") as f:
            f.write(line + "\n")

    def save(self, path=None):
        save(path or self.last, {
            "weights": {k: p.detach() for k, p in self.params.items()}, "mean": self.mean, "optimizer": self.opt.state_dict(),
            "state": self.state, "rank": self.a.rank, "alpha": self.a.alpha})

    def check(self, loss):
        """Validation with the running mean of the weights; one row of the curve."""
        live = {k: p.detach().clone() for k, p in self.params.items()}
        lora.load_weights(self.loras, self.mean)
        t = time.time()
        table = evaluate.all_tasks(self.model, self.tok, self.sets)
        lora.load_weights(self.loras, live)
        self.say("check", self.state["tokens"], table, round(time.time() - t), "s")
        path = os.path.join(self.a.work, "curve.csv")
        new = not os.path.exists(path)
        with open(path, "a", newline="") as f:
            w = csv.writer(f)
            if new:
                w.writerow(["tokens", "answers", "steps", "hours", "loss"] + [f"{k} (n={n})" for k, (_, n) in table.items()])
            s = self.state
            w.writerow([s["tokens"], s["answers"], s["step"], round(s["seconds"] / 3600, 2), loss] + [v for v, _ in table.values()])

    def step(self):
        """One step of at least --batch tokens: (loss, {kind: [exact, answers]})."""
        a, s = self.a, self.state
        got, total, weights, exact = 0, 0.0, 0.0, {}
        while got < a.batch:
            row = self.data[s["row"]]
            through = random.Random(f"{a.seed}-{s['row']}-through").random() < a.through
            s["row"] += 1
            loss, weight, ok = loss_of(self.model, row, through)
            loss.backward()
            got, total, weights = got + len(row), total + loss.item(), weights + weight
            s["answers"] += len(row.branches)
            for k, (x, n) in ok.items():
                e = exact.setdefault(k, [0, 0])
                e[0], e[1] = e[0] + x, e[1] + n
        for p in self.params.values():
            p.grad /= weights
        torch.nn.utils.clip_grad_norm_(self.params.values(), 1.0)
        for g in self.opt.param_groups:
            g["lr"] = rate(s["step"], s["tokens"], a)
        self.opt.step()
        self.opt.zero_grad(set_to_none=True)
        keep = min(a.ema, (1 + s["step"]) / (10 + s["step"]))
        for k, p in self.params.items():
            self.mean[k].lerp_(p.detach(), 1 - keep)
        s["step"] += 1
        s["tokens"] += got
        return total / weights, exact

    def run(self):
        a, s = self.a, self.state
        saved = began = time.time()
        losses, exact, tokens = [], {}, s["tokens"]
        stop = []
        signal.signal(signal.SIGTERM, lambda *_: stop.append(True))     # ends after the step, saved
        while s["tokens"] < a.tokens and not stop:
            if s["tokens"] // a.every > s["checked"]:
                self.check(round(sum(losses[-50:]) / max(1, len(losses[-50:])), 3))
                s["checked"] = s["tokens"] // a.every
                self.save(os.path.join(a.work, f"at-{s['tokens']}.pt"))
                self.save()
            t = time.time()
            loss, ok = self.step()
            s["seconds"] += time.time() - t
            losses.append(loss)
            for k, (x, n) in ok.items():
                e = exact.setdefault(k, [0, 0])
                e[0], e[1] = e[0] + x, e[1] + n
            if s["step"] % 10 == 0:
                table = {k: f"{x}/{n}" for k, (x, n) in sorted(exact.items())}
                self.say("step", s["step"], "tokens", s["tokens"], "loss", round(sum(losses[-10:]) / len(losses[-10:]), 3),
                         "tokens/s", round((s["tokens"] - tokens) / (time.time() - began)), table)
                exact = {}
            if time.time() - saved > 60 * a.save_minutes:
                self.save()
                saved = time.time()
        if stop:
            self.save()
            return
        self.check(round(sum(losses[-50:]) / max(1, len(losses[-50:])), 3))
        self.save()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--base", required=True, help="GGUF file of SmolLM2-135M-Instruct")
    ap.add_argument("--qa", required=True, help="folder of fairytale-*.json.gz and qed-dev.jsonl.gz")
    ap.add_argument("--corpus", required=True)
    ap.add_argument("--work", required=True)
    ap.add_argument("--tokens", type=int, default=4_000_000)
    ap.add_argument("--cool", type=int, default=0, help="from so many tokens on the learning rate falls")
    ap.add_argument("--batch", type=int, default=1500, help="tokens a step, at least")
    ap.add_argument("--through", type=float, default=0.35, help="share of rows with gradients through the text (see rows.hidden)")
    ap.add_argument("--rank", type=int, default=16)
    ap.add_argument("--alpha", type=float, default=32)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--warmup", type=int, default=15)
    ap.add_argument("--ema", type=float, default=0.98)
    ap.add_argument("--every", type=int, default=200_000, help="tokens between validations")
    ap.add_argument("--checks", type=int, default=40, help="questions of each kind in a validation")
    ap.add_argument("--save-minutes", type=float, default=5)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    keep_memory()
    os.makedirs(a.work, exist_ok=True)
    Trainer(a).run()


if __name__ == "__main__":
    main()
