//! The prompt: what is sent to a model, how it is asked, how its answer becomes edits.
