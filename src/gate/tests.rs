use super::*;
use crate::lang::python::Version;

const VERSION: Version = Version {
    major: 3,
    minor: 13,
};

fn newly_introduced(
    before: &str,
    after: &str,
    version: Version,
    around: &Around<'_>,
) -> Vec<Finding> {
    Before::new(before, version).newly_introduced(after, around)
}

fn kinds(before: &str, after: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = newly_introduced(before, after, VERSION, &Around::default())
        .into_iter()
        .map(|finding| finding.kind)
        .collect();
    kinds.dedup();
    kinds
}

#[track_caller]
fn check(before: &str, after: &str, expected: &[Kind]) {
    assert_eq!(kinds(before, after), expected, "{after}");
}

#[track_caller]
fn check_message(before: &str, after: &str, expected: &str) {
    let found = newly_introduced(before, after, VERSION, &Around::default());
    let messages: Vec<&str> = found.iter().map(|found| &*found.message).collect();
    assert!(messages.contains(&expected), "{after}: {messages:?}");
}

const AREA: &str = "import os\nprint(area)\n";

#[test]
fn an_end_of_the_program_is_found_whatever_it_is_called() {
    for end in [
        "import sys\nsys.exit()\n",
        "from sys import exit as done\ndone(0)\n",
        "import sys as s\ns.exit(0)\n",
        "exit()\n",
        "quit(0)\n",
        "raise SystemExit\n",
        "import builtins\nbuiltins.quit()\n",
        "os._exit(0)\n",
        "getattr(os, '_exit')(0)\n",
        "getattr(os, '_' + 'exit')(0)\n",
        "getattr(os, ''.join(['_', 'ex', 'it']))(0)\n",
        "getattr(os, 'tixe_'[::-1])(0)\n",
        "getattr(os, f'_{\"exit\"}')(0)\n",
        "os.__dict__['_exit'](0)\n",
        "vars(os)['_exit'](0)\n",
        "import shutil\nshutil.os._exit(0)\n",
        "o = os\no._exit(0)\n",
        "(o := os)._exit(0)\n",
        "a, o = 1, os\no.abort()\n",
        "[os][0]._exit(0)\n",
        "from operator import methodcaller\nmethodcaller('_exit', 0)(os)\n",
        "f'{exit()}'\n",
        "stop = exit\nstop()\n",
    ] {
        let after = format!("{AREA}{end}");
        assert!(
            kinds(AREA, &after).contains(&Kind::Exit),
            "{after}: {:?}",
            kinds(AREA, &after)
        );
    }
    check_message(
        AREA,
        "import os\nos._exit(0)\nprint(area)\n",
        "uses os._exit, which the program did not before",
    );
}

#[test]
fn what_the_program_did_before_is_no_finding() {
    let ends = "import sys\n\ndef main():\n    print(area)\n\nsys.exit(main())\n";
    check(ends, &ends.replace("area", "0"), &[]);
    // The name was meant before, and is only imported now.
    check(
        "run(['ls'])\n",
        "from subprocess import run\nrun(['ls'])\n",
        &[],
    );
    check(
        "subprocess.run(['ls'])\n",
        "import subprocess\nsubprocess.run(['ls'])\n",
        &[],
    );
    check("exit(1)\n", "import sys\nsys.exit(1)\n", &[]);
    check("raise SystemExit(2)\n", "exit(2)\n", &[]);
    // A name of the program's own is no builtin.
    let own = "def compile(text):\n    return text\n\nprint(comple('a'))\n";
    check(own, &own.replace("comple", "compile"), &[]);
    check_message(
        ends,
        &ends.replace("def main", "sys.exit()\n\ndef main"),
        "uses sys.exit in one more place than the program did before",
    );
}

#[test]
fn repairs_of_syntax_are_no_findings() {
    for (before, after) in [
        (
            "import os\nif a\n    os._exit(1)\n",
            "import os\nif a:\n    os._exit(1)\n",
        ),
        ("import sys\nsys exit(0)\n", "import sys\nsys.exit(0)\n"),
        (
            "try:\n    f()\nexcept Exception\n    pass\n",
            "try:\n    f()\nexcept Exception:\n    pass\n",
        ),
        (
            "try:\n    f()\nexcept:\npass\n",
            "try:\n    f()\nexcept:\n    pass\n",
        ),
        (
            "try:\n    f()\nexcept:\nprint(1)\n",
            "try:\n    f()\nexcept:\n    print(1)\n",
        ),
        ("print('a)\nexec(b)\n", "print('a')\nexec(b)\n"),
        ("print('a, eval(b))\n", "print('a', eval(b))\n"),
        (
            "\"\"\"Doc.\nimport socket\ns = socket.socket()\nassert s\n\"\"\"\n'''\n",
            "\"\"\"Doc.\"\"\"\nimport socket\ns = socket.socket()\nassert s\n",
        ),
        ("exec 'a = 1'\n", "exec('a = 1')\n"),
        (
            "def test_a()\n    assert a == 1\n",
            "def test_a():\n    assert a == 1\n",
        ),
        (
            "import sys\nsys.stdout = = open('a')\n",
            "import sys\nsys.stdout = open('a')\n",
        ),
    ] {
        check(before, after, &[]);
    }
}

#[test]
fn a_broken_text_hides_nothing_that_it_does_not_mention() {
    let broken = "import os\ndef f(\n    return 1\n";
    check(
        broken,
        "import os\ndef f():\n    os.kill(os.getpid(), 9)\n    return 1\n",
        &[Kind::Kill],
    );
    check(
        "def f(\n    return 'exit'\n",
        "def f():\n    exit()\n    return 'exit'\n",
        &[Kind::Exit],
    );
    check(
        "try\n    f()\nexcept OSError:\n    pass\n",
        "try:\n    f()\nexcept Exception:\n    pass\n",
        &[Kind::SwallowedException],
    );
}

#[test]
fn every_kind_of_name_is_found() {
    for (line, kind) in [
        ("os.killpg(0, 9)", Kind::Kill),
        ("os.execv('/bin/true', ['true'])", Kind::Process),
        ("import subprocess", Kind::Process),
        ("from os import system", Kind::Process),
        ("from os import *\nsystem('true')", Kind::Process),
        ("os.fork()", Kind::Process),
        ("import socket", Kind::Network),
        ("import urllib.request as r\nr.urlopen(a)", Kind::Network),
        ("from urllib import request", Kind::Network),
        ("import requests", Kind::Network),
        ("import shutil\nshutil.rmtree('a')", Kind::Delete),
        (
            "from pathlib import Path\nPath('a').unlink()",
            Kind::Overwrite,
        ),
        ("a.write_text('')", Kind::Overwrite),
        ("print(os.environ)", Kind::Secrets),
        ("import os as o\no.getenv('A')", Kind::Secrets),
        ("import sys\nsys.settrace(None)", Kind::Interpreter),
        ("import sys\nsys._getframe(1)", Kind::Interpreter),
        ("import gc", Kind::Interpreter),
        ("from ctypes import *", Kind::Interpreter),
        ("import atexit", Kind::Interpreter),
        ("import posix", Kind::Interpreter),
        ("os.__getattribute__('kill')", Kind::Interpreter),
        ("os.__dict__.get('kill')", Kind::DynamicCode),
        ("type(os).__dict__", Kind::DynamicCode),
        ("import inspect\ninspect.stack()", Kind::Interpreter),
        ("().__class__.__base__.__subclasses__()", Kind::Interpreter),
        ("f.__globals__['x']", Kind::Interpreter),
        (
            "try:\n    f()\nexcept OSError as e:\n    e.__traceback__.tb_frame",
            Kind::Interpreter,
        ),
        ("exec('a')", Kind::DynamicCode),
        ("__import__('os')", Kind::DynamicCode),
        ("import importlib", Kind::DynamicCode),
        ("f(os)", Kind::DynamicCode),
        ("getattr(os, name)()", Kind::DynamicCode),
        ("os.write = f", Kind::Patch),
        ("setattr(os, 'write', f)", Kind::Patch),
        ("import json\njson.JSONEncoder.default = f", Kind::Patch),
        ("import builtins\nbuiltins.print = f", Kind::Patch),
        ("del os.write", Kind::Patch),
        ("os.__dict__['write'] = f", Kind::Patch),
        ("import pytest\npytest.skip('later')", Kind::SkippedTest),
        (
            "import pytest\n@pytest.mark.xfail\ndef g(): pass",
            Kind::SkippedTest,
        ),
        (
            "import unittest\n@unittest.skip('later')\ndef g(): pass",
            Kind::SkippedTest,
        ),
    ] {
        check(AREA, &format!("{AREA}{line}\n"), &[kind]);
    }
    let found = kinds(
        AREA,
        "import os\nimport sys\nsys.modules['subprocess'].run(['ls'])\n",
    );
    assert_eq!(found, [Kind::Process, Kind::Interpreter]);
}

#[test]
fn swallowed_exceptions() {
    let body = "print(area)\n";
    for wrapped in [
        "try:\n    print(area)\nexcept:\n    pass\n",
        "try:\n    print(area)\nexcept Exception:\n    ...\n",
        "try:\n    print(area)\nexcept (OSError, BaseException) as error:\n    ignored = error\n",
        "for _ in [1]:\n    try:\n        print(area)\n    except Exception:\n        continue\n",
        "E = Exception\ntry:\n    print(area)\nexcept E:\n    pass\n",
        "from contextlib import suppress\nwith suppress(Exception):\n    print(area)\n",
        "for _ in [1]:\n    try:\n        print(area)\n    finally:\n        break\n",
        "class Quiet:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\n\nwith Quiet():\n    print(area)\n",
        "try:\n    print(area)\nexcept* Exception:\n    pass\n",
    ] {
        check(body, wrapped, &[Kind::SwallowedException]);
    }
    for wrapped in [
        "try:\n    print(area)\nexcept NameError:\n    pass\n",
        "try:\n    print(area)\nexcept Exception as error:\n    print(error)\n",
        "try:\n    print(area)\nexcept Exception:\n    raise\n",
        "try:\n    print(area)\nfinally:\n    print(0)\n",
    ] {
        check(body, wrapped, &[]);
    }
}

#[test]
fn weakened_tests() {
    let test = "def test_a():\n    assert area(2) == 4\n    assert area(3) == 9\n";
    check(
        test,
        &test.replace("    assert area(3) == 9\n", ""),
        &[Kind::WeakenedTest],
    );
    check(
        test,
        &test.replace("area(3) == 9", "True"),
        &[Kind::WeakenedTest],
    );
    check(
        test,
        &test.replace("area(3) == 9", "area(3) == 9 or True"),
        &[Kind::WeakenedTest],
    );
    check(
        test,
        &test.replace("area(3) == 9", "(area(3) == 9, 'wrong')"),
        &[Kind::WeakenedTest],
    );
    check(
        test,
        &test.replace("area(3) == 9", "area(3) == area(3)"),
        &[Kind::WeakenedTest],
    );
    check(test, &test.replace("test_a", "a"), &[Kind::WeakenedTest]);
    check(test, &test.replace("test_a", "test_b"), &[]);
    let method = "def f(self):\n    self.assertEqual(area(2), 4)\n";
    check(method, "def f(self):\n    pass\n", &[Kind::WeakenedTest]);

    let around = Around {
        is_test: true,
        ..Around::default()
    };
    let other = test.replace("== 9", "== 8");
    assert_eq!(
        newly_introduced(test, &other, VERSION, &Around::default()),
        []
    );
    let found = newly_introduced(test, &other, VERSION, &around);
    assert_eq!(
        found.first().map(|found| found.kind),
        Some(Kind::WeakenedTest)
    );
    let misspelled = test.replace("area(3)", "aera(3)");
    assert_eq!(newly_introduced(&misspelled, test, VERSION, &around), []);
    let broken = test.replace("test_a():", "test_a()");
    assert_eq!(newly_introduced(&broken, test, VERSION, &around), []);
}

#[test]
fn files_with_tests() {
    for path in [
        "test_a.py",
        "/a/a_test.py",
        "conftest.py",
        "tests/unit/a.py",
        "C:\\a\\test\\b.py",
    ] {
        assert!(is_test_file(path), "{path}");
    }
    for path in ["testing.py", "/a/contest.py", "latest/a.py", ""] {
        assert!(!is_test_file(path), "{path}");
    }
}

#[test]
fn unknown_imports() {
    let has_module = |name: &str| name == "numpy";
    let around = Around {
        has_module: Some(&has_module),
        ..Around::default()
    };
    let check = |before: &str, after: &str, expected: usize| {
        let found = newly_introduced(before, after, VERSION, &around);
        assert_eq!(found.len(), expected, "{after}: {found:?}");
    };
    check("a()\n", "import left_pad\na()\n", 1);
    check("a()\n", "from left_pad.core import a\na()\n", 1);
    check("a()\n", "import json, numpy.linalg\na()\n", 0);
    check("a()\n", "from . import left_pad\na()\n", 0);
    check("left_pad.a()\n", "import left_pad\nleft_pad.a()\n", 0);
    check("lp.a()\n", "import left_pad as lp\nlp.a()\n", 0);
    check(
        "import left_pad as p\nq()\n",
        "from left_pad import q\nq()\n",
        0,
    );
    check("import left_pad as\n", "import left_pad as p\n", 0);
}

#[test]
fn any_texts_can_be_compared() {
    let texts = [
        "",
        "except",
        "import",
        "from . import (",
        "getattr(",
        "'''",
        "f'{",
        "\u{feff}x",
        "def",
        "try:\n",
        "class A(",
        "os.\n",
        "a\0b",
        "assert",
        "é = '😀' ) 1\n",
    ];
    for before in texts {
        for after in texts {
            let _ = newly_introduced(before, after, VERSION, &Around::default());
        }
    }
    for part in [".b", "()", "['c']", ".b()", "['c'].b"] {
        let deep = format!("a{}\n", part.repeat(400));
        let _ = newly_introduced("", &deep, VERSION, &Around::default());
    }
}
