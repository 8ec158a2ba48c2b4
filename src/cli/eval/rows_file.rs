use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Outcome;
use crate::cli::{Exit, Report};

/// The file that `--rows` names.
pub struct RowsFile {
    path: PathBuf,
    file: BufWriter<File>,
}

impl RowsFile {
    /// Makes it, or empties the one that is there.
    pub fn create(path: &Path) -> Result<Self, Report> {
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// Adds one row.
    pub fn write(&mut self, outcome: &Outcome) -> Result<(), Report> {
        serde_json::to_writer(&mut self.file, outcome)
            .map_err(std::io::Error::from)
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|error| cannot_write(&self.path, &error))
    }

    /// Makes sure that everything is written.
    pub fn finish(&mut self) -> Result<(), Report> {
        self.file
            .flush()
            .map_err(|error| cannot_write(&self.path, &error))
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Report {
    Report::new(
        Exit::Usage,
        format!("{}: cannot be written", path.display()),
    )
    .caused_by(error)
    .hint("name a file in a folder that exists and is yours")
}
