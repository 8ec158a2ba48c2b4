//! What is reported as undefined, and above all what is not.

use ruff_python_ast::PythonVersion;
use ruff_python_parser::parse_module;

use super::names::{Suggestion, name_findings};

/// Enough names of its own that the text counts as a program, not as a piece of one.
const OF_ITS_OWN: &str = "\nqqqa = qqqb = qqqc = qqqd = qqqe = qqqf = qqqg = qqqh = 0\n";

fn found_on(source: &str, version: PythonVersion) -> Vec<String> {
    found_in(&format!("{source}{OF_ITS_OWN}"), version)
}

fn found_in(source: &str, version: PythonVersion) -> Vec<String> {
    let parsed = parse_module(source).expect("the example parses");
    name_findings(parsed.syntax(), source, version)
        .iter()
        .map(|found| {
            let first = match found.suggestions.first() {
                Some(Suggestion::Replace(text)) => format!(" -> {text}"),
                Some(Suggestion::Import(import)) => format!(" + {import}"),
                None => String::new(),
            };
            format!(
                "{} {}{first}",
                found.finding.cluster(),
                found.finding.span.of(source)
            )
        })
        .collect()
}

fn found(source: &str) -> Vec<String> {
    found_on(source, PythonVersion::PY312)
}

fn assert_silent(source: &str) {
    assert_eq!(found(source), [""; 0], "in:\n{source}");
}

#[test]
fn a_misspelled_name_gets_the_near_one() {
    assert_eq!(
        found("total = 1\nprint(totl)\n"),
        ["NAME.TYPO:global totl -> total"]
    );
    assert_eq!(
        found("def f(length):\n    return lenght\n"),
        ["NAME.TYPO:local lenght -> length"]
    );
    assert_eq!(
        found("pritn(1)\nPrint(2)\n"),
        [
            "NAME.TYPO:builtin pritn -> print",
            "NAME.TYPO:builtin Print -> print"
        ]
    );
    assert_eq!(
        found("a = Ture\nb = Tree()\n"),
        [
            "NAME.TYPO:keyword_literal Ture -> True",
            "NAME.UNDEFINED:plain Tree"
        ]
    );
    assert_eq!(
        found("a = true\nb = null\n"),
        [
            "NAME.TYPO:keyword_literal true -> True",
            "NAME.UNDEFINED:null null -> None"
        ]
    );
}

#[test]
fn a_missing_import_is_told_once() {
    assert_eq!(
        found("print(json.dumps(1), json.loads('2'))\n"),
        ["NAME.MISSING_IMPORT:stdlib json + import json"]
    );
    assert_eq!(
        found("urllib.request.urlopen('x')\n"),
        ["NAME.MISSING_IMPORT:stdlib urllib + import urllib.request"]
    );
    assert_eq!(
        found("def f(x: List[int]): pass\n"),
        ["NAME.MISSING_IMPORT:stdlib List + from typing import List"]
    );
    assert_eq!(
        found("a = np.zeros(3)\n"),
        ["NAME.MISSING_IMPORT:third_party np + import numpy as np"]
    );
    // A variable that only happens to be called like a module.
    assert_eq!(
        found("a = b = c = d = 1\nprint(token.kind)\n"),
        ["NAME.UNDEFINED:plain token"]
    );
}

#[test]
fn a_snippet_may_use_names_from_elsewhere() {
    for snippet in [
        "total = price * count\n",
        "for row in table:\n    print(row)\n",
    ] {
        assert_eq!(
            found_in(snippet, PythonVersion::PY312),
            [""; 0],
            "in:\n{snippet}"
        );
        assert_ne!(
            found(snippet),
            [""; 0],
            "as a part of a program:\n{snippet}"
        );
    }
}

#[test]
fn names_of_python_2_and_names_too_new() {
    assert_eq!(
        found("for i in xrange(3): pass\nreduce(max, [1])\n"),
        [
            "NAME.PY2_BUILTIN:xrange xrange -> range",
            "NAME.PY2_BUILTIN:reduce reduce + from functools import reduce"
        ]
    );
    assert_silent("import sys\nif sys.version_info < (3,):\n    text = unicode\n");
    let source = "async def f(x):\n    return await anext(x)\n";
    assert_silent(source);
    assert_eq!(
        found_on(source, PythonVersion::PY39),
        ["NAME.UNDEFINED:plain anext"]
    );
}

#[test]
fn what_the_object_has_needs_self() {
    let source = "class A:\n    def __init__(self):\n        self.size = 1\n    def f(this):\n        return [size for _ in 'a'] + g()\n    def g(self): pass\n";
    assert_eq!(
        found(source),
        [
            "NAME.MISSING_SELF:method size -> this.size",
            "NAME.MISSING_SELF:method g -> this.g"
        ]
    );
}

#[test]
fn one_cause_is_reported_once_with_its_other_places() {
    let source = &format!("def f():\n    return color, color\n{OF_ITS_OWN}");
    let parsed = parse_module(source).expect("it parses");
    let findings = name_findings(parsed.syntax(), source, PythonVersion::PY312);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].finding.related.len(), 1);
}

#[test]
fn names_bound_anywhere_visible_are_fine() {
    assert_silent("def f():\n    return later\nlater = 1\n");
    assert_silent("def f():\n    global a\n    a = 1\nprint(a)\n");
    assert_silent("if x():\n    y = 1\ndef x(): return y\n");
    assert_silent("class A:\n    def f(self): return __class__\n    n = __qualname__\n");
    assert_silent(
        "def f[T](a: T) -> T: return a\nclass B[U](list[U]): pass\ntype C[V] = list[V] | C\n",
    );
    assert_silent("print([y for x in [[1]] for y in x if (z := y)], z)\n");
    assert_silent("print(__file__, __name__, __path__, __annotations__, _('text'))\n");
    assert_silent("class A:\n    x = 1\n    def f[T: x](self, a: x = x): pass\n");
}

#[test]
fn a_class_does_not_lend_its_names_to_comprehensions() {
    assert_eq!(
        found("class A:\n    n = 3\n    m = [n for _ in range(n)]\n"),
        ["NAME.UNDEFINED:plain n"]
    );
}

#[test]
fn modules_with_unknowable_names_are_left_alone() {
    for start in [
        "from os import *\n",
        "exec('a = 1')\n",
        "globals().update(a=1)\n",
        "import builtins\nbuiltins.a = 1\n",
        "import sys\nsetattr(sys.modules[__name__], 'a', 1)\n",
        "locals()['a'] = 1\n",
        "get_ipython().run_line_magic('pylab', '')\n",
    ] {
        assert_silent(&format!("{start}print(a)\n"));
    }
    assert_silent(
        "class A(metaclass=M):\n    x = injected\n"
            .replace('M', "type")
            .as_str(),
    );
}

#[test]
fn guarded_and_silenced_places_are_left_alone() {
    assert_silent("try:\n    text = undefined_a\nexcept NameError:\n    text = str\n");
    assert_silent("import contextlib\nwith contextlib.suppress(NameError):\n    del_me()\n");
    assert_silent("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    reveal(1)\n");
    assert_silent("print(a)  # noqa: F821\n");
}

#[test]
fn annotations_that_are_not_evaluated_are_left_alone() {
    assert_silent("from __future__ import annotations\ndef f(a: Missing): pass\n");
    assert_silent("def f():\n    a: Missing = 1\n    return a\n");
    let source = "def f(a: Missing): pass\n";
    assert_eq!(found(source), ["NAME.UNDEFINED:plain Missing"]);
    assert_eq!(found_on(source, PythonVersion::PY314), [""; 0]);
}

#[test]
fn a_fragment_is_not_blamed_for_what_it_does_not_show() {
    let missing_import = found_in("alpha(beta, gamma, json.dumps(1))\n", PythonVersion::PY312);
    assert_eq!(
        missing_import,
        ["NAME.MISSING_IMPORT:stdlib json + import json"]
    );
}
