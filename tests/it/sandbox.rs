//! The sandbox against programs that want out of it: every payload of `tests/escapes`, in every configuration.
//!
//! A payload that is run bare must really get what it is after, or it shows nothing about the sandbox. What it got is
//! judged from outside, by what it reached, changed and left behind; a payload's own word counts only against the
//! sandbox. `SALVE_ESCAPES=word,word` runs only payloads with one of these words in their names.
#![expect(
    clippy::print_stdout,
    reason = "what cannot be run here, and what is known, is said beside the result"
)]

mod facts;
mod judge;
mod payload;
mod promises;
mod run;
mod stage;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use facts::Facts;
use payload::{Goal, Payload};
use run::{How, Outcome};
use world::World;

/// How many payloads run beside each other: most of them only wait.
const BESIDE: usize = 4;

/// Runs payloads, a few at a time, and gives what came of them in their order.
fn run_all<'p>(world: &World, payloads: &[&'p Payload], how: How) -> Vec<(&'p Payload, Outcome)> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..BESIDE {
            scope.spawn(|| {
                while let Some(payload) = payloads.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = run::run(world, payload, how);
                    done.lock().expect("outcomes").push((*payload, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("outcomes");
    done.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    done
}

fn payloads() -> Vec<Payload> {
    let mut payloads = payload::all();
    if let Some(words) = std::env::var_os("SALVE_ESCAPES") {
        let words = words.to_string_lossy().into_owned();
        payloads.retain(|it| words.split(',').any(|word| it.name.contains(word)));
    }
    payloads
}

/// What stops a configuration from being run is said, never passed over.
fn world(world: Result<World, String>) -> Option<World> {
    world.inspect_err(|reason| println!("{reason}")).ok()
}

#[test]
fn payloads_get_what_they_are_after_when_nothing_holds_them() {
    let payloads = payloads();
    let worlds = [world(World::ordinary()), world(World::root())];
    let mut failures = Vec::new();
    let (mut controlled, mut escaped) = (0, 0);
    for world in worlds.iter().flatten() {
        let facts = Facts::of(world);
        let mut here = Vec::new();
        for payload in &payloads {
            let needs_root = payload.needs.iter().any(|need| need == "root");
            let lacks = facts.lacking(payload);
            if needs_root != (world.uid == 0) && !(needs_root && worlds[1].is_none()) {
                continue;
            }
            match (payload.goal, lacks) {
                (Goal::None, _) => println!("{}: no control: {}", payload.name, payload.no_control),
                (_, Some(lacks)) => {
                    controlled += 1;
                    println!("{}: cannot succeed here: {lacks}", payload.name);
                }
                (_, None) => here.push(payload),
            }
        }
        for (payload, outcome) in run_all(world, &here, How::Bare) {
            controlled += usize::from(payload.goal != Goal::Fine);
            match judge::bare(payload, &outcome) {
                Ok(()) => escaped += usize::from(payload.goal != Goal::Fine),
                // What depends on how the kernel was built.
                Err(what) if payload.needs.iter().any(|need| need == "kernel") => {
                    println!("{}: not on this kernel: {what}", payload.name);
                }
                Err(what) => {
                    failures.push(format!("{} (user {}): {what}", payload.name, world.uid))
                }
            }
        }
    }
    println!("{escaped} of {controlled} payloads with a control get what they are after");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(escaped * 4 >= controlled * 3, "{escaped} of {controlled}");
}

/// Runs everything in one configuration and lists all that went wrong at once.
fn nothing_gets_out(made: Result<World, String>, without: &'static str, profile: &'static str) {
    let Some(world) = world(made) else {
        return;
    };
    let mounts = mounts();
    let payloads = payloads();
    let wanted = payloads
        .iter()
        .filter(|it| it.profiles.iter().any(|it| it == profile));
    let wanted: Vec<&Payload> = wanted.collect();
    let outcomes = run_all(&world, &wanted, How::Proven { without, profile });
    let mut failures = Vec::new();
    for (payload, outcome) in &outcomes {
        for what in judge::proven(payload, outcome, without) {
            match &payload.open {
                Some(open) if judge::is_open(open, outcome) => {
                    println!("{}: known: {} ({what})", payload.name, open.reason);
                }
                _ => failures.push(format!("{}: {what}", payload.name)),
            }
        }
    }
    if mounts != self::mounts() {
        failures.push("something is mounted that was not before".to_owned());
    }
    let (bad, all) = (failures.len(), outcomes.len());
    println!("{all} payloads as user {}, {bad} complaints", world.uid);
    assert!(
        failures.is_empty(),
        "{bad} complaints:\n{}",
        failures.join("\n")
    );
}

fn mounts() -> String {
    std::fs::read_to_string("/proc/self/mountinfo").expect("the mounts")
}

macro_rules! configurations {
    ($(fn $name:ident() { $world:expr, $without:literal, $profile:literal })*) => {
        $(#[test]
        fn $name() {
            nothing_gets_out($world, $without, $profile);
        })*
    };
}

configurations! {
    fn nothing_gets_out_of_all_layers() { World::ordinary(), "", "single" }
    fn nothing_gets_out_of_all_layers_as_root() { World::root(), "", "single" }
    fn nothing_gets_out_without_namespaces() { World::ordinary(), "namespaces", "single" }
    fn nothing_gets_out_without_namespaces_as_root() { World::root(), "namespaces", "single" }
    fn nothing_gets_out_of_a_test_run() { World::ordinary(), "", "tests" }
    fn nothing_gets_out_of_a_test_run_as_root() { World::root(), "", "tests" }
    fn nothing_gets_out_of_a_test_run_without_namespaces() { World::ordinary(), "namespaces", "tests" }
    fn nothing_gets_out_of_a_test_run_without_namespaces_as_root() { World::root(), "namespaces", "tests" }
}

#[test]
fn nothing_that_a_program_prints_commands_the_terminal() {
    let Some(world) = world(World::ordinary()) else {
        return;
    };
    let payloads = payloads();
    let wanted: Vec<&Payload> = payloads
        .iter()
        .filter(|it| it.category == "output" && it.goal != Goal::Outlives)
        .collect();
    let colors = regex::Regex::new("\x1b\\[[0-9;]*m").expect("a pattern");
    let mut failures = Vec::new();
    for (payload, outcome) in run_all(&world, &wanted, How::Shown) {
        let shown = outcome.stdout.text() + &outcome.stderr.text();
        // The colors are salve's own.
        let shown = colors.replace_all(&shown, "");
        // What turns the direction of text hides what it says.
        let commands = |it: char| {
            it.is_control() && !matches!(it, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(&it)
        };
        if let Some(bad) = shown.chars().find(|it| commands(*it)) {
            failures.push(format!("{}: {bad:?} is shown", payload.name));
        }
        let has_verdict = [": PASS", ": FAIL", ": LIMIT"]
            .iter()
            .any(|it| shown.contains(it));
        if !has_verdict {
            failures.push(format!("{}: no verdict: {shown:.300}", payload.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
