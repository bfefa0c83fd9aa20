"""Conversation that must stay as it was: prompts, the plain model's own answers, and a look at both models side by side.

python -m inkspan_train.adapter.chat answers --base BASE.gguf --out W/chat.jsonl            # once, before training
python -m inkspan_train.adapter.chat compare --base BASE.gguf --ckpt W/last.pt --out W/conversation.md
"""
import argparse
import json
import time

import torch

from . import generate, lora, prompt
from .base import read_base

LONGEST = 72  # tokens of an answer

GREETINGS = ["Hello!", "Hi there", "Good morning!", "Hey, how are you?", "Who are you?", "What is your name?", "What can you do?",
             "Thank you!", "Thanks, that helped.", "Goodbye!", "Can you help me?", "Are you a human?", "Tell me a joke.", "I am bored."]
TOPICS = ["photosynthesis", "the moon", "gravity", "bread", "chess", "the water cycle", "a volcano", "electricity", "democracy", "jazz",
          "bees", "the ocean", "inflation", "a rainbow", "yoga", "computers", "the heart", "recycling", "football", "tea"]
ABOUT = ["What is {t}?", "Explain {t} to a child.", "Tell me something interesting about {t}.", "Why is {t} important?",
         "Write two sentences about {t}."]
TASKS = ["Write a short poem about autumn.", "Give me three ideas for dinner.", "Write a polite email asking for a day off.",
         "What is 12 plus 7?", "Translate 'good night' into French.", "Name five fruits.", "What is the capital of Italy?",
         "How do I boil an egg?", "Give me tips for sleeping better.", "Write a haiku about rain.", "How can I learn to draw?",
         "Suggest a name for a cat.", "What should I pack for a hike?", "Rewrite this more politely: Send me the file now.",
         "Make a list of things to do in spring.", "How many days are in a week?", "Write the first line of a mystery story.",
         "What are the primary colours?", "How do I make new friends?", "Give me a motivational quote."]
FOLLOW_UPS = ["Can you say that more simply?", "Why?", "Give me an example.", "Thanks! Anything else I should know?"]

# The fixed prompts that are looked at; none of them is answered in training.
FIXED = [
    ["Hi!"], ["Hello, who made you?"], ["How are you today?"], ["What can you help me with?"], ["Thank you very much!"],
    ["What is the capital of France?"], ["Why is the sky blue?"], ["What is 7 times 8?"], ["Explain what a black hole is."],
    ["Write a short story about a dragon."], ["Write a poem about the sea."], ["Give me a recipe for pancakes."],
    ["How do I write a good cover letter?"], ["List three benefits of exercise."], ["What is machine learning?"],
    ["Translate 'thank you' into Spanish."], ["Tell me a fun fact about cats."], ["What is the largest planet?"],
    ["Write a Python function that adds two numbers."], ["How can I save money?"], ["What does the word 'serene' mean?"],
    ["Suggest a good book to read."], ["Give me five words that rhyme with light."], ["How does a bicycle stay upright?"],
    ["I feel sad today."], ["What is the difference between a frog and a toad?"], ["Describe a quiet village in winter."],
    ["What is your favourite colour?"],
    ["What is a neural network?", None, "Can you explain it to a child?"], ["Name a country in Africa.", None, "What is its capital?"],
]


def asked():
    out = [[x] for x in GREETINGS + TASKS]
    out += [[a.format(t=t)] for i, t in enumerate(TOPICS) for a in (ABOUT[i % 5], ABOUT[(i + 2) % 5])]
    return out


def text_of(messages):
    return "".join(prompt.chat(messages))


def reply(model, tok, conversations, longest=LONGEST):
    """The model's answer to each conversation: (text, ended by itself)."""
    stop, ids = tok.token_to_id(prompt.END), [tok.encode(text_of(c)).ids for c in conversations]
    order, out = sorted(range(len(ids)), key=lambda i: len(ids[i])), [None] * len(ids)
    for i in range(0, len(order), 16):
        part = order[i:i + 16]
        for j, a in zip(part, generate.greedy(model, [ids[j] for j in part], longest, stop)):
            out[j] = (tok.decode(a), len(a) < longest)
    return out


def write_answers(base, path):
    model, tok = read_base(base)
    first = asked()
    given = reply(model, tok, first)
    out = [{"messages": c, "answer": a, "ended": e} for c, (a, e) in zip(first, given)]
    second = [[*c, a, FOLLOW_UPS[i % 4]] for i, (c, (a, e)) in enumerate(zip(first, given)) if e and i % 3 == 0]
    out += [{"messages": c, "answer": a, "ended": e} for c, (a, e) in zip(second, reply(model, tok, second))]
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(x, ensure_ascii=False) + "\n" for x in out)
    print(len(out), "conversations,", sum(x["ended"] for x in out), "answers that ended by themselves")


def compare(base, ckpt, path):
    from .train import load_adapter
    model, tok = read_base(base)
    loras = load_adapter(model, ckpt)
    sides = []
    for on in (False, True):
        lora.switch(loras, on)
        one = reply(model, tok, [c[:1] for c in FIXED], 100)
        two = [[c[0], a, c[2]] for c, (a, _) in zip(FIXED, one) if len(c) == 3]
        more = iter(reply(model, tok, two, 100))
        sides.append([(a, next(more)[0] if len(c) == 3 else None) for c, (a, _) in zip(FIXED, one)])
    with open(path, "w", encoding="utf-8") as f:
        for c, plain, read in zip(FIXED, *sides):
            for k, q in enumerate((c[0], c[2]) if len(c) == 3 else c):
                f.write(f"**{q}**\n\nplain: {plain[k]}\n\nwith the adapter: {read[k]}\n\n")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("what", choices=["answers", "compare"])
    ap.add_argument("--base", required=True)
    ap.add_argument("--ckpt")
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    torch.set_num_threads(1)
    t = time.time()
    write_answers(a.base, a.out) if a.what == "answers" else compare(a.base, a.ckpt, a.out)
    print("seconds", round(time.time() - t))


if __name__ == "__main__":
    main()
