# about: opens a socket by the numbers of 32-bit programs, which filters for 64 bits do not know
# bare: says if x86_64 kernel
# profiles: single tests
import ctypes
import mmap

with attempt("interrupt 0x80"):
    # push rbx; mov eax, 359; mov ebx, AF_INET; mov ecx, SOCK_STREAM; xor edx, edx; int 0x80; pop rbx; ret
    words = b"\x53\xb8\x67\x01\0\0\xbb\x02\0\0\0\xb9\x01\0\0\0\x31\xd2\xcd\x80\x5b\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(words)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    code = call()
    if code < 0:
        raise OSError(-code, "refused")
