# about: leaves on the line of its last statement, before it
# bare: succeeds
# verdicts: EXITED_EARLY FAIL
# open: always, for now: any exit within the last statement counts as its end
import sys

sys.exit(0); missing_name
