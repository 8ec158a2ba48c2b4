//! `salve fix` on real files.

use crate::support::program::Workshop;

#[test]
fn standard_input_comes_out_byte_for_byte_where_nothing_is_healed() {
    let workshop = Workshop::new();
    for input in [
        &b"x = 1\r\n"[..],
        b"",
        b"\xef\xbb\xbfx = 1",
        b"# coding: latin-1\ny = '\xe9'\n",
    ] {
        workshop.file("in.py", input);
        let run = workshop.run_with_input(&["fix", "-"], input);
        assert_eq!(
            (run.code, run.err.as_str()),
            (0, "No mistakes found in 1 file.\n")
        );
        assert_eq!(run.out, String::from_utf8_lossy(input));
        assert_eq!(workshop.bytes("in.py"), input);
    }
}

#[test]
fn what_is_no_text_is_left_alone() {
    let workshop = Workshop::new();
    workshop.file("a.py", b"x = '\xe9'\n");
    let run = workshop.run(&["fix", "--apply"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert_eq!(workshop.bytes("a.py"), b"x = '\xe9'\n");
}
