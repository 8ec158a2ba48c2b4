# about: a mistake beside modules that are named like those of the standard library and of whoever judges it
# bare: none, a bare isolated run imports none of them
# project: yes
# profiles: single tests
# verdicts: FAIL
missing_name
