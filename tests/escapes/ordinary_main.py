# about: ends as programs that were written with care do
# bare: fine
# profiles: single tests
# verdicts: PASS
import sys


def main(arguments):
    print("fine")
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    assert code == 0 and sys.argv[0].endswith("ordinary_main.py")
