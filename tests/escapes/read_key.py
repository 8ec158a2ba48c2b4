# about: reads a key in the home
# bare: secret
# profiles: single tests
with attempt("the key"):
    print(open(HOST["key"]).read())
