"""Muon (orthogonalised momentum) for the matrices, AdamW for embeddings and norms."""
import torch


def orthogonalise(g, steps=5):
    """Newton-Schulz iteration on a stack of matrices [n, rows, cols]."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16() if g.is_cuda else g
    flip = x.shape[-2] > x.shape[-1]
    if flip:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        s = x @ x.mT
        x = a * x + (b * s + c * s @ s) @ x
    return (x.mT if flip else x).to(g.dtype)


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, momentum=0.95, weight_decay=0.01):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                st = self.state[p]
                if "m" not in st:
                    st["m"] = torch.zeros_like(p)
                st["m"].lerp_(p.grad, 1 - group["momentum"])
                upd = p.grad.lerp(st["m"], group["momentum"])
                by_shape.setdefault(p.shape, []).append((p, upd))
            for shape, items in by_shape.items():
                o = orthogonalise(torch.stack([u for _, u in items]))
                scale = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                for (p, _), u in zip(items, o):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(u, alpha=-scale)


# Share of the learning rate for what is inside of a recurrent mixer. At the full rate two runs stayed at the loss of single words,
# with a state much larger than the direct part; that the rate alone is the cause was not isolated.
INNER = 0.3


def build(model, lr_matrix, lr_other, device):
    mats = [(n, p) for n, p in model.named_parameters() if p.ndim == 2 and "emb" not in n]
    inner = [p for n, p in mats if "inner_mixer" in n]
    groups = [{"params": [p for n, p in mats if "inner_mixer" not in n]}]
    if inner:
        groups.append({"params": inner, "share": INNER})
    rest = [p for n, p in model.named_parameters() if p.ndim != 2 or "emb" in n]
    return [
        Muon(groups, lr=lr_matrix),
        torch.optim.AdamW(rest, lr=lr_other, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.0,
                          fused=(device == "cuda") or None),
    ]
