//! The payloads of `tests/escapes`: one attack each, with a header that says what it must achieve when nothing holds
//! it, and what is allowed when something does.

use std::fs;
use std::path::Path;

/// What an attack is after, and what the host looks at to know that it got there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// It prints `ESCAPED`.
    Says,
    /// The secret is in its output.
    Secret,
    /// A listener of the host was reached.
    Listener,
    /// The terminal shows what it wrote.
    Terminal,
    /// A file of the home, the project or a shared folder is another, or new.
    Files,
    /// The other process of the same user is dead, slowed down or changed.
    Victim,
    /// A process of it is left when it is over.
    Left,
    /// It still runs at the deadline.
    Outlives,
    /// It ends by a signal.
    Crash,
    /// It writes more than anybody wants to keep.
    Flood,
    /// It ends with status 0 although it is broken.
    Succeeds,
    /// An ordinary program: it ends with status 0 and says `fine`.
    Fine,
    /// Nothing can be seen of a bare run.
    None,
}

/// One file of `tests/escapes`.
#[derive(Debug)]
pub struct Payload {
    pub name: String,
    pub category: String,
    pub about: String,
    pub goal: Goal,
    /// Why there is no bare control, or empty.
    pub no_control: String,
    /// What the machine must offer for the goal to be reachable at all.
    pub needs: Vec<String>,
    /// The allowed verdicts; empty if any will do but the one that says that the sandbox failed.
    pub verdicts: Vec<String>,
    /// The profiles with which it runs.
    pub profiles: Vec<String>,
    /// Whether it runs inside the hostile project.
    pub project: bool,
    /// Whether that project has an environment of its own.
    pub environment: bool,
    /// Where it is known to get through, and why.
    pub open: Option<Open>,
    /// The program.
    pub text: String,
}

/// A hole that is known.
#[derive(Debug)]
pub struct Open {
    /// Only without namespaces.
    pub without_namespaces: bool,
    pub reason: String,
}

/// All payloads, by name.
pub fn all() -> Vec<Payload> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/escapes");
    let mut payloads: Vec<Payload> = fs::read_dir(folder)
        .expect("the payloads")
        .map(|entry| entry.expect("a payload").path())
        .filter(|path| path.extension().is_some_and(|it| it == "py"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy();
            read(&name, &fs::read_to_string(&path).expect("a payload"))
        })
        .collect();
    payloads.sort_by(|a, b| a.name.cmp(&b.name));
    payloads
}

fn read(name: &str, text: &str) -> Payload {
    let mut payload = Payload {
        name: name.to_owned(),
        category: name.split('_').next().expect("a category").to_owned(),
        about: String::new(),
        goal: Goal::None,
        no_control: String::new(),
        needs: Vec::new(),
        verdicts: Vec::new(),
        profiles: vec!["single".to_owned()],
        project: false,
        environment: false,
        open: None,
        text: text.to_owned(),
    };
    let words = |value: &str| value.split_whitespace().map(str::to_owned).collect();
    for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
        let (key, value) = line.split_once(": ").expect("`# key: value`");
        match key {
            "about" => payload.about = value.to_owned(),
            "bare" => {
                let (goal, rest) = value.split_once(' ').unwrap_or((value, ""));
                payload.goal = goal_of(name, goal);
                match payload.goal {
                    Goal::None => payload.no_control = rest.to_owned(),
                    _ => payload.needs = words(rest.trim_start_matches("if ")),
                }
            }
            "verdicts" => payload.verdicts = words(value),
            "profiles" => payload.profiles = words(value),
            "project" => {
                payload.project = true;
                payload.environment = value == "with an environment";
            }
            "open" => {
                payload.open = Some(Open {
                    without_namespaces: value.starts_with("without namespaces"),
                    reason: value.to_owned(),
                });
            }
            _ => panic!("{name}: no such key in a header: {key}"),
        }
    }
    assert!(
        !payload.about.is_empty(),
        "{name} says nothing about itself"
    );
    assert!(
        payload.goal != Goal::None || !payload.no_control.is_empty(),
        "{name} has neither a goal for a bare run nor a reason for having none"
    );
    payload
}

fn goal_of(name: &str, word: &str) -> Goal {
    match word {
        "says" => Goal::Says,
        "secret" => Goal::Secret,
        "listener" => Goal::Listener,
        "terminal" => Goal::Terminal,
        "files" => Goal::Files,
        "victim" => Goal::Victim,
        "left" => Goal::Left,
        "outlives" => Goal::Outlives,
        "crash" => Goal::Crash,
        "flood" => Goal::Flood,
        "succeeds" => Goal::Succeeds,
        "fine" => Goal::Fine,
        "none," => Goal::None,
        _ => panic!("{name}: no such goal: {word}"),
    }
}
