//! What the compiler rejects beyond the grammar, and what it does not.

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use ruff_python_ast::PythonVersion;

use super::semantic_errors;

fn codes_on(source: &str, version: PythonVersion) -> Vec<String> {
    let options = ParseOptions::from(Mode::Module).with_target_version(version);
    let parsed = parse_unchecked(source, options)
        .try_into_module()
        .expect("module mode gives a module");
    assert_eq!(parsed.errors(), [], "the example must parse:\n{source}");
    semantic_errors(&parsed, source, version)
        .iter()
        .map(|finding| format!("{} {}", finding.cluster(), finding.span.of(source)))
        .collect()
}

fn codes(source: &str) -> Vec<String> {
    codes_on(source, PythonVersion::PY312)
}

#[test]
fn statements_outside_their_function_or_loop() {
    assert_eq!(codes("return 1\n"), ["SYN.RETURN_OUTSIDE:module return 1"]);
    assert_eq!(
        codes("class A:\n    return\n"),
        ["SYN.RETURN_OUTSIDE:class return"]
    );
    assert_eq!(codes("if a:\n    break\n"), ["SYN.BREAK_OUTSIDE:if break"]);
    assert_eq!(
        codes("for a in b:\n    def f():\n        continue\n"),
        ["SYN.CONTINUE_OUTSIDE:function continue"]
    );
    assert_eq!(codes("yield 1\n"), ["SYN.YIELD_OUTSIDE:module yield 1"]);
    assert_eq!(
        codes("while a:\n    pass\nelse:\n    break\n"),
        ["SYN.BREAK_OUTSIDE:module break"]
    );
}

#[test]
fn asynchronous_parts_need_an_async_function() {
    assert_eq!(
        codes("def f():\n    await g()\n"),
        ["SYN.AWAIT_OUTSIDE:await await g()"]
    );
    assert_eq!(codes("await g()\n"), ["SYN.AWAIT_OUTSIDE:await await g()"]);
    assert_eq!(
        codes("def f():\n    return [x async for x in y]\n"),
        ["SYN.AWAIT_OUTSIDE:async_comp async for x in y"]
    );
    assert_eq!(
        codes("async def f():\n    return lambda: await g()\n"),
        ["SYN.AWAIT_OUTSIDE:await await g()"]
    );
    assert_eq!(
        codes("a = (await x for x in y)\nb = (x async for x in y)\n"),
        [""; 0]
    );
    assert_eq!(
        codes("async def f():\n    return [await g(x) for x in y]\n"),
        [""; 0]
    );
}

#[test]
fn one_mistake_gives_one_finding() {
    assert_eq!(codes("def f(a, a):\n    pass\n"), ["SYN.PARAM_DUPLICATE a"]);
    assert_eq!(codes("f(a=1, a=2)\n"), ["SYN.KWARG_REPEATED a=2"]);
}

#[test]
fn future_imports_come_first_and_are_known() {
    assert_eq!(
        codes("import os\nfrom __future__ import annotations\n"),
        ["SYN.FUTURE_IMPORT:late from __future__ import annotations"]
    );
    assert_eq!(
        codes("'doc'\nfrom __future__ import division, magic\n"),
        ["SYN.FUTURE_IMPORT:unknown magic"]
    );
}

#[test]
fn valid_code_is_left_alone() {
    let source = "class A:\n    x = 1\n    def f(self):\n        nonlocal __class__\n        return lambda: (yield)\n\
                  async def g():\n    async for i in h():\n        async with i:\n            yield i\n    return\n\
                  match a:\n    case [x, *_] | (x, _):\n        pass\n    case _ if b:\n        pass\n    case y:\n        pass\n\
                  try:\n    pass\nexcept* E:\n    for i in j:\n        break\n    def k():\n        return 1\n\
                  *a, b = c\nprint(*a, [*a], {*a}, f'{*a, b}')\n";
    assert_eq!(codes(source), [""; 0]);
}

#[test]
fn hostile_nesting_does_not_exhaust_the_stack() {
    let source = format!("a = {}1\n", "1 + ".repeat(3_000));
    assert_eq!(codes(&source), [""; 0]);
}
