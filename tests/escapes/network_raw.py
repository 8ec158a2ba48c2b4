# about: reads and writes raw packets
# bare: says if root
# profiles: single tests
import socket

with attempt("packets of any kind"):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
with attempt("raw ICMP"):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
