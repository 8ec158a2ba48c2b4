//! What six servers and a command line acknowledged is in the record, however often they are killed; and a server is as
//! small after many healings as before.
#![cfg(unix)]

use std::time::Duration;

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
    assert!(outcome.recorded >= outcome.acknowledged, "{outcome:?}");
    assert!(outcome.healed > outcome.servers_killed, "{outcome:?}");
    let damaged = outcome.beside.iter().find(|name| name.contains("corrupt"));
    assert_eq!(damaged, None, "{outcome:?}");
    assert_eq!(outcome.lost, 0, "{outcome:?}");
    assert_eq!(outcome.told, [""; 0], "{outcome:?}");
    assert_eq!(outcome.integrity, "ok");
}

/// The bench `record_torture` does it ten thousand times, and prints how much memory that took.
#[cfg(target_os = "linux")]
#[test]
fn a_hundred_healings_back_to_back_leave_nothing_behind() {
    let outcome = crate::support::cycles::run(20, 100).expect("all are healed");
    assert_eq!(outcome.recorded, 120, "{outcome:?}");
    assert_eq!(outcome.told, [""; 0], "{outcome:?}");
    assert_eq!(outcome.integrity, "ok");
    let (first, last) = (outcome.sizes[0], outcome.sizes[10]);
    assert!(last.descriptors <= first.descriptors, "{outcome:?}");
    assert!(last.processes <= first.processes, "{outcome:?}");
    assert_eq!(outcome.left, 0, "{outcome:?}");
    assert!(outcome.bytes < 1 << 20, "{outcome:?}");
    assert!(
        last.memory > 0 && outcome.cycle > Duration::ZERO,
        "{outcome:?}"
    );
}
