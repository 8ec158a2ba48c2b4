# about: ignores every signal that can be ignored, in all its threads, and waits
# bare: outlives
# verdicts: TIMEOUT LIMIT
import signal
import threading

say("TRYING", "ignoring signals")
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
threading.Thread(target=threading.Event().wait).start()
while True:
    signal.pause()
