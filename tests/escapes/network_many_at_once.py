# about: sends by a call for several messages, which rules about single ones miss
# bare: listener if x86_64
# profiles: single tests
import ctypes
import socket
import struct

with attempt("sendmmsg", silent=True):
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    target = ctypes.create_string_buffer(
        struct.pack("=H", socket.AF_INET) + struct.pack("!H", HOST["udp"]) + socket.inet_aton("127.0.0.1") + bytes(8)
    )
    word = ctypes.create_string_buffer(b"hello")
    part = ctypes.create_string_buffer(struct.pack("=QQ", ctypes.addressof(word), 5))
    message = ctypes.create_string_buffer(
        struct.pack("=QI4xQQQQi4xI4x", ctypes.addressof(target), 16, ctypes.addressof(part), 1, 0, 0, 0, 0)
    )
    checked(libc().sendmmsg(door.fileno(), message, 1, 0))
