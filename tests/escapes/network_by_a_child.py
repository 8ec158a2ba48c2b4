# about: lets a shell connect
# bare: listener if bash
# profiles: single tests
import subprocess

with attempt("a shell", silent=True):
    subprocess.run(
        ["bash", "-c", f"echo hello > /dev/tcp/127.0.0.1/{HOST['tcp4']}"], check=False, stderr=subprocess.DEVNULL
    )
