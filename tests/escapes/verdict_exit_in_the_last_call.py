# about: leaves within the function that is its last statement, before the mistake in it
# bare: succeeds
# verdicts: EXITED_EARLY FAIL
# open: always, for now: any exit within the last statement counts as its end
import sys


def main():
    sys.exit(0)
    missing_name


main()
