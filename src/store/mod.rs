//! The record: findings, fixes, proofs and outcomes in SQLite.
