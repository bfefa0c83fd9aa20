"""Training loop: phases from a JSON file, checkpoints, resume, CPU or CUDA.

python -m inkspan_train.train --config nano --work DIR --phases phases/nano.json --minutes 60
Runs until the last phase ends or the minutes are over; run it again to go on.
"""
import argparse
import concurrent.futures as cf
import json
import multiprocessing as mp
import os
import signal
import time
from collections import deque

import numpy as np
import torch
import torch.nn.functional as F

from . import mix, optim
from .architectures import CONFIGS, build, config
from .model import Llama


def save(path, obj):
    torch.save(obj, path + ".tmp")
    os.replace(path + ".tmp", path)


def lr_scale(phase, state, total_step, warmup):
    s = phase.get("lr", 1.0)
    if "lr_end" in phase:
        # up to so many tokens of the run, over so many minutes (a machine that others use too) or over so many steps
        if "tokens" in phase:
            f = (state["tokens"] - state["phase_from"]) / (phase["tokens"] - state["phase_from"])
        elif "minutes" in phase:
            f = state.get("phase_seconds", 0) / 60 / phase["minutes"]
        else:
            f = state["phase_step"] / max(1, phase["steps"])
        s = phase["lr"] + (phase["lr_end"] - phase["lr"]) * min(1.0, f)
    return s * min(1.0, (total_step + 1) / warmup)


def choose(w, spans, k, seed):
    """k positions for the output layer: all of the answers, others drawn by weight.

    The weights are changed so that the sum stays right on average; a quarter of the output
    layer's work gives almost the same gradient.
    """
    rng = np.random.default_rng([seed, 77])
    length = w.shape[1]
    flat = w.astype(np.float64).ravel()
    must = np.zeros(flat.size, bool)
    for r, a, b, task in spans:
        if not task.startswith(("repeat", "textrep")) or must.sum() < k // 3:
            must[r * length + a - 1:r * length + b - 1] = True
    must &= flat > 0
    m = np.nonzero(must)[0]
    if len(m) > k:
        m = rng.choice(m, k, replace=False)
    rest = np.where(must, 0, flat)
    total, n = rest.sum(), k - len(m)
    out, ow = m, flat[m]
    if n > 0:
        free = np.nonzero(rest > 0)[0]
        if len(free) >= n:
            x = rng.choice(free, n, replace=False, p=rest[free] / total)
            out, ow = np.concatenate([m, x]), np.concatenate([ow, np.full(n, total / n)])
        else:
            pad = np.zeros(n - len(free), np.int64)
            out = np.concatenate([m, free, pad])
            ow = np.concatenate([ow, rest[free], np.zeros(len(pad))])
    return out.astype(np.int64), ow.astype(np.float32)


def spread(rows, length, context, share, seed):
    """i64 [rows, length]: positions of rows that are shorter than the context.

    A share of the rows jumps ahead at one to three places, so that distances up to the whole context are trained at
    the price of a short row (positional skip-wise training, Zhu et al., 2023); the others count from 0.
    """
    rng = np.random.default_rng([seed, 78])
    steps = np.ones((rows, length), np.int64)
    steps[:, 0] = 0
    for r in range(rows):
        if length < context and rng.random() < share:
            jumps = int(rng.integers(1, 4))
            cuts = np.sort(rng.integers(0, context - length + 1, jumps))
            for place, size in zip(rng.integers(1, length, jumps), np.diff(cuts, prepend=0)):
                steps[r, place] += size
    return steps.cumsum(1)


class Watch:
    """Running share of exact answers (and of right tokens) per task."""

    def __init__(self, n=400):
        self.n, self.exact, self.tokens = n, {}, {}

    def clear(self):
        self.exact.clear()
        self.tokens.clear()

    def add(self, at, ok, spans, length):
        where = {int(p): bool(o) for p, o in zip(at, ok)}
        for r, a, b, task in spans:
            hit = [where.get(p) for p in range(r * length + a - 1, r * length + b - 1)]
            if None in hit:
                continue
            hit = np.array(hit)
            self.exact.setdefault(task, deque(maxlen=self.n)).append(bool(hit.all()))
            self.tokens.setdefault(task, deque(maxlen=self.n)).append(float(hit.mean()))

    def table(self):
        return {t: (round(float(np.mean(self.exact[t])), 3), round(float(np.mean(self.tokens[t])), 3))
                for t in sorted(self.exact)}


def compiled(model, loss_fn):
    """The layers of a Rodimus are compiled one by one (they share the result); a small Llama as a whole."""
    if isinstance(model, Llama):
        return torch.compile(loss_fn, dynamic=False)
    for layer in model.model.layers:
        layer.compile(dynamic=False)
    return loss_fn


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--config", default="nano")
    ap.add_argument("--work", required=True)
    ap.add_argument("--run", default="nano", help="name of the checkpoint folder under --work")
    ap.add_argument("--phases", required=True)
    ap.add_argument("--minutes", type=float, default=9)
    ap.add_argument("--steps", type=int, default=0, help="stop after so many steps (0: no limit)")
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--workers", type=int, default=1)
    ap.add_argument("--batch", type=int, default=8192, help="tokens a step")
    ap.add_argument("--head-share", type=float, default=0.25, help="share of positions that reach the output layer")
    ap.add_argument("--lr", type=float, default=0.01, help="Muon, matrices")
    ap.add_argument("--lr-other", type=float, default=0.003, help="AdamW, embeddings and norms")
    ap.add_argument("--warmup", type=int, default=60)
    ap.add_argument("--ema", type=float, default=0.99)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--save-seconds", type=float, default=60, help="between checkpoints")
    ap.add_argument("--no-compile", action="store_true")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(a.seed)
    torch.set_float32_matmul_precision("high")
    out = os.path.join(a.work, a.run)
    os.makedirs(out, exist_ok=True)
    ckpt = os.path.join(out, "last.pt")

    state = {"step": 0, "tokens": 0, "phase": 0, "phase_step": 0, "phase_from": 0, "seconds": 0.0, "watch": {}}
    cfg = CONFIGS[a.config]
    saved = None
    if os.path.exists(ckpt):
        saved = torch.load(ckpt, map_location="cpu", weights_only=False)
        cfg = config(saved["config"])
        state = {**state, **saved["state"]}
    model = build(cfg).to(a.device)
    opts = optim.build(model, a.lr, a.lr_other, a.device)
    ema = {n: p.detach().clone() for n, p in model.named_parameters()}
    if saved:
        model.load_state_dict(saved["model"])
        for o, s in zip(opts, saved["opts"] or []):     # none after a layer was added
            o.load_state_dict(s)
        ema = {n: saved["ema"][n].to(a.device) for n in ema}
    base = [a.lr, a.lr_other]
    print(f"{a.config}: {model.parameters_count()/1e6:.3f} M parameters, {a.device}, from step {state['step']}",
          flush=True)

    def loss_fn(ids, at, w, positions):
        with torch.autocast("cuda", torch.bfloat16, enabled=a.device == "cuda"):
            h = model.hidden(ids[:, :-1], at, positions)
            logits = h @ model.head_weight.t()
        y = ids[:, 1:].flatten()[at]
        ce = F.cross_entropy(logits.float(), y, reduction="none")
        return (ce * w).sum() / w.sum(), logits.argmax(-1) == y

    torch._dynamo.config.cache_size_limit = 32
    step_fn = loss_fn if a.no_compile else compiled(model, loss_fn)

    def generators():
        # New processes for every phase, so that the generators may be improved between phases.
        return cf.ProcessPoolExecutor(a.workers, mp_context=mp.get_context("spawn"),
                                      initializer=mix.worker_init, initargs=(a.work,))

    pool = generators()
    watch, pending, losses = Watch(), deque(), {}
    phases = json.load(open(a.phases))
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))     # the step is finished and a checkpoint written
    t0 = last_log = last_save = last_step = time.time()
    log_tokens = 0
    next_seed = state["step"]

    def submit():
        nonlocal next_seed
        ph = phases[state["phase"]]
        lens = ph["len"] if isinstance(ph["len"], list) else [ph["len"]]
        n = lens[next_seed % len(lens)]
        pending.append(pool.submit(mix.worker_batch, a.seed * 1_000_000_007 + next_seed, ph["tasks"], n, ph.get("batch", a.batch)))
        next_seed += 1

    def checkpoint():
        save(ckpt, {"config": cfg.dict(), "state": state, "model": model.state_dict(), "ema": ema,
                    "opts": [o.state_dict() for o in opts]})

    while state["phase"] < len(phases):
        ph = phases[state["phase"]]
        while len(pending) < 3 + a.workers:
            submit()
        ids, w, spans = pending.popleft().result()
        at, w = choose(w, spans, int(w.size * ph.get("head_share", a.head_share)), state["step"])
        ids = torch.from_numpy(ids).to(a.device)
        s = lr_scale(ph, state, state["step"] - state.get("warm_from", 0), a.warmup)
        for o, b in zip(opts, base):
            for g in o.param_groups:
                g["lr"] = b * s * g.get("share", 1.0)
        positions = spread(ids.shape[0], ids.shape[1] - 1, cfg.context, ph.get("spread", 0.0), state["step"])
        loss, ok = step_fn(ids, *(torch.from_numpy(x).to(a.device) for x in (at, w, positions)))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in opts:
            o.step()
            o.zero_grad(set_to_none=True)
        with torch.no_grad():
            d = min(a.ema, (state["step"] + 1) / (state["step"] + 10))
            torch._foreach_lerp_(list(ema.values()), [p.detach() for p in model.parameters()], 1 - d)
        watch.add(at, ok.cpu().numpy(), spans, ids.shape[1] - 1)
        losses.setdefault("loss", deque(maxlen=50)).append(float(loss.detach()))
        n = ids.shape[0] * (ids.shape[1] - 1)
        state["step"] += 1
        state["phase_step"] += 1
        state["tokens"] += n
        log_tokens += n
        now = time.time()
        state["phase_seconds"] = state.get("phase_seconds", 0) + min(60, now - last_step)
        last_step = now
        table = None
        if now - last_log > 15:
            state["seconds"] += now - last_log
            table = watch.table()
            row = {"step": state["step"], "tokens": state["tokens"], "phase": ph["name"],
                   "loss": round(float(np.mean(losses["loss"])), 4), "lr": round(s, 4),
                   "tok_s": int(log_tokens / (now - last_log)), "seconds": int(state["seconds"]), "acc": table}
            with open(os.path.join(out, "log.jsonl"), "a") as f:
                f.write(json.dumps(row) + "\n")
            print(json.dumps(row), flush=True)
            last_log, log_tokens = now, 0
        if now - last_save > a.save_seconds:
            checkpoint()
            last_save = now
            phases = json.load(open(a.phases))  # the mix may be tuned while it runs
        done = state["phase_step"] >= ph.get("steps", 10 ** 9) or \
            state["phase_seconds"] / 60 >= ph.get("minutes", 10 ** 9) or state["tokens"] >= ph.get("tokens", 10 ** 12)
        if "until" in ph and state["phase_step"] >= ph.get("min_steps", 30) and state["step"] % 5 == 0:
            table = table or watch.table()
            done = done or all(table.get(t, (0, 0))[1] >= v for t, v in ph["until"].items())
        if done:
            save(os.path.join(out, f"after-{ph['name']}.pt"), {"config": cfg.dict(), "state": dict(state), "ema": ema})
            print(f"phase {ph['name']} done at step {state['step']}: {watch.table()}", flush=True)
            state["phase"] += 1
            state["phase_step"] = 0
            state["phase_from"] = state["tokens"]
            state["phase_seconds"] = 0.0
            watch.clear()
            pending.clear()
            pool.shutdown(wait=False, cancel_futures=True)
            pool = generators()
        if stop or (now - t0) / 60 > a.minutes or (a.steps and state["step"] >= a.steps):
            break
    checkpoint()
    print("stopped at step", state["step"], "tokens", state["tokens"], watch.table(), flush=True)
    pool.shutdown(wait=False, cancel_futures=True)


if __name__ == "__main__":
    main()
