//! Replacing a file in one step: whoever reads it sees the old text or the new one, never a part.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::source::SourceFile;

/// Puts `bytes` in the place of the file at `path`, which must still be as `read`. Keeps its permissions, and writes
/// through a link to what it points to. The error follows the path in a sentence.
pub fn replace(path: &Path, read: &SourceFile, bytes: &[u8]) -> Result<(), String> {
    let failed =
        |error: std::io::Error| format!("cannot be written: {error}; it was left as it was");
    let target = fs::canonicalize(path).map_err(failed)?;
    let permissions = fs::metadata(&target).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err("is read-only and was left as it was".to_owned());
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".salve-")
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file()
        .set_permissions(permissions)
        .map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    // As late as possible: what an editor saved meanwhile must not be lost.
    if !read.is_still_at(&target) {
        return Err(
            "changed while it was being healed, and was left as it is; run the command again"
                .to_owned(),
        );
    }
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}
