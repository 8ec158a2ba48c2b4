//! The one integration binary: real files, real processes, real databases.
