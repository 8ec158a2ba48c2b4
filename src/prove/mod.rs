//! Proof in a subprocess: the project's own interpreter has the last word on every fix.
