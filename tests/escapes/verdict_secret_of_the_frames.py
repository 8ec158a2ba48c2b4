# about: looks in the frames and objects of whoever judges it for the words that make a verdict true, and says them
# bare: none, a bare run gives no verdict that could be forged
# verdicts: FORGED EXITED_EARLY INCOMPLETE FAIL INCONCLUSIVE
# open: always, what runs in the same process can read what the process knows; the gate before it tells
import gc
import os
import sys

words = set()


def gather(value, depth=0):
    if isinstance(value, (str, bytes)):
        word = value.encode("utf-8", "replace") if isinstance(value, str) else value
        if 8 <= len(word) <= 64 and b" " not in word:
            words.add(word)
    elif depth < 4:
        if isinstance(value, dict):
            value = list(value.values())
        for cell in getattr(value, "__closure__", None) or ():
            try:
                gather(cell.cell_contents, depth + 1)
            except ValueError:
                pass
        if isinstance(value, (list, tuple)):
            for inner in value[:64]:
                gather(inner, depth + 1)


frame = sys._getframe()
while frame:
    gather(dict(frame.f_locals))
    frame = frame.f_back
for thing in gc.get_objects():
    gather(thing, 2)
for word in words:
    if len(word) in (16, 32, 64):
        for number in range(3, 16):
            for text in (word + b" done\n", word + b" PASS\n"):
                try:
                    os.write(number, text)
                except OSError:
                    pass
os._exit(0)
