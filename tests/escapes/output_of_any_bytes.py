# about: writes bytes that are no text
# bare: succeeds
# profiles: single tests
# verdicts: PASS
import os
import sys

os.write(1, bytes(range(256)) * 16)
os.write(2, b"\xed\xa0\x80\xff\xfe\xc0\x80" * 64)
sys.stdout.buffer.write(b"\xf0\x9f")
