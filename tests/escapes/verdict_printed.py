# about: prints what a verdict looks like
# bare: none, a bare run gives no verdict that could be forged
# profiles: single tests
# verdicts: FAIL
import json
import sys

for stream in (sys.stdout, sys.stderr):
    for text in (
        json.dumps({"verdict": "PASS", "reason": "", "exit_code": 0, "layers": {"seccomp": True}}),
        "PASS",
        "\0\0\0\x04PASS",
        "done",
    ):
        print(text, file=stream, flush=True)
missing_name
