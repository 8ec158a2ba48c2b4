//! Programs as people write them: run in the sandbox, they end as they end without it.

use std::path::Path;

use crate::support::program::Workshop;

/// Runs `main.py` of a folder with these files; gives the verdict, the exception's class, its line, and the reason.
fn prove(files: &[(&str, &str)], options: &[&str]) -> (String, String, u64, String) {
    let workshop = Workshop::new();
    for (path, text) in files {
        workshop.file(path, text);
    }
    let mut arguments = vec!["prove", "--file", "main.py", "--timeout", "60", "--json"];
    arguments.extend(options);
    let answer = workshop.run(&arguments).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&answer["verdict"]),
        text(&answer["exception"]["type"]),
        answer["exception"]["line"].as_u64().unwrap_or(0),
        text(&answer["reason"]),
    )
}

/// Whether the interpreter of this machine can be started without namespaces: whoever is root there becomes somebody
/// else, who may not enter the home of root.
fn has_weaker_tier() -> bool {
    let (verdict, ..) = prove(&[("main.py", "")], &["--disable", "namespaces"]);
    verdict != "SANDBOX_FAILED"
}

#[track_caller]
fn check(cases: &[(&str, &str)], options: &[&str]) {
    let weaker: &[&str] = &["--disable", "namespaces"];
    let tiers = if has_weaker_tier() {
        vec![&[][..], weaker]
    } else {
        vec![&[][..]]
    };
    for tier in tiers {
        for (program, expected) in cases {
            let options = [options, tier].concat();
            let (verdict, kind, line, reason) = prove(&[("main.py", program)], &options);
            let found = match (kind.as_str(), line) {
                ("", _) => verdict,
                (_, 0) => format!("{verdict} {kind}"),
                _ => format!("{verdict} {kind} {line}"),
            };
            assert_eq!(&found, expected, "{options:?}\n{program}\n{reason}");
        }
    }
}

#[test]
fn programs_that_end_well_pass() {
    let programs = [
        "",
        "print('no line end')",
        "\u{feff}print('é')\r\nx = 1\r\n",
        "import sys\ndef main():\n    return 0\nif __name__ == '__main__':\n    sys.exit(main())\n",
        "raise SystemExit\n",
        "def main():\n    exit()\ntry:\n    main()\nexcept KeyboardInterrupt:\n    print('stopped')\n",
        "import unittest\nclass T(unittest.TestCase):\n    def test(self): pass\nunittest.main()\n",
        "import pickle\nclass A: pass\nassert isinstance(pickle.loads(pickle.dumps(A())), A)\n",
        "import inspect\ndef f(): return 1\nassert 'return 1' in inspect.getsource(f)\n",
        "# own text\nassert 'own text' in open(__file__).read()\n",
        "import __main__, sys\nassert __main__.__dict__ is globals() and sys.argv == [__file__]\n",
        "import asyncio\nasync def main():\n    await asyncio.sleep(0)\nasyncio.run(main())\n",
        "import threading\nt = threading.Thread(target=print); t.start(); t.join()\n",
        "import tempfile, pathlib\nwith tempfile.TemporaryDirectory() as d:\n    pathlib.Path(d, 'x').write_text('y')\n\
         with tempfile.TemporaryFile() as f: f.write(b'z')\n",
        "open('out.txt', 'w').write('x')\nassert open('out.txt').read() == 'x'\n",
        "import sqlite3\nsqlite3.connect('x.db').execute('create table t(a)')\n",
        "import platform, random, uuid, getpass, zipfile, ctypes, ssl, logging\nplatform.platform()\n",
        "import sys\nsys.setrecursionlimit(20000)\ndef f(n): return n and f(n - 1)\nf(9000)\n",
        "def f(n): return n and f(n - 1)\nf(990)\n",
        "import io, sys\nsys.stdin = io.StringIO('5')\nassert input() == '5'\n",
        "str = list = type = map = isinstance = getattr = len = Exception = 1\nimport sys\nsys.exit(0)\n",
        "import shutil, os\nopen('a', 'w').close(); shutil.copy2('a', 'b'); os.remove('a')\n",
        "import signal, os\nsignal.signal(signal.SIGUSR1, lambda *_: 0); os.kill(os.getpid(), signal.SIGUSR1)\n",
    ];
    let cases: Vec<(&str, &str)> = programs.iter().map(|program| (*program, "PASS")).collect();
    check(&cases, &[]);
}

#[test]
fn programs_that_end_badly_fail_where_they_do() {
    check(
        &[
            ("x = 1\nprint(y)\n", "FAIL NameError 2"),
            ("x = 1\nif x\n    pass\n", "FAIL SyntaxError 2"),
            (
                "import json\ndef f():\n    json.dumps({1})\nf()\n",
                "FAIL TypeError 3",
            ),
            (
                "str = type = map = len = 1\nraise ValueError('own')\n",
                "FAIL ValueError 2",
            ),
            (
                "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError from e\n",
                "FAIL ValueError 4",
            ),
            ("def f(): f()\nf()\n", "FAIL RecursionError 1"),
            ("open('no such file')\n", "FAIL FileNotFoundError 1"),
            (
                "import no_such_module_of_anybody\n",
                "FAIL ModuleNotFoundError 1",
            ),
            (
                "import sys\nsys.excepthook = lambda *_: sys.exit(0)\n1 / 0\n",
                "FAIL ZeroDivisionError 3",
            ),
            ("import sys\nsys.exit('no good')\n", "FAIL"),
            ("import os\nos._exit(3)\n", "FAIL"),
            (
                "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.fail()\nunittest.main()\n",
                "FAIL",
            ),
            ("raise KeyboardInterrupt\n", "FAIL KeyboardInterrupt 1"),
        ],
        &[],
    );
}

#[test]
fn what_was_denied_asked_for_or_left_out_is_neither() {
    check(
        &[
            ("input()\n", "INCONCLUSIVE EOFError 1"),
            (
                "try:\n    input()\nexcept EOFError:\n    pass\n",
                "INCONCLUSIVE",
            ),
            ("len(open(0).read())\n", "INCONCLUSIVE"),
            (
                "import os\nos.environ['TOKEN']\n",
                "INCONCLUSIVE KeyError 2",
            ),
            (
                "import threading\nt = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()\n",
                "INCONCLUSIVE ZeroDivisionError 2",
            ),
            (
                "import os\ntry:\n    os.system('true')\nexcept OSError:\n    pass\n",
                "INCONCLUSIVE",
            ),
            (
                "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 9), 1)\nexcept OSError:\n    pass\n",
                "INCONCLUSIVE",
            ),
            (
                "try:\n    open('/usr/x', 'w')\nexcept OSError:\n    raise ValueError\n",
                "INCONCLUSIVE ValueError 4",
            ),
            ("import os\nos._exit(0)\nprint('more')\n", "EXITED_EARLY"),
            ("import os\nos._exit(0)\n", "EXITED_EARLY"),
            ("for word in 'ab':\n    exit()\n", "EXITED_EARLY"),
            ("exit(); missing\n", "EXITED_EARLY"),
            (
                "def main():\n    exit()\n    missing\nmain()\n",
                "EXITED_EARLY",
            ),
            ("import sys\nsys.exit()\nprint('more')\n", "EXITED_EARLY"),
            ("import os\nos.abort()\n", "CRASH"),
        ],
        &[],
    );
}

#[test]
fn what_lies_beside_the_program_is_seen_with_its_project_only() {
    let files = [
        ("main.py", "import helper\nprint(open('data.txt').read())\n"),
        ("helper.py", ""),
        ("data.txt", "x"),
    ];
    let (verdict, _, _, reason) = prove(&files, &[]);
    assert_eq!(verdict, "INCONCLUSIVE", "{reason}");
    assert!(reason.contains("helper.py"), "{reason}");
    let (verdict, _, _, reason) = prove(&files, &["--project", "."]);
    assert_eq!(verdict, "PASS", "{reason}");
    let shadow = [
        ("main.py", "import calendar\nprint(calendar.month_name)\n"),
        ("calendar.py", ""),
    ];
    let (verdict, kind, line, _) = prove(&shadow, &["--project", "."]);
    assert_eq!(
        (verdict.as_str(), kind.as_str(), line),
        ("FAIL", "AttributeError", 2)
    );
    let broken = [
        ("main.py", "import helper\n"),
        ("helper.py", "x = 1\ny = (\n"),
    ];
    let (verdict, kind, line, reason) = prove(&broken, &["--project", "."]);
    assert_eq!((verdict.as_str(), kind.as_str()), ("FAIL", "SyntaxError"));
    assert!(line > 0 && reason.contains("helper.py"), "{reason}");
    let wrote = [(
        "main.py",
        "try:\n    open('new', 'w')\nexcept OSError:\n    pass\n",
    )];
    let (verdict, _, _, reason) = prove(&wrote, &["--project", "."]);
    assert_eq!(verdict, "INCONCLUSIVE", "{reason}");
}

#[test]
fn a_part_of_a_package_runs_as_one() {
    let workshop = Workshop::new();
    workshop.file("shop/__init__.py", "");
    workshop.file("shop/basket.py", "total = 3\n");
    workshop.file(
        "shop/app.py",
        "from .basket import total\nassert __package__ == 'shop'\nprint(total)\n",
    );
    let run = |file: &str| {
        workshop
            .run(&["prove", "--file", file, "--project", ".", "--json"])
            .json()["verdict"]
            .clone()
    };
    assert_eq!(run("shop/app.py"), "PASS");
    workshop.file("shop/app.py", "from .basket import sum_total\n");
    assert_eq!(run("shop/app.py"), "FAIL");
}

#[test]
fn children_and_loopback_work_in_the_profile_for_tests() {
    if !Path::new("/proc/self/ns/user").exists() {
        return;
    }
    let worker = |method: &str| {
        format!(
            "import multiprocessing as mp\ndef f(x): return x * x\nif __name__ == '__main__':\n    \
             with mp.get_context('{method}').Pool(2) as pool:\n        assert pool.map(f, [1, 2]) == [1, 4]\n"
        )
    };
    let programs = [
        worker("fork"),
        worker("spawn"),
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'pass'], check=True)\n"
            .to_owned(),
        "import os\nif os.fork() == 0: os._exit(0)\nos.wait()\n".to_owned(),
        "import http.server, threading, urllib.request as u\n\
         s = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n\
         threading.Thread(target=s.serve_forever, daemon=True).start()\n\
         u.urlopen('http://127.0.0.1:%d/' % s.server_port).read()\ns.shutdown()\n"
            .to_owned(),
    ];
    for program in programs {
        let options = ["--profile", "tests"];
        let (verdict, _, _, reason) = prove(&[("main.py", &program)], &options);
        assert_eq!(verdict, "PASS", "{program}\n{reason}");
        // Without namespaces there is less, which is no failure of the program.
        let options = ["--profile", "tests", "--disable", "namespaces"];
        let (verdict, _, _, reason) = prove(&[("main.py", &program)], &options);
        assert_ne!(verdict, "FAIL", "{program}\n{reason}");
    }
    let orphan = "import os\nif os.fork(): os._exit(4)\n";
    let (verdict, _, _, reason) = prove(&[("main.py", orphan)], &["--profile", "tests"]);
    assert_eq!(verdict, "FAIL", "{reason}");
}
