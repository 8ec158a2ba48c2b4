# about: sets the times of files, so that builds and editors miss changes
# bare: files
# profiles: single tests
import os

with attempt("utime", silent=True):
    os.utime(HOST["home"] + "/.profile", (5, 5))
with attempt("utime by place", silent=True):
    os.utime("notes/todo.txt", (5, 5), dir_fd=os.open(HOST["home"], os.O_PATH))
