//! Model providers over HTTP: one client, one wire per protocol.
