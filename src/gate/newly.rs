//! What the text after a fix has that the text before it had not.

use super::finding::{Finding, Kind};
use super::reading::{Reading, Use, is_standard};
use super::tests_kept::{Checks, assertions};
use super::words::Words;
use crate::lang::python::{Version, parse};

/// What the caller knows of the file and its project.
#[derive(Clone, Copy, Default)]
pub struct Around<'call> {
    /// Whether the file holds tests: then no assertion may change either, unless the file was broken.
    pub is_test: bool,
    /// Whether a top-level module that does not come with Python can be imported; `None` if nobody knows.
    pub has_module: Option<&'call dyn Fn(&str) -> bool>,
}

impl std::fmt::Debug for Around<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Around")
            .field("is_test", &self.is_test)
            .finish_non_exhaustive()
    }
}

/// The text before, read once for all fixes of it.
#[derive(Debug)]
pub struct Before<'text> {
    text: &'text str,
    version: Version,
    reading: Reading,
    /// The words of a text that is broken.
    words: Option<Words>,
    checks: Checks,
}

impl<'text> Before<'text> {
    /// Reads `text`, which may be broken: then a word of it counts as a use, so that a repair is never blamed for what
    /// it only makes readable.
    pub fn new(text: &'text str, version: Version) -> Self {
        let tree = parse(text, version);
        Self {
            text,
            version,
            reading: Reading::new(tree.syntax(), None),
            words: (!tree.errors().is_empty()).then(|| Words::new(text)),
            checks: Checks::of(text),
        }
    }

    /// What `after` does that this text did not, sorted; nothing for an ordinary repair.
    pub fn newly_introduced(&self, after: &str, around: &Around<'_>) -> Vec<Finding> {
        let tree = parse(after, self.version);
        let new = Reading::new(tree.syntax(), Some(&self.reading));
        let comparison = Comparison {
            words: self.words.as_ref(),
            old: &self.reading,
            new: &new,
        };
        let mut findings = comparison.uses();
        findings.extend(comparison.others());
        findings.extend(comparison.imports(around));
        let (kept, checks) = (self.checks, Checks::of(after));
        let mut weaker =
            |message: &str| findings.push(finding(Kind::WeakenedTest, message.to_owned()));
        if checks.tests < kept.tests {
            weaker("takes a test away");
        } else if checks.assertions < kept.assertions {
            weaker("takes an assertion away");
        } else if around.is_test && self.words.is_none() && changes_assertions(self.text, after) {
            weaker("changes an assertion of a test");
        }
        findings.sort();
        findings.dedup();
        findings
    }
}

struct Comparison<'texts> {
    /// The words of the text before, if it is broken.
    words: Option<&'texts Words>,
    old: &'texts Reading,
    new: &'texts Reading,
}

impl Comparison<'_> {
    fn uses(&self) -> Vec<Finding> {
        let new_ones = self
            .new
            .uses
            .iter()
            .filter(|(key, used)| !self.was_used(key, used));
        new_ones
            .map(|(key, used)| {
                let again = self.old.uses.contains_key(key);
                let shown = &used.shown;
                finding(
                    used.kind,
                    if again {
                        format!("uses {shown} in one more place than the program did before")
                    } else {
                        format!("uses {shown}, which the program did not before")
                    },
                )
            })
            .collect()
    }

    fn was_used(&self, key: &str, used: &Use) -> bool {
        // One more end of the program is one more way to end before the mistake shows.
        let is_counted = used.kind == Kind::Exit;
        if let Some(old) = self.old.uses.get(key)
            && (!is_counted || used.times <= old.times.max(1))
        {
            return true;
        }
        // Used without an import before: the fix only says where it comes from.
        if self.old.free.contains(used.word) || used.leaves.is_subset(&self.old.free) {
            return true;
        }
        self.words.is_some_and(|words| {
            let known = match key {
                "sys.exit" => ["exit", "quit", "SystemExit"]
                    .iter()
                    .map(|word| words.count(word))
                    .sum(),
                _ => {
                    let leaves = used.leaves.iter().map(|leaf| words.count(leaf));
                    words.count(used.word).max(leaves.min().unwrap_or(0))
                }
            };
            known >= if is_counted { used.times.max(1) } else { 1 }
        })
    }

    fn others(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mentions = |path: &str| {
            let leaf = path.rsplit('.').next().unwrap_or_default();
            self.words.is_some_and(|words| words.count(leaf) > 0)
        };
        for path in self.new.patches.difference(&self.old.patches) {
            if !mentions(path) {
                findings.push(finding(
                    Kind::Patch,
                    format!("gives {path} another meaning"),
                ));
            }
        }
        for module in self.new.handed_around.difference(&self.old.handed_around) {
            if self.words.is_none() || !mentions(module) {
                findings.push(finding(
                    Kind::DynamicCode,
                    format!("hands the module {module} around, so that nobody can see what is used of it"),
                ));
            }
        }
        let swallowed = self
            .words
            .map_or(0, |words| words.swallowing)
            .max(self.old.swallowing);
        if self.new.swallowing > swallowed {
            findings.push(finding(
                Kind::SwallowedException,
                "hides every exception".to_owned(),
            ));
        }
        if self.new.always_true > self.old.always_true {
            findings.push(finding(
                Kind::WeakenedTest,
                "makes an assertion hold always".to_owned(),
            ));
        }
        findings
    }

    fn imports(&self, around: &Around<'_>) -> Vec<Finding> {
        let Some(has_module) = around.has_module else {
            return Vec::new();
        };
        let was_named = |name: &str| {
            self.old.imports.contains_key(name)
                || self.old.free.contains(name)
                || self.words.is_some_and(|words| words.count(name) > 0)
        };
        self.new
            .imports
            .iter()
            .filter(|(module, names)| {
                !module.is_empty()
                    && !was_named(module)
                    && !names.iter().any(|name| was_named(name))
                    && !is_standard(module)
                    && !has_module(module)
            })
            .map(|(module, _)| {
                finding(
                    Kind::UnknownImport,
                    format!(
                        "imports {module}, which is neither installed nor a part of the project"
                    ),
                )
            })
            .collect()
    }
}

fn changes_assertions(before: &str, after: &str) -> bool {
    let after = assertions(after);
    assertions(before)
        .iter()
        .any(|assertion| !after.contains(assertion))
}

fn finding(kind: Kind, message: String) -> Finding {
    Finding { kind, message }
}
