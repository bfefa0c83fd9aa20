"""A smoke run without any corpus: tokenizer, a few training steps, resume, export, reload, evaluation parts.

python smoke.py            (about half a minute on one core; needs the packages of requirements.txt)
"""
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def corpus(folder):
    """Invented prose in the corpus format: documents between lines that hold only U+001E."""
    from inkspan_train import families as FA, facts as FX
    import lzma
    r = random.Random(3)
    for name in ("train-books-01.txt.xz", "train-docs-01.txt.xz"):
        docs = []
        for _ in range(24):
            docs.append("\n\n".join(" ".join(f["stmt"] for f in FX.facts(r, 6)) for _ in range(20)))
        with lzma.open(os.path.join(folder, name), "wt", encoding="utf-8") as f:
            f.write("\n\x1e\n".join(docs) + "\n")
    assert FA.cap("the") == "The"


def main():
    passed = 0

    def ok(what, cond=True):
        nonlocal passed
        assert cond, what
        passed += 1
        print("ok", what, flush=True)

    with tempfile.TemporaryDirectory() as tmp:
        src, work = os.path.join(tmp, "corpus"), os.path.join(tmp, "work")
        os.makedirs(src)
        corpus(src)
        from inkspan_train import tokenizer
        tokenizer.SHARDS[:] = [("train-books-01.txt.xz", 1), ("train-docs-01.txt.xz", 1)]
        sys.argv = ["tokenizer", "--corpus", src, "--work", work, "--vocab", "512"]
        tokenizer.main()
        ok("tokenizer and token arrays", os.path.exists(os.path.join(work, "train-books.npy")))

        from inkspan_train.mix import Mix
        m = Mix(work)
        tasks = {"repeat:64": 1, "textrep": 1, "lm": 1, "kv": 1, "items:back": 1, "items:fwd": 1, "easy:dense": 1, "fact:dense": 1, "dup:plain": 1,
                 "extra:snip": 1, "cloze": 1, "quote": 1, "cloze:snip": 1}
        a, b = m.batch(5, tasks, 256, 4096), m.batch(5, tasks, 256, 4096)
        ok("batches are functions of the seed", (a[0] == b[0]).all() and a[2] == b[2])
        ok("answers are inside rows", all(0 < s < e <= 257 for _, s, e, _ in a[2]) and len(a[2]) > 8)

        import numpy as np

        from inkspan_train.train import spread
        p = spread(40, 256, 1024, 1.0, 3)
        ok("spread positions rise, stay below the context and reach its end", (p[:, 0] == 0).all() and (np.diff(p) >= 1).all()
           and 900 < p.max() < 1024)
        ok("full rows are not spread", (spread(2, 1024, 1024, 1.0, 3) == np.arange(1024)).all())

        from inkspan_train import families as FA, natural as NA, wording as WO, words as W
        r = random.Random(11)
        ask = {WO.attribute_question(r) for _ in range(30_000)}
        tell = {WO.attribute_statement(r) for _ in range(30_000)} | {WO.apposed_statement(r, W.first) for _ in range(30_000)}
        ok(f"the grammar has {len(ask)} ways to ask and {len(tell)} to state, none of them held out",
           len(ask) > 1000 and len(tell) > 300 and not ask & set(FA.G_QS[-FA.G_HELD:])
           and not {s.casefold() for s in tell} & {s.casefold() for s in FA.G_STMTS[-FA.G_HELD:]})
        ok("no held-out way to ask for a sentence or a word is trained on",
           NA.HELD_QUOTE not in {NA.quote_pattern(r) for _ in range(5000)}
           and NA.HELD_GAP not in {NA.gap_pattern(r) for _ in range(5000)})

        phases = os.path.join(tmp, "phases.json")
        json.dump([{"name": "a", "len": 64, "tasks": {"repeat:64": 1, "lm": 1}, "steps": 3},
                   {"name": "b", "len": 128, "tasks": {"kv": 1, "easy:dense": 1}, "steps": 10}], open(phases, "w"))
        env = dict(os.environ, PYTHONPATH=HERE, CUDA_VISIBLE_DEVICES="")
        for steps in ("4", "6"):
            subprocess.run([sys.executable, "-m", "inkspan_train.train", "--config", "smoke", "--work", work, "--run", "t",
                            "--phases", phases, "--steps", steps, "--batch", "512", "--no-compile", "--threads", "1"],
                           check=True, env=env)
        from inkspan_train import export
        ckpt = os.path.join(work, "t", "last.pt")
        model, cfg, state = export.load(ckpt)
        ok("training resumes from its checkpoint", state["step"] == 6 and state["phase"] == 1)

        import torch
        path = os.path.join(tmp, "t.gguf")
        for kind, tol in (("q8_0", 0.2), ("f16", 0.02)):
            export.write_gguf(path, model, cfg, os.path.join(work, "tokenizer.json"), "smoke", kind)
            again, cfg2 = export.read_gguf(path)
            x = torch.randint(5, cfg.vocab, (1, 40))
            with torch.no_grad():
                d = float((model(x) - again(x)).abs().max())
            ok(f"GGUF {kind} reloads to the same logits ({d:.4f})", d < tol)
        export.split(path, 1)
        ok("parts", os.path.exists(path + ".000"))
        export.write_safetensors(os.path.join(tmp, "st"), model, cfg, work)
        ok("safetensors", os.path.exists(os.path.join(tmp, "st", "model.safetensors")))

        json.dump([{"name": "a", "len": 64, "tasks": {"repeat:64": 1, "lm": 1}, "tokens": 1536},
                   {"name": "b", "len": 200, "tasks": {"kv": 1}, "lr": 1, "lr_end": 0, "tokens": 4000, "head_share": 0.5}], open(phases, "w"))
        for steps in ("4", "0"):
            subprocess.run([sys.executable, "-m", "inkspan_train.train", "--config", "rodimus-smoke", "--work", work, "--run", "r",
                            "--phases", phases, "--steps", steps, "--batch", "512", "--no-compile", "--threads", "1"],
                           check=True, env=env)
        model, cfg, state = export.load(os.path.join(work, "r", "last.pt"))
        ok("a Rodimus+ is trained to the end of the last phase's tokens", state["phase"] == 2 and 4000 <= state["tokens"] < 4600)
        folder = os.path.join(tmp, "rodimus")
        export.write_rodimus(folder, model, cfg, work, "smoke", state)
        again = export.read(folder)
        ids = torch.randint(5, cfg.vocab, (1, 200))
        with torch.no_grad():
            want = model(ids)
            d = float((want - again(ids)).abs().max())
            memory, parts = again.fresh_memory(), []
            for at in range(0, 200, 33):
                part = ids[:, at:at + 33]
                parts.append(again(part, memory, torch.arange(at, at + part.shape[1])))
            e = float((torch.cat(parts, 1) - again(ids)).abs().max())
        ok(f"its checkpoint reloads to the same logits ({d:.4f}), read in pieces to the same as in one pass ({e:.6f})", d < 0.02 and e < 1e-3)
        ok("the file states the window that was trained", again.cfg == cfg and memory[0]["k"].shape[1] == cfg.look_back + 1)
    print(f"{passed} passed, 0 failed")


if __name__ == "__main__":
    main()
