# about: has itself told when somebody changes a file of the project
# bare: says
# profiles: single tests
# project: yes
import fcntl
import os

with attempt("a notice"):
    folder = os.open(HOST["project"], os.O_RDONLY)
    fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_MODIFY | fcntl.DN_CREATE)
