"""Runs every benchmark; each checks that the values are the same before it measures, and prints misses as misses."""

from benchmarks import balance, login, portal, soap_decode, soap_to_json

for each in (soap_decode, soap_to_json, balance, login, portal):
    each.main()
    print(flush=True)
