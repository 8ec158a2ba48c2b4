//! Output of a program that is kept up to a cap, and drained beyond it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Most bytes of a text when its control characters are escaped.
const MAX_ESCAPED: usize = 400 << 10;

/// What comes out of one pipe.
pub(super) struct Output {
    pipe: Option<OwnedFd>,
    kept: Vec<u8>,
    cap: usize,
    /// Bytes that came, kept or not.
    pub(super) seen: u64,
}

impl Output {
    /// Reads `pipe`, which must not block, and keeps `cap` bytes.
    pub(super) fn new(pipe: OwnedFd, cap: usize) -> Self {
        Self {
            pipe: Some(pipe),
            kept: Vec::new(),
            cap,
            seen: 0,
        }
    }

    /// The pipe, until it is closed by everybody who writes into it.
    pub(super) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Reads what there is, at most a few buffers of it, so that other pipes and the clock get their turn.
    pub(super) fn read(&mut self) -> io::Result<()> {
        let mut chunk = [0; 64 << 10];
        for _ in 0..16 {
            let Some(pipe) = &self.pipe else {
                return Ok(());
            };
            match rustix::io::read(pipe, &mut chunk) {
                Ok(0) => self.pipe = None,
                Ok(read) => {
                    self.seen += read as u64;
                    let room = self.cap.saturating_sub(self.kept.len());
                    self.kept.extend(chunk.iter().take(read.min(room)));
                }
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether more came than is kept.
    pub(super) fn is_truncated(&self) -> bool {
        self.seen > self.kept.len() as u64
    }

    /// What is kept.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.kept
    }

    /// What is kept as text; what is no UTF-8 is replaced. Shorter if it would be very long as JSON.
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.kept);
        let mut room = MAX_ESCAPED;
        let fits = |c: &char| {
            let length = if c.is_ascii_control() {
                6
            } else {
                c.len_utf8()
            };
            room = room.saturating_sub(length);
            room > 0
        };
        text.chars().take_while(fits).collect()
    }
}
