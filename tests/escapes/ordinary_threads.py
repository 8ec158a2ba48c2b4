# about: threads, locks and pools of threads
# bare: fine
# profiles: single tests
# verdicts: PASS
import threading
from concurrent.futures import ThreadPoolExecutor

total, lock = 0, threading.Lock()


def add(number):
    global total
    with lock:
        total += number


with ThreadPoolExecutor(8) as pool:
    list(pool.map(add, range(1000)))
assert total == 499500
print("fine")
