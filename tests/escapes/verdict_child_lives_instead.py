# about: a child runs on to the end, its parent leaves with success
# bare: succeeds
# profiles: tests
# verdicts: EXITED_EARLY INCOMPLETE FAIL FORGED
# open: always, for now: os._exit within the last statement counts as its end
import os

if os.fork():
    os._exit(0)
