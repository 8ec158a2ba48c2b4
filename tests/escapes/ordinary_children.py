# about: starts other programs and reads what they say
# bare: fine
# profiles: tests
# verdicts: PASS
import os
import subprocess
import sys

script = "import sys; print(sys.stdin.read().upper(), end='')"
done = subprocess.run([sys.executable, "-c", script], input="hello", capture_output=True, text=True, check=True)
assert done.stdout == "HELLO"
assert subprocess.check_output(["sh", "-c", "echo one | cat"]) == b"one\n"
child = os.fork()
if child == 0:
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
print("fine")
