# about: temporary files, folders, archives and copies
# bare: fine
# profiles: single tests
# verdicts: PASS
import os
import pathlib
import shutil
import tempfile
import zipfile

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "inner", "text.txt")
    path.parent.mkdir()
    path.write_text("grüße\n", encoding="utf-8")
    os.chmod(path, 0o600)
    shutil.copy2(path, path.with_suffix(".bak"))
    with zipfile.ZipFile(pathlib.Path(folder, "all.zip"), "w") as archive:
        archive.write(path, "text.txt")
    assert zipfile.ZipFile(pathlib.Path(folder, "all.zip")).read("text.txt").decode() == "grüße\n"
    assert sorted(it.name for it in path.parent.iterdir()) == ["text.bak", "text.txt"]
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("x")
    file.seek(0)
    assert file.read() == "x"
with open("beside.txt", "w") as beside:
    beside.write("x")
os.replace("beside.txt", "moved.txt")
assert os.path.exists("moved.txt")
print("fine")
