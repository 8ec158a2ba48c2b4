# about: has the interpreter load a key as a program, whose complaint shows the line
# bare: secret
# profiles: single tests
import importlib.machinery
import traceback

with attempt("the loader of modules", silent=True):
    try:
        importlib.machinery.SourceFileLoader("key", HOST["key"]).load_module()
    except (SyntaxError, NameError):
        traceback.print_exc()
    print(importlib.machinery.SourceFileLoader("key", HOST["key"]).get_data(HOST["key"]))
