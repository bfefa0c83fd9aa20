"""A row of training: one text and several questions about it, each of which sees the text and itself alone.

The text is computed once for all its questions, so a row of 700 tokens teaches five or six answers. Positions of each
question go on from the text, as if it were the only one.
"""
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ..model import masked_attention, rotate


@dataclass
class Branch:
    asked: list     # ids after the text, up to where the answer begins
    answer: list    # ids of the answer with its end
    kind: str


@dataclass
class Row:
    text: list
    branches: list

    def __len__(self):
        return len(self.text) + sum(len(b.asked) + len(b.answer) for b in self.branches)


def tensors(row):
    """ids and positions i64 [1, T]; attention bias f32 [1, 1, T, T]."""
    ids, part, positions = list(row.text), [0] * len(row.text), list(range(len(row.text)))
    for i, b in enumerate(row.branches):
        n = len(b.asked) + len(b.answer)
        ids += b.asked + b.answer
        part += [i + 1] * n
        positions += range(len(row.text), len(row.text) + n)
    part = torch.tensor(part)
    allowed = ((part[None, :] == 0) | (part[None, :] == part[:, None])).tril()
    mask = torch.zeros(len(ids), len(ids)).masked_fill_(~allowed, float("-inf"))
    return torch.tensor([ids]), torch.tensor([positions]), mask[None, None]


def targets(row):
    """Where answers are predicted: positions in the row, ids that should come, weights.

    Where to look is decided by the first tokens; the rest of a long answer is copying, which is easy.
    """
    at, want, weight, p = [], [], [], len(row.text)
    for b in row.branches:
        p += len(b.asked)
        w = np.full(len(b.answer), 0.3)
        w[:5] = 1
        w[0] = 1.5
        w[-1] = 1
        at += range(p - 1, p - 1 + len(b.answer))
        want += b.answer
        weight += w.tolist()
        p += len(b.answer)
    return torch.tensor(at), torch.tensor(want), torch.tensor(weight, dtype=torch.float32)


def hidden(model, row, at, through):
    """f32 [N, E]: states at the positions `at` of the row, all of them in its questions.

    through: whether gradients run through the text's own states. Where not, the text still teaches how it becomes keys and
    values in every block (of k and v of the text, of everything of the questions), at 60 % of the work.
    """
    ids, positions, mask = tensors(row)
    if through:
        return model.hidden(ids, at, positions, mask)
    n, c = len(row.text), model.cfg
    x, cos, sin = model.emb(ids)[0], model.cos[positions[0]], model.sin[positions[0]]
    text, asked = x[:n], x[n:]

    def heads(y, count):
        return y.view(1, -1, count, c.head).transpose(1, 2)

    def after(block, x, y):
        x = x + block.o(y.transpose(1, 2).reshape(len(x), -1))
        h = block.n2(x)
        return x + block.down(F.silu(block.gate(h)) * block.up(h))

    for block in model.blocks:
        h = block.n1(text)
        k, v = rotate(heads(block.k(h), c.kv_heads), cos[:n], sin[:n]), heads(block.v(h), c.kv_heads)
        g = block.n1(asked)
        q = rotate(heads(block.q(g), c.heads), cos[n:], sin[n:])
        k2, v2 = rotate(heads(block.k(g), c.kv_heads), cos[n:], sin[n:]), heads(block.v(g), c.kv_heads)
        asked = after(block, asked, masked_attention(q, torch.cat([k, k2], 2), torch.cat([v, v2], 2), mask[:, :, n:]))
        if block is not model.blocks[-1]:
            with torch.no_grad():
                q = rotate(heads(block.q(h), c.heads), cos[:n], sin[:n])
                text = after(block, text, masked_attention(q, k, v, mask[:, :, :n, :n]))
    return model.norm(asked[at - n])
