"""Add a layer to a trained model without changing what it computes.

python -m inkspan_train.grow --from W/a/last.pt --to W/b/last.pt --after 2 --phase 14

The new block has the query, key, value, gate and up weights of the one before it; its two output matrices are
zero, so that the block adds nothing until it is trained. Optimizer state does not fit any more and starts anew.
"""
import argparse
import os

import torch

OUTPUTS = (".o.", ".down.")


def insert(sd, after):
    """Weights by name, with block `after` copied behind itself (outputs zero)."""
    out = {}
    for name, w in sd.items():
        if not name.startswith("blocks."):
            out[name] = w
            continue
        i, rest = name[len("blocks."):].split(".", 1)
        i = int(i)
        out[f"blocks.{i + (i > after)}.{rest}"] = w
        if i == after:
            out[f"blocks.{i + 1}.{rest}"] = torch.zeros_like(w) if any(o in f".{rest}" for o in OUTPUTS) else w.clone()
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--from", dest="source", required=True)
    ap.add_argument("--to", required=True)
    ap.add_argument("--after", type=int, required=True, help="block to copy")
    ap.add_argument("--phase", type=int, required=True, help="phase to go on with")
    a = ap.parse_args()
    c = torch.load(a.source, map_location="cpu", weights_only=False)
    cfg = dict(c["config"], layers=c["config"]["layers"] + 1)
    state = dict(c["state"], phase=a.phase, phase_step=0, phase_seconds=0.0, warm_from=c["state"]["step"])
    w = insert(c["ema"], a.after)
    os.makedirs(os.path.dirname(a.to), exist_ok=True)
    torch.save({"config": cfg, "state": state, "model": w, "ema": {k: v.clone() for k, v in w.items()}, "opts": None}, a.to)


if __name__ == "__main__":
    main()
