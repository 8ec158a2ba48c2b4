//! Generated files are committed; a test fails when they are not what the code generates.

use std::fs;
use std::path::Path;

/// Whether generated files are to be rewritten.
pub fn is_updating() -> bool {
    std::env::var_os("SALVE_UPDATE").is_some_and(|value| value == "1")
}

/// Compares the committed file at `path` (from the root of the package) with what was generated, or rewrites it when
/// the variable `SALVE_UPDATE` is 1.
pub fn check(path: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if is_updating() {
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder");
        fs::write(&file, generated).expect("the generated file is written");
        return;
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    let line = committed
        .lines()
        .zip(generated.lines())
        .take_while(|(left, right)| left == right)
        .count();
    assert!(
        committed == generated,
        "{path}:{}: is not what the code generates; rewrite it with `SALVE_UPDATE=1 cargo test`",
        line + 1
    );
}
