# about: wakes itself thousands of times a second and waits for no end
# bare: outlives
# verdicts: TIMEOUT LIMIT
import signal

say("TRYING", "timers")
signal.signal(signal.SIGALRM, lambda number, frame: None)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
while True:
    signal.pause()
