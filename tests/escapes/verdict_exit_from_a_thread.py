# about: a thread ends the whole program while it waits before its mistake
# bare: succeeds
# verdicts: EXITED_EARLY INCOMPLETE
import os
import threading

thread = threading.Thread(target=os._exit, args=(0,))
thread.start()
thread.join()
missing_name
