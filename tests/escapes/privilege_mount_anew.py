# about: mounts by the newer calls
# bare: says if root
# profiles: single tests
with attempt("fsopen"):
    syscall(430, b"tmpfs", 0)
with attempt("open_tree"):
    syscall(428, -100, b".", 1)
with attempt("mount_setattr"):
    import ctypes

    syscall(442, -100, b".", 0, ctypes.create_string_buffer(32), 32)
