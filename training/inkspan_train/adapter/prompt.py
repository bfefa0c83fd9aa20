"""The prompt of the reader adapter: the chat template of SmolLM2 around a text and a question.

The app builds the same tokens (src/engine/tokenizer/question-wording.ts). Only these functions write control tokens.
"""
NOT_IN_TEXT = "That is not in the text."
SYSTEM = ("You answer questions about a text. Answer in a few words taken from the text. "
          f"If the text does not answer the question, say: {NOT_IN_TEXT}")
PLAIN_SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"  # the template's own
END = "<|im_end|>"


def turn(role, content):
    return f"<|im_start|>{role}\n{content}{END}\n"


def passage(text, label=None):
    return f"[{label}] {text}" if label else text


def before_question(passages, system=SYSTEM):
    """Everything up to the question: the same for all questions about these passages."""
    text = "\n\n".join(passages)
    return f"<|im_start|>system\n{system}{END}\n<|im_start|>user\nText:\n{text}\n\nQuestion:"


def question(text, history=()):
    """What follows before_question, up to where the answer begins. history: (question, answer) of earlier turns."""
    out = ""
    for q, a in [*history, (text, None)]:
        out += (f"<|im_start|>user\n{q}" if out else f" {q}") + END + "\n"
        out += turn("assistant", a) if a is not None else "<|im_start|>assistant\n"
    return out


def chat(messages, system=PLAIN_SYSTEM):
    """A conversation without a text: (before, rest) like before_question and question; messages begin and end with the user."""
    rest = messages[0] + END + "\n"
    for i, m in enumerate(messages[1:]):
        rest += turn("assistant" if i % 2 == 0 else "user", m)
    return turn("system", system) + "<|im_start|>user\n", rest + "<|im_start|>assistant\n"
