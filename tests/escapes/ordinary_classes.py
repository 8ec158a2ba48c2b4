# about: what names and modules a program sees of itself
# bare: fine
# profiles: single tests
# verdicts: PASS
import dataclasses
import inspect
import os
import pickle
import sys
import typing


@dataclasses.dataclass
class Point:
    x: int
    y: "int" = 0


assert __name__ == "__main__" and sys.modules["__main__"].Point is Point
assert os.path.basename(__file__) == "ordinary_classes.py"
assert typing.get_type_hints(Point) == {"x": int, "y": int}
assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)
assert "x: int" in inspect.getsource(Point)
print("fine")
