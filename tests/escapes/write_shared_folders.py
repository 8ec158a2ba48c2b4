# about: leaves a file where everybody may write
# bare: files
# profiles: single tests
import os

for folder in HOST["shared"]:
    with attempt(folder, silent=True):
        os.close(os.open(os.path.join(folder, HOST["token"]), os.O_CREAT | os.O_WRONLY))
with attempt("shared memory by its name", silent=True):
    from multiprocessing import shared_memory

    shared_memory.SharedMemory(HOST["token"], create=True, size=64)
