//! Names that everybody knows from somewhere: Python 2, popular packages, single modules of the library, tools.

/// Names of Python 2 and what replaces them.
pub(super) const PYTHON_2: [(&str, &str); 8] = [
    ("raw_input", "input"),
    ("unicode", "str"),
    ("xrange", "range"),
    ("basestring", "str"),
    ("unichr", "chr"),
    ("long", "int"),
    ("reduce", "from functools import reduce"),
    ("reload", "from importlib import reload"),
];

/// More names that only Python 2 has; nothing replaces them one to one.
pub(super) const PYTHON_2_GONE: [&str; 8] = [
    "apply",
    "buffer",
    "cmp",
    "coerce",
    "execfile",
    "file",
    "intern",
    "StandardError",
];

/// Packages that nearly everybody imports under one name.
pub(super) const THIRD_PARTY: [(&str, &str); 16] = [
    ("np", "import numpy as np"),
    ("pd", "import pandas as pd"),
    ("plt", "import matplotlib.pyplot as plt"),
    ("sns", "import seaborn as sns"),
    ("tf", "import tensorflow as tf"),
    ("nx", "import networkx as nx"),
    ("numpy", "import numpy"),
    ("pandas", "import pandas"),
    ("matplotlib", "import matplotlib"),
    ("requests", "import requests"),
    ("torch", "import torch"),
    ("pytest", "import pytest"),
    ("yaml", "import yaml"),
    ("scipy", "import scipy"),
    ("sympy", "import sympy"),
    ("pygame", "import pygame"),
];

/// Names that hardly anything but these modules of the standard library has.
pub(super) const FROM_LIBRARY: [(&str, &[&str]); 14] = [
    (
        "typing",
        &[
            "Any",
            "Callable",
            "ClassVar",
            "Dict",
            "Final",
            "FrozenSet",
            "Generic",
            "Iterable",
            "Iterator",
            "List",
            "Literal",
            "Mapping",
            "NamedTuple",
            "NoReturn",
            "Optional",
            "Protocol",
            "Sequence",
            "Tuple",
            "Type",
            "TypeVar",
            "TypedDict",
            "Union",
            "overload",
        ],
    ),
    (
        "collections",
        &[
            "Counter",
            "OrderedDict",
            "defaultdict",
            "deque",
            "namedtuple",
        ],
    ),
    (
        "functools",
        &["lru_cache", "cached_property", "total_ordering"],
    ),
    (
        "itertools",
        &["accumulate", "combinations", "permutations", "zip_longest"],
    ),
    ("dataclasses", &["dataclass"]),
    ("pathlib", &["Path"]),
    ("enum", &["Enum", "IntEnum"]),
    ("abc", &["ABC", "abstractmethod"]),
    ("contextlib", &["contextmanager", "suppress"]),
    ("copy", &["deepcopy"]),
    ("decimal", &["Decimal"]),
    ("fractions", &["Fraction"]),
    ("io", &["BytesIO", "StringIO"]),
    ("heapq", &["heapify", "heappop", "heappush"]),
];

/// Names that tools give to a module, or that only mean something to a type checker or a notebook.
pub(super) const GIVEN_BY_TOOLS: [&str; 6] = [
    "_",
    "__",
    "___",
    "reveal_type",
    "reveal_locals",
    "__class__",
];
