"""The Rodimus model against fixtures of the official code: logits, mixer, state, convolution, ring, greedy text.

python rodimus_check.py FIXTURES          (the folder with manifest.json; f32 arithmetic)
"""
import json
import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from inkspan_train import rodimus, scan


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def close(self, what, got, want, limit):
        """The largest difference, relative to the largest absolute expected value."""
        want = want.double().reshape(got.shape)
        error = float((got.double() - want).abs().max() / want.abs().max())
        self.true(f"{what}: {error:.2e} (limit {limit:g})", error < limit)

    def true(self, what, ok):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        print("ok" if ok else "FAILED", what, flush=True)


def array(folder, path):
    return torch.from_numpy(np.fromfile(os.path.join(folder, path), "<f4"))


def in_pieces(model, ids, sizes):
    """Logits and what is carried at the end, of a text that is read in pieces."""
    memory, out, at = model.fresh_memory(), [], 0
    while at < ids.shape[1]:
        n = sizes[len(out) % len(sizes)]
        part = ids[:, at:at + n]
        out.append(model(part, memory, torch.arange(at, at + part.shape[1])))
        at += n
    return torch.cat(out, 1), memory


@torch.no_grad()
def check(folder, spec, checks):
    model, name = rodimus.read(os.path.join(folder, spec["folder"])), spec["id"]
    seen = {}
    for sequence in spec["sequences"]:
        ids, want = torch.tensor([sequence["tokens"]]), array(folder, sequence["logits"])
        for kind, scan in (("chunkwise", rodimus.chunkwise), ("recurrent", rodimus.recurrent), ("operator", None)):
            checks.close(f"{name} {sequence['name']} logits, {kind}", model(ids, scan=scan)[0], want.view(-1, model.cfg.vocab), 1e-4)
        for sizes in ([1], [7, 1, 16], [50]):
            checks.close(f"{name} {sequence['name']} logits, read in pieces of {sizes}", in_pieces(model, ids, sizes)[0][0], want, 1e-4)
        for arrays in sequence.get("arrays", []):
            mixer = model.model.layers[arrays["layer"]].mixer
            hook = mixer.register_forward_hook(lambda _, i, o: seen.update(mixer_in=i[0], mixer_out=o[0]))
            memory = model.fresh_memory()
            model(ids, memory)
            hook.remove()
            _, pieces = in_pieces(model, ids, [7, 1, 16])
            for what in ("mixer_in", "mixer_out"):
                checks.close(f"{name} {what}", seen[what][0, :arrays["mixer_shape"][0]], array(folder, arrays[what]), 1e-5)
            for what, key in (("state", "state"), ("conv", "conv"), ("ring_k", "k"), ("ring_v", "v")):
                if what in arrays:
                    for kind, m in (("one pass", memory), ("in pieces", pieces)):
                        checks.close(f"{name} {what}, {kind}", m[arrays["layer"]][key][0], array(folder, arrays[what]), 1e-5)
    greedy = spec["greedy"]
    ids, memory, text = torch.tensor([greedy["prompt"]]), model.fresh_memory(), []
    for at in range(len(greedy["tokens"])):
        where = torch.arange(ids.shape[1]) + (0 if at == 0 else len(greedy["prompt"]) + at - 1)
        text.append(int(model(ids, memory, where)[0, -1].argmax()))
        ids = torch.tensor([text[-1:]])
    checks.true(f"{name} greedy text, {len(text)} tokens", text == greedy["tokens"])


def check_scans(checks):
    """Strong gates, odd lengths, several chunk sizes; gradients of the chunkwise form in float64."""
    torch.manual_seed(1)

    def inputs(t, dtype, strong):
        q, k = torch.randn(2, 2, t, 5, dtype=dtype)
        return q, k, torch.randn(2, t, 7, dtype=dtype), -strong * torch.rand(2, t, 5, dtype=dtype), torch.randn(2, 5, 7, dtype=dtype)

    for t in (1, 15, 16, 33, 100):
        for strong in (0.01, 2, 200):
            a = inputs(t, torch.float32, strong)
            o, s = rodimus.recurrent(*(x.double() for x in a))
            for chunk in (1, 16, 64):
                got = rodimus.chunkwise(*a, chunk=chunk)
                for what, x, y in (("o", got[0], o), ("state", got[1], s)):
                    error = float((x - y).abs().max() / y.abs().max())
                    checks.true(f"chunk {chunk}, {t} tokens, gates to {-strong}, {what}: {error:.1e}", error < 1e-5)
    a = [x.requires_grad_() for x in inputs(21, torch.float64, 3)]
    checks.true("gradients of the chunkwise form", torch.autograd.gradcheck(lambda *x: rodimus.chunkwise(*x, chunk=8), a))


def check_operator(checks):
    """The operator against token by token: values and all gradients, also of the last state, with a first state that is not zero."""
    torch.manual_seed(2)
    if scan.library() is None:
        checks.true("the operator compiles", False)
        return
    for dtype, limit in ((torch.float64, 1e-11), (torch.float32, 2e-5)):
        for b, t, n, m in ((1, 1, 3, 5), (2, 7, 5, 7), (3, 8, 16, 32), (2, 33, 64, 100), (2, 513, 64, 256)):
            for strong in (0.01, 2, 200):
                q, k = torch.randn(2, b, t, n, dtype=torch.float64)
                a = (q, k, torch.randn(b, t, m), -strong * torch.rand(b, t, n), torch.randn(b, n, m))
                weights = torch.randn(b, t, m), torch.randn(b, n, m)
                results = []
                for run, kind in ((rodimus.recurrent, torch.float64), (scan.scan, dtype)):
                    x = [y.to(kind).requires_grad_() for y in (z.to(dtype) for z in a)]
                    o, last = run(*x)
                    ((o * weights[0].to(kind)).sum() + (last * weights[1].to(kind)).sum()).backward()
                    results.append([o.detach(), last.detach(), *(y.grad for y in x)])
                for what, want, got in zip(("o", "last state", "dq", "dk", "du", "dla", "d first state"), *results):
                    error = float((got - want).abs().max() / want.abs().max().clamp_min(1e-30))
                    # e^-200 is no number of 32 bits: what is left of it is compared with 1
                    error = min(error, float((got - want).abs().max())) if strong == 200 else error
                    checks.true(f"operator, {dtype}, {b} x {t}, {n} x {m}, gates to {-strong}, {what}: {error:.1e}", error < limit)
    before = torch.get_num_threads()
    inputs = [torch.randn(5, 20, 8), torch.randn(5, 20, 8), torch.randn(5, 20, 40), -torch.rand(5, 20, 8), torch.randn(5, 8, 40)]
    outs = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        outs.append(scan.scan(*inputs))
    torch.set_num_threads(before)
    checks.true("operator, the same with three threads", all(torch.equal(x, y) for x, y in zip(*outs)))


def main():
    checks = Checks()
    check_scans(checks)
    check_operator(checks)
    folder = sys.argv[1]
    with open(os.path.join(folder, "manifest.json")) as f:
        for spec in json.load(f)["models"]:
            check(folder, spec, checks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
