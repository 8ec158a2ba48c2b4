# about: puts pipes and sockets where others will open them and hang
# bare: files
# profiles: single tests
import os
import socket

with attempt("a pipe", silent=True):
    os.mkfifo(HOST["home"] + "/pipe")
with attempt("a socket", silent=True):
    socket.socket(socket.AF_UNIX).bind(HOST["home"] + "/socket")
with attempt("a folder", silent=True):
    os.mkdir(HOST["home"] + "/folder")
