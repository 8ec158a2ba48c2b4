//! What six servers and a command line acknowledged is in the record, however often they are killed; and a server is as
//! small after many healings as before.
#![cfg(unix)]

use crate::support::torture::{Plan, run};

/// The bench `record_torture` does it a thousand times.
#[test]
fn whoever_is_killed_loses_nothing_that_was_acknowledged() {
    let plan = Plan {
        servers: 6,
        kills: 40,
        seed: 1,
    };
    let outcome = run(plan).expect("healing goes on");
    assert_eq!(
        outcome.servers_killed + outcome.runs_killed,
        40,
        "{outcome:?}"
    );
    assert!(outcome.acknowledged > 40, "{outcome:?}");
    assert_eq!(outcome.lost, 0, "{outcome:?}");
    assert_eq!(outcome.told, [""; 0], "{outcome:?}");
    assert_eq!(outcome.integrity, "ok");
}
