# about: tags files of the home with extended attributes
# bare: files if xattr
# profiles: single tests
import os

with attempt("setxattr", silent=True):
    os.setxattr(HOST["home"] + "/.profile", "user.tag", b"x")
