//! What the harness said from inside the sandbox, and what of it speaks against believing the rest.

use super::jail::Report;
use super::unseen::Place;
use super::verdict::{Exception, Tests};

/// Error numbers of what the sandbox denies: `EPERM`, `EACCES`, `EROFS`, `ENOSYS`, and `ENETUNREACH`.
const DENIALS: [u32; 5] = [1, 13, 30, 38, 101];
/// Error numbers of what is used up: `EMFILE`, `EFBIG`, `ENOSPC`, `ENOMEM`, `EDQUOT`.
const EXHAUSTIONS: [u32; 5] = [24, 27, 28, 12, 122];

/// What SQLite says of a file that may not be written.
const DENIALS_OF_DATABASES: [&str; 2] = ["unable to open database file", "readonly database"];
/// What `pwd` and `grp` say of users that are not listed.
const DENIALS_OF_USERS: [&str; 4] = ["getpwuid()", "getpwnam()", "getgrgid()", "getgrnam()"];

/// What the harness said, with the job's secret number.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) version: Option<(u8, u8)>,
    pub(super) compiled: Option<bool>,
    pub(super) error: Option<Failure>,
    /// What ended a thread, but not the program.
    pub(super) of_thread: Option<Failure>,
    /// What led to either of them.
    causes: Vec<Failure>,
    pub(super) exit: Option<Exit>,
    pub(super) is_done: bool,
    pub(super) tests: Option<Tests>,
    pub(super) status_of_tests: Option<u32>,
    missing: Option<String>,
    /// What went wrong with the tests that is none of their business.
    broken: Option<String>,
    denied: Vec<String>,
    has_asked: bool,
    pub(super) is_forged: bool,
    /// What a process that it started, or the program itself, wrote of a denial.
    complaint: Option<String>,
}

#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exception: Exception,
    error_number: u32,
    /// The names of its class and those it derives from.
    classes: String,
    /// The file or module that was not found, if that is what it says.
    wanted: String,
}

impl Failure {
    /// Whether it is the sandbox's doing.
    fn doubt(&self, place: Place<'_>, version: Option<(u8, u8)>) -> Option<String> {
        let message = &self.exception.message;
        let says = |sentences: &[&str]| sentences.iter().any(|words| message.contains(words));
        let is_denied = self.is("OSError") && DENIALS.contains(&self.error_number)
            // There is nobody to ask for addresses.
            || self.is("gaierror")
            || self.exception.kind == "OperationalError" && says(&DENIALS_OF_DATABASES)
            || self.is("KeyError") && says(&DENIALS_OF_USERS);
        if is_denied {
            Some(format!("the sandbox denies something: {}", self.exception))
        } else if self.is("FileNotFoundError") {
            place.unseen_file(&self.wanted)
        } else if self.is("ModuleNotFoundError") {
            place.unseen_module(&self.wanted, version)
        } else {
            None
        }
    }

    fn is(&self, class: &str) -> bool {
        self.classes.split(' ').any(|name| name == class)
    }
}

#[derive(Debug)]
pub(super) struct Exit {
    pub(super) status: String,
    pub(super) is_last: bool,
}

impl Said {
    pub(super) fn read(report: &Report) -> Self {
        let mut said = Self {
            complaint: report
                .stderr
                .lines()
                .find(|line| is_of_denial(line))
                .map(str::to_owned),
            ..Self::default()
        };
        for line in &report.events {
            let mut fields = line.split(' ');
            if fields.next() != Some(report.nonce.as_str()) {
                said.is_forged = true;
                continue;
            }
            let event = fields.next().unwrap_or_default();
            let Some(fields) = fields.map(decode).collect::<Option<Vec<String>>>() else {
                said.is_forged = true;
                continue;
            };
            said.note(event, &fields);
        }
        said
    }

    fn note(&mut self, event: &str, fields: &[String]) {
        let field = |index: usize| fields.get(index).cloned().unwrap_or_default();
        let number = |index: usize| field(index).parse::<u32>().unwrap_or(0);
        match event {
            "python" => {
                let part = |index| u8::try_from(number(index)).ok();
                self.version = part(0).zip(part(1));
            }
            "compiled" => self.compiled = Some(true),
            "rejected" => self.compiled = Some(false),
            "error" | "thread" | "cause" => {
                let failure = Failure {
                    exception: Exception {
                        kind: field(0),
                        message: field(1),
                        file: Some(field(2)).filter(|file| !file.is_empty()),
                        line: Some(number(3)).filter(|line| *line > 0),
                    },
                    error_number: number(4),
                    classes: field(5),
                    wanted: field(6),
                };
                match event {
                    "error" if self.error.is_none() => self.error = Some(failure),
                    "thread" if self.of_thread.is_none() => self.of_thread = Some(failure),
                    _ => self.causes.push(failure),
                }
            }
            "exit" => {
                self.exit = Some(Exit {
                    status: field(0),
                    is_last: number(1) == 1,
                });
            }
            "done" => self.is_done = true,
            "tests" => {
                self.tests = Some(Tests {
                    passed: number(0),
                    failed: number(1),
                    skipped: number(2),
                });
                self.status_of_tests = Some(number(3));
            }
            "missing" => self.missing = Some(field(0)),
            "broken" => self.broken = Some(field(0)),
            "denied" => self.denied.push(field(0)),
            "asked" => self.has_asked = true,
            _ => {}
        }
    }

    /// Why no tests could be run.
    pub(super) fn no_tests(&self) -> Option<String> {
        let missing = self.missing.as_ref();
        let broken = self.broken.as_ref();
        missing
            .map(|what| format!("{what} is not installed for this interpreter"))
            .or_else(|| broken.map(|what| format!("pytest itself failed: {what}")))
    }

    /// Why neither a pass nor a failure says anything about the program.
    pub(super) fn doubt(&self, place: Place<'_>) -> Option<String> {
        if self.has_asked {
            return Some("it reads its input, which is empty here".to_owned());
        }
        if !self.denied.is_empty() {
            let wanted = self.denied.join(", ");
            return Some(format!("the sandbox does not let it {wanted}"));
        }
        if let Some(line) = self.complaint.as_ref() {
            return Some(format!("the sandbox denied something: {line}"));
        }
        let failures = self.error.iter().chain(&self.of_thread);
        if let Some(doubt) = failures
            .chain(&self.causes)
            .find_map(|failure| failure.doubt(place, self.version))
        {
            return Some(doubt);
        }
        let of_thread = self.of_thread.as_ref().filter(|_| self.error.is_none())?;
        Some(format!(
            "an exception ended one of its threads, but not the program: {}",
            of_thread.exception
        ))
    }

    /// Whether the program failed because the sandbox grants no more.
    pub(super) fn exhaustion(&self) -> Option<String> {
        let error = self.error.as_ref().or(self.of_thread.as_ref())?;
        let no_thread = error.exception.message.contains("can't start new thread");
        let is_used_up = error.is("MemoryError")
            || error.is("OSError") && EXHAUSTIONS.contains(&error.error_number)
            || error.is("RuntimeError") && no_thread;
        is_used_up.then(|| format!("the sandbox grants no more: {}", error.exception))
    }
}

/// Whether this is how a traceback ends that shows a denial, such as `PermissionError: [Errno 13] Permission denied`.
fn is_of_denial(line: &str) -> bool {
    line.split_once(": [Errno ").is_some_and(|(kind, rest)| {
        let number = rest.split_once(']').map(|(number, _)| number.parse());
        matches!(kind, "PermissionError" | "OSError")
            && number.is_some_and(|number| number.is_ok_and(|number| DENIALS.contains(&number)))
    })
}

/// A field of an event: UTF-8 in hexadecimal, `-` for none.
fn decode(field: &str) -> Option<String> {
    if field == "-" {
        return Some(String::new());
    }
    let digits: Option<Vec<u8>> = field
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let (pairs, rest) = digits.as_ref()?.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    rest.is_empty()
        .then(|| String::from_utf8(bytes).ok())
        .flatten()
}
