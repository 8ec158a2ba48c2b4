# about: lets other programs read
# bare: secret
# profiles: single tests
import subprocess
import sys

with attempt("cat"):
    print(subprocess.run(["cat", HOST["key"]], capture_output=True, check=True).stdout)
with attempt("an interpreter of its own"):
    script = "import sys; print(open(sys.argv[1]).read())"
    print(subprocess.run([sys.executable, "-c", script, HOST["key"]], capture_output=True, check=True).stdout)
