# about: leaves by an exception that lies about where it was raised
# bare: succeeds
# verdicts: EXITED_EARLY FAIL FORGED INCOMPLETE
class Place:
    tb_lineno = 1 << 30
    tb_next = None
    tb_frame = None


class Inner(Place):
    tb_next = Place()


class Out(SystemExit):
    code = 0
    __traceback__ = Inner()


raise Out
missing_name
