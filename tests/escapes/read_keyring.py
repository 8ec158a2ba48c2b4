# about: puts a key into the user's keyring, where it stays, and reads it back
# bare: says if x86_64 keys kernel
# profiles: single tests
import ctypes

with attempt("the keyring"):
    word = HOST["token"].encode()
    key = syscall(248, b"user", word, b"kept", 4, -4)
    text = ctypes.create_string_buffer(16)
    try:
        syscall(250, 11, key, text, 16, 0)
    finally:
        syscall(250, 9, key, -4, 0, 0)
