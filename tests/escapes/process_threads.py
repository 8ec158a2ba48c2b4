# about: has six hundred threads at once
# bare: says
# profiles: single tests
import threading

with attempt("600 threads"):
    threading.stack_size(1 << 16)
    end = threading.Event()
    threads = []
    try:
        for _ in range(600):
            threads.append(threading.Thread(target=end.wait, daemon=True))
            threads[-1].start()
        # They stay for a while, or they were no burden.
        threads[-1].join(0.5)
    finally:
        end.set()
