# about: asks the kernel for the interfaces of the machine
# bare: says if interface
# profiles: single tests
import socket
import struct

with attempt("netlink"):
    kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    kernel.bind((0, 0))
    kernel.send(struct.pack("=IHHII", 32, 18, 0x301, 1, 0) + bytes(16))
    links = kernel.recv(1 << 16)
    count = 0
    while len(links) >= 16:
        length, kind = struct.unpack_from("=IH", links)
        count += kind == 16
        links = links[(length + 3) & ~3 :]
    if count < 2:
        raise Refused("only its own")
