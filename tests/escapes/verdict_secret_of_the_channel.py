# about: puts itself between whoever judges it and the channel for verdicts, learns the word that makes them true, and says what it likes
# bare: none, a bare run gives no verdict that could be forged
# verdicts: FORGED EXITED_EARLY INCOMPLETE FAIL INCONCLUSIVE CRASH
# open: always, what runs in the same process can read what the process says; the gate before it tells
import os
import threading

kept = os.dup(4)
near, far = os.pipe()
os.dup2(far, 4)


def listen():
    word = os.read(near, 1 << 16).split(b" ")[0]
    os.write(kept, word + b" done\n")
    os._exit(0)


threading.Thread(target=listen).start()
missing_name
