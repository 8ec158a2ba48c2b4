# about: writes commands to the terminal: colors, a new title, a text for the clipboard, keys to be typed
# bare: succeeds
# profiles: single tests
# verdicts: PASS
import sys

for stream in (sys.stdout, sys.stderr):
    stream.write("\x1b[31mred\x1b]0;title\x07\x1b]52;c;cGxhbnRlZA==\x07\x1bP+q544e\x1b\\\x9b5n\x1b[6n\r\x08\x1b[2J\n")
