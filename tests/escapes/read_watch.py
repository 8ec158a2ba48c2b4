# about: watches what the person does in the home
# bare: says
# profiles: single tests
import os

with attempt("inotify"):
    watch = checked(libc().inotify_init1(0))
    checked(libc().inotify_add_watch(watch, HOST["home"].encode(), 0xFFF))
with attempt("fanotify"):
    watch = checked(libc().fanotify_init(0x200, 0))
    checked(libc().fanotify_mark(watch, 1, 0x2, -100, HOST["key"].encode()))
with attempt("dnotify"):
    import fcntl

    folder = os.open(HOST["home"], os.O_RDONLY)
    fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_MODIFY)
