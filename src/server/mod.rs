//! The language server: LSP in, snapshots and jobs out.
