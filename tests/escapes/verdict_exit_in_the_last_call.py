# about: leaves within the function that is its last statement, before the mistake in it
# bare: succeeds
# verdicts: EXITED_EARLY FAIL
import sys


def main():
    sys.exit(0)
    missing_name


main()
