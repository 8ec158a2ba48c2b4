/// How much text may still be parsed for one examination.
///
/// Work is counted in bytes and not in time, so that the same text always gives the same answer.
#[derive(Debug)]
pub struct Budget {
    left: usize,
}

/// Bytes that any examination may parse: about half a second.
const BASE: usize = 32 * 1024 * 1024;
/// Bytes that it may parse for each byte of the text beyond that.
const PER_BYTE: usize = 8;

impl Budget {
    /// The budget of a text of `length` bytes.
    pub fn new(length: usize) -> Self {
        Self {
            left: BASE.saturating_add(length.saturating_mul(PER_BYTE)),
        }
    }

    /// Takes `bytes` off; whether there was anything left.
    pub fn spend(&mut self, bytes: usize) -> bool {
        let had = self.left > 0;
        self.left = self.left.saturating_sub(bytes);
        had
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }
}
