"""Low-rank adapters (Hu et al. 2021): y = W x + (alpha / rank) · B (A x), for every matrix of every block."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

# names in model.py -> names in a GGUF file
MATRICES = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"}


class Lora(nn.Module):
    def __init__(self, base, rank, alpha, generator):
        super().__init__()
        self.base, self.scale, self.on = base, alpha / rank, True
        self.a = nn.Parameter(torch.randn(rank, base.in_features, generator=generator) / math.sqrt(base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x):
        y = self.base(x)
        if not self.on:
            return y
        z = F.linear(x, self.a)
        return torch.addmm(y.flatten(0, -2), z.flatten(0, -2), self.b.t(), alpha=self.scale).view(y.shape)


def attach(model, rank, alpha, seed=0):
    """Wraps the matrices of a model.Llama in place and returns {GGUF name without "weight": Lora}."""
    generator, out = torch.Generator().manual_seed(seed), {}
    for i, block in enumerate(model.blocks):
        for name, stored in MATRICES.items():
            lora = Lora(getattr(block, name), rank, alpha, generator)
            setattr(block, name, lora)
            out[f"blk.{i}.{stored}"] = lora
    return out


def weights(loras):
    """{"blk.0.attn_q.a": f32 [rank, in], "blk.0.attn_q.b": f32 [out, rank], …}, the live parameters."""
    return {f"{name}.{part}": getattr(lora, part) for name, lora in loras.items() for part in "ab"}


def load_weights(loras, values):
    with torch.no_grad():
        for name, p in weights(loras).items():
            p.copy_(values[name])


def switch(loras, on):
    for lora in loras.values():
        lora.on = on
