# about: text of all languages
# bare: fine
# profiles: single tests
# verdicts: PASS
import sys
import unicodedata

for text in ("grüße", "Ωμέγα", "עברית", "日本語", "😀", "e\u0301"):
    print(text, unicodedata.normalize("NFC", text), text.encode("utf-8"))
assert sys.getfilesystemencoding() == "utf-8"
print("fine")
