# about: imports and uses much of the standard library
# bare: fine
# profiles: single tests
# verdicts: PASS
import argparse, array, base64, bisect, calendar, collections, contextlib, copy, csv, ctypes, dataclasses, datetime
import decimal, difflib, email.message, enum, fractions, functools, getpass, gettext, glob, gzip, hashlib, heapq, hmac
import html, http.client, inspect, io, ipaddress, itertools, json, locale, logging, lzma, math, mimetypes, operator
import pickle, platform, pprint, random, re, secrets, select, selectors, shlex, signal, socket, ssl, statistics
import string, struct, subprocess, sysconfig, textwrap, time, timeit, traceback, typing, unittest, urllib.request
import uuid, warnings, weakref, xml.etree.ElementTree, zlib, zoneinfo

assert decimal.Decimal("0.1") + decimal.Decimal("0.2") == decimal.Decimal("0.3")
assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
assert hashlib.sha256(b"x").hexdigest().startswith("2d711642")
assert json.loads(json.dumps({"a": [1, None]})) == {"a": [1, None]}
assert len(secrets.token_hex(8)) == 16 and uuid.uuid4() != uuid.uuid4()
assert platform.python_version() and datetime.datetime.now().year > 2000
assert ctypes.CDLL(None).abs(-3) == 3
logging.basicConfig(level=logging.INFO)
logging.info("logged")
print("fine")
