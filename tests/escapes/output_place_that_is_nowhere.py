# about: its mistake is in a file and a line that do not exist
# bare: none, it shows as well as it can
# verdicts: FAIL
text = "\n" * 100_000 + "missing_name"
exec(compile(text, "\x1b[31m/etc/passwd\n\"", "exec"))
