# about: runs tests of unittest, with objects that only pretend
# bare: fine
# profiles: single tests
# verdicts: PASS
import io
import unittest
from unittest import mock


class Sums(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(sum([1, 2]), 3)

    def test_pretended(self):
        with mock.patch("builtins.print") as printed:
            print("x")
        printed.assert_called_once_with("x")


result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Sums))
assert result.wasSuccessful() and result.testsRun == 2
print("fine")
