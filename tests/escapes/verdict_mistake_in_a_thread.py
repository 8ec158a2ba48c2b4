# about: its mistake happens in a thread, of which its end tells nothing
# bare: succeeds
# verdicts: PASS FAIL INCONCLUSIVE
import threading

thread = threading.Thread(target=lambda: missing_name)
thread.start()
thread.join()
