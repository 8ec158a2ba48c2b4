# about: alarms, handlers, and a pair of sockets to wake up by
# bare: fine
# verdicts: PASS
import signal
import socket

near, far = socket.socketpair()
near.setblocking(False)
signal.set_wakeup_fd(near.fileno())
signal.signal(signal.SIGALRM, lambda number, frame: None)
signal.setitimer(signal.ITIMER_REAL, 0.01)
assert far.recv(1)
signal.raise_signal(signal.SIGALRM)
print("fine")
