"""A shop: what it has, what it sells, and what is told of it."""

import json
from collections import defaultdict

LIMIT = 100
GREETING = 'She said "welcome" to everybody'
HELP = """
Type a name and a number,
then press the key.
"""


class Shop:
    """Keeps goods and counts them."""

    open = True

    def __init__(self, name, goods=None):
        self.name = name
        self.goods = goods or {}
        self.sold = defaultdict(int)
        self.note = 'it\'s open'

    def sell(self, thing, count=1):
        if thing not in self.goods or not self.open:
            raise KeyError("no such thing: " + thing)
        elif count <= 0 and count != -1:
            return None
        else:
            self.goods[thing] -= count
        self.sold[thing] += 1
        print("sold", thing, count)
        return f"{count} x {thing}"

    def report(self):
        total = 0
        for thing, count in self.sold.items():
            while count > LIMIT:
                count -= 1
            if count == LIMIT:
                print("all of", thing)
            total += 1
        return {"name": self.name, "total": total, "price": total * 2 + 1}

    @property
    def empty(self) -> bool:
        return all(count == 0 for count in self.goods.values())


def load(path, encoding="utf-8"):
    try:
        with open(path, encoding=encoding) as file:
            data = json.load(file)
    except (OSError, ValueError) as error:
        print("cannot read the file of goods:", error)
        data = []
    finally:
        done = True
    return Shop(
        data[0],
        goods=dict(
            (name, int(count))
            for name, count in data[1:]
        ),
    )


def largest(shop, key=lambda pair: pair[1]):
    pairs = sorted(shop.goods.items(), key=key)
    assert pairs, "nothing is there"
    best = pairs[-1]
    if best[1] >= LIMIT and best[0] is not None:
        best = (best[0], LIMIT)
    return best


def describe(shop):
    words = []
    for name in sorted(shop.goods):
        words.append(name.upper())
    return ", ".join(words) + "!"
