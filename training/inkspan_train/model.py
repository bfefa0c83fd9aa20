"""A plain Llama: RMSNorm, grouped-query attention with rotary positions, SwiGLU, tied embeddings."""
from dataclasses import dataclass, asdict

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    vocab: int = 1024
    dim: int = 192
    layers: int = 5
    heads: int = 6
    kv_heads: int = 2
    head: int = 32
    ffn: int = 320
    context: int = 1024
    theta: float = 10000.0
    eps: float = 1e-5

    def dict(self):
        return asdict(self)


CONFIGS = {
    "smoke": Config(vocab=512, dim=64, layers=2, heads=2, kv_heads=1, ffn=128, context=256),
    "nano": Config(),
    # 18.5 M parameters; KV = 8 layers * 2 * 2 heads * 32 * 2 bytes = 2 KiB a token at f16
    "mini": Config(vocab=4096, dim=448, layers=8, heads=14, kv_heads=2, head=32, ffn=1216, context=2048),
}


def rope_tables(cfg, n, device=None):
    inv = 1.0 / (cfg.theta ** (torch.arange(0, cfg.head, 2, dtype=torch.float64, device="cpu") / cfg.head))
    ang = torch.outer(torch.arange(n, dtype=torch.float64), inv)
    ang = torch.cat([ang, ang], -1)
    return ang.cos().float().to(device), ang.sin().float().to(device)


def rotate(x, cos, sin):
    """Half-split rotation, as in Hugging Face files; the GGUF export permutes the rows of q and k."""
    h = x.shape[-1] // 2
    x1, x2 = x[..., :h], x[..., h:]
    c, s = cos[..., :h], sin[..., :h]
    return torch.cat([x1 * c - x2 * s, x2 * c + x1 * s], -1)


class Norm(nn.Module):
    def __init__(self, d, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.eps = eps

    def forward(self, x):
        xf = x.float()
        y = xf * torch.rsqrt(xf.pow(2).mean(-1, keepdim=True) + self.eps)
        return (y * self.weight).to(x.dtype)


def masked_attention(q, k, v, mask):
    """q f32 [B, H, T, D], k and v f32 [B, H / r, S, D], mask as in Block: f32 [B, H, T, D].

    Plain products: on a CPU three times as fast, with its backward pass, as the fused operation with a mask.
    """
    b, h, t, d = q.shape
    groups, s = k.shape[1], k.shape[2]
    scores = (q * d ** -0.5).reshape(b, groups, h // groups * t, d) @ k.transpose(2, 3)
    scores.view(b, groups, h // groups, t, s).add_(mask[:, :, None])
    return (scores.softmax(-1) @ v).view(b, h, t, d)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.n1, self.n2 = Norm(c.dim, c.eps), Norm(c.dim, c.eps)
        self.q = nn.Linear(c.dim, c.heads * c.head, bias=False)
        self.k = nn.Linear(c.dim, c.kv_heads * c.head, bias=False)
        self.v = nn.Linear(c.dim, c.kv_heads * c.head, bias=False)
        self.o = nn.Linear(c.heads * c.head, c.dim, bias=False)
        self.gate = nn.Linear(c.dim, c.ffn, bias=False)
        self.up = nn.Linear(c.dim, c.ffn, bias=False)
        self.down = nn.Linear(c.ffn, c.dim, bias=False)

    def forward(self, x, cos, sin, at=None, mask=None, cache=None):
        """x f32 [B, T, E]; with at, only those positions of the flattened batch come out: f32 [N, E].

        mask: f32 [B or 1, 1, T, S], added to the attention scores (S counts the cached positions too); causal where None.
        cache: list that holds keys and values of earlier positions, each f32 [B, kv heads, S, head]; these are added.
        """
        c = self.c
        b, t, _ = x.shape
        h = self.n1(x)
        q = self.q(h).view(b, t, c.heads, c.head).transpose(1, 2)
        k = self.k(h).view(b, t, c.kv_heads, c.head).transpose(1, 2)
        v = self.v(h).view(b, t, c.kv_heads, c.head).transpose(1, 2)
        q, k = rotate(q, cos, sin).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        r = c.heads // c.kv_heads
        if mask is None:
            k = k[:, :, None].expand(b, c.kv_heads, r, t, c.head).reshape(b, c.heads, t, c.head)
            v = v[:, :, None].expand(b, c.kv_heads, r, t, c.head).reshape(b, c.heads, t, c.head)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            y = masked_attention(q, k, v, mask)
        y = y.transpose(1, 2).reshape(b, t, c.heads * c.head)
        if at is not None:
            x, y = x.flatten(0, 1)[at], y.flatten(0, 1)[at]
        x = x + self.o(y)
        h = self.n2(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.emb = nn.Embedding(cfg.vocab, cfg.dim)
        self.blocks = nn.ModuleList(Block(cfg) for _ in range(cfg.layers))
        self.norm = Norm(cfg.dim, cfg.eps)
        cos, sin = rope_tables(cfg, cfg.context)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.reset()

    @property
    def head_weight(self):
        return self.emb.weight

    def reset(self):
        c = self.cfg
        nn.init.normal_(self.emb.weight, std=0.05)
        for b in self.blocks:
            for m in (b.q, b.k, b.v, b.gate, b.up):
                nn.init.normal_(m.weight, std=c.dim ** -0.5)
            nn.init.normal_(b.o.weight, std=(c.heads * c.head) ** -0.5 / (2 * c.layers) ** 0.5)
            nn.init.normal_(b.down.weight, std=c.ffn ** -0.5 / (2 * c.layers) ** 0.5)

    def hidden(self, ids, at=None, positions=None, mask=None, cache=None):
        """f32 [B, T, E], or [N, E] of `at` in the flattened batch: the last block then works on those alone.

        positions: i64 [B, T], below the context; 0, 1, 2, … where None. mask: see Block. cache: one list per block.
        """
        t = ids.shape[1]
        x = self.emb(ids)
        cos, sin = (self.cos[:t], self.sin[:t]) if positions is None else (self.cos[positions][:, None], self.sin[positions][:, None])
        caches = cache or [None] * len(self.blocks)
        for b, kept in zip(self.blocks[:-1], caches):
            x = b(x, cos, sin, None, mask, kept)
        return self.norm(self.blocks[-1](x, cos, sin, at, mask, caches[-1]))

    def forward(self, ids):
        return self.hidden(ids) @ self.head_weight.t()

    def parameters_count(self):
        return sum(p.numel() for p in self.parameters())
