"""The card of an exported Rodimus+ model, from its files, the log of its training and its evaluation.

python -m inkspan_train.card --model ../public/models/nano-rodimus --log W/rodimus-nano/log.jsonl --planned 30842880
       [--beside W/nano/log.jsonl] [--evaluation OUT.json] [--beside-evaluation NANO.json] [--kv-bytes 1280]

--evaluation is what `evaluate run --window 512 --json OUT.json` wrote; --beside and --beside-evaluation are the log of the softmax model that was
trained on the same data and its exact answers, {task: %}; --kv-bytes its keys and values a token. The card goes to stdout.
"""
import argparse
import json
import os

from safetensors import safe_open

from . import rodimus

LENGTHS = (1024, 4096, 16384)
MARKS = 12


def state_bytes(c):
    """State and tail of the convolution in f32, the window's keys (one head) and values (all heads) in f16, of all layers."""
    mixer = (c.mem_size + 3) * c.inner * 4
    window = (c.look_back + 1) * (1 + c.heads) * c.head * 2 if c.plus else 0
    return c.layers * (mixer + window)


def losses(path):
    """[(tokens, loss)] in the order of training; a resumed run may have logged a place twice, the last one counts."""
    with open(path) as f:
        rows = [json.loads(line) for line in f if line.strip()]
    return sorted({row["tokens"]: row["loss"] for row in rows}.items())


def at(curve, tokens):
    """The last loss logged up to a mark; None where the run had not begun or did not go so far."""
    before = [loss for seen, loss in curve if seen <= tokens]
    return before[-1] if before and curve[-1][0] >= tokens else None


def loss_table(own, beside):
    """At the marks of the other model's log, where there is one: both were read there then."""
    end = own[-1][0]
    yield "| tokens | loss |" + (" softmax nano |" if beside else "")
    yield "| ---: | ---: |" + (" ---: |" if beside else "")
    marks = [end * i // MARKS for i in range(1, MARKS + 1)]
    if beside:
        there = [tokens for tokens, _ in beside if tokens <= end]
        marks = there[::-(-len(there) // MARKS)]
    for mark in marks:
        cells = [f"{x:.2f}" if x is not None else "–" for x in (at(c, mark) for c in (own, beside) if c)]
        yield f"| {mark / 1e6:.1f} M | " + " | ".join(cells) + " |"


def evaluation_table(table, beside):
    sides = sorted({key for row in table.values() for key in row if key.startswith(("inside", "beyond"))}, reverse=True)
    yield "| task | exact, % | questions |" + "".join(f" {side} tokens, % (n) |" for side in sides) + (" softmax nano, % |" if beside else "")
    yield "| --- | ---: | ---: |" + " ---: |" * (len(sides) + bool(beside))
    for task, row in table.items():
        cells = "".join(f" {row[s][0]} ({row[s][1]}) |" if s in row else " – |" for s in sides)
        yield f"| {task} | {row['exact']} | {row['questions']} |{cells}" + (f" {(beside.get(task) or {}).get('exact', '–')} |" if beside else "")


def card(folder, log, planned, beside, evaluation, beside_evaluation, kv_bytes):
    with open(os.path.join(folder, "config.json")) as f:
        described = json.load(f)
    c, seen = rodimus.Config.published(described), described["inkspan_trained_tokens"]
    path = os.path.join(folder, "model.safetensors")
    with safe_open(path, "np") as f:
        parameters = sum(f.get_tensor(name).size for name in f.keys())
    state = state_bytes(c)
    own = [row for row in losses(log) if row[0] <= seen]  # the run may have gone on since
    yield "# Inkspan nano Rodimus+"
    yield ""
    if seen < planned:
        yield f"**Not fully trained**: {seen / 1e6:.2f} of {planned / 1e6:.2f} million tokens."
        yield ""
    yield f"- **Files**: `model.safetensors` ({os.path.getsize(path) / 1e6:.1f} MB), `config.json`, `tokenizer.json`, `tokenizer_config.json`; the published format of Rodimus+"
    yield f"- **Size**: {parameters / 1e6:.2f} million parameters: {c.layers} layers of width {c.d_model}, mixers of width {c.inner} with a state of {c.mem_size} rows,"
    yield f"  {c.heads} heads of {c.head} with one shared key head, a window of {c.look_back + 1} tokens, FFN {c.ffn}"
    yield "- **Tokenizer, prompt, data**: those of nano (nano.card.md)"
    yield "- **Beyond the window** it finds less: longer documents are answered from passages read again"
    yield "- **Licence**: Apache-2.0 for the weights, as the rest of the project"
    yield from ("", "## Memory", "", "| tokens of text | state, bytes | keys and values of nano, bytes |", "| ---: | ---: | ---: |")
    yield from (f"| {n:,} | {state:,} | {n * kv_bytes:,} |" for n in LENGTHS)
    yield from ("", "## Training", "", f"{seen / 1e6:.2f} million tokens, phases of `training/phases/rodimus-nano.json`.", "")
    yield from loss_table(own, beside and losses(beside))
    if evaluation:
        with open(evaluation) as f:
            table = json.load(f)
        yield from ("", "## Evaluation", "", "Exact match of the whole answer; inside and beyond: by where the answer stands in the text.", "")
        other = {}
        if beside_evaluation:
            with open(beside_evaluation) as f:
                other = json.load(f)
        yield from evaluation_table(table, other)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--log", required=True)
    ap.add_argument("--planned", type=int, required=True, help="tokens of the whole curriculum")
    ap.add_argument("--beside")
    ap.add_argument("--evaluation")
    ap.add_argument("--beside-evaluation")
    ap.add_argument("--kv-bytes", type=int, default=1280)
    a = ap.parse_args()
    for line in card(a.model, a.log, a.planned, a.beside, a.evaluation, a.beside_evaluation, a.kv_bytes):
        print(line)


if __name__ == "__main__":
    main()
