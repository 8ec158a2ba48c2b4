# about: raises an exception whose text never ends, or fails
# bare: none, it would only take its time
# verdicts: FAIL TIMEOUT LIMIT
class Bomb(Exception):
    def __str__(self):
        raise Bomb

    def __repr__(self):
        return str(self)


raise Bomb
