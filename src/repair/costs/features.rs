//! Features: what the cost model sees of a change, as numbers under hashed names.

use crate::repair::proposal::Proposal;

/// The name of a feature, or a part of it: a hash, so that names are put together in no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(u64);

impl Name {
    /// A word (FNV-1a, 64 bits).
    pub const fn of(word: &str) -> Self {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut rest = word.as_bytes();
        while let [first, tail @ ..] = rest {
            hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
            rest = tail;
        }
        Self(hash)
    }

    /// The same with another part behind it.
    pub const fn and(self, part: Self) -> Self {
        Self((self.0.rotate_left(23) ^ part.0).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The weight that it stands for, below [`WEIGHTS`].
    pub const fn index(self) -> u32 {
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (64 - WEIGHTS.trailing_zeros())) as u32
    }
}

/// A name of a word and further parts, which are names: `name!("left", kind, token)`.
macro_rules! name {
    ($word:literal $(, $part:expr)* $(,)?) => {
        const { $crate::repair::costs::features::Name::of($word) }$(.and($part))*
    };
}
pub(super) use name;

/// How many weights a model has. A power of two: names are hashed onto them.
pub const WEIGHTS: usize = 1 << 17;

/// The features of a change: indexes of weights and values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    values: Vec<(u32, f32)>,
    prior: f32,
}

impl Features {
    /// A proposal's features begin with the cost that its rule gives it.
    pub fn of_rule(proposal: &Proposal) -> Self {
        let mut features = Self {
            values: Vec::with_capacity(64),
            prior: proposal.cost as f32,
        };
        // In tens, so that it is of the size of the other features.
        let cost = proposal.cost as f32 / 10.0;
        features.number(name!("cost"), cost);
        features.number(name!("cost", Name::of(proposal.rule)), cost);
        features
    }

    /// Notes that a named feature is there.
    pub fn flag(&mut self, name: Name) {
        self.number(name, 1.0);
    }

    /// Notes the value of a named feature.
    pub fn number(&mut self, name: Name, value: f32) {
        self.values.push((name.index(), value));
    }

    /// Adds what is known of a further step.
    pub fn add(&mut self, other: &Self) {
        self.values.extend_from_slice(&other.values);
        self.prior += other.prior;
    }

    /// Indexes of weights, below [`WEIGHTS`], and values.
    pub fn values(&self) -> &[(u32, f32)] {
        &self.values
    }

    /// What the rules say that it costs.
    pub fn prior(&self) -> f32 {
        self.prior
    }

    /// The sum of the values, each times its weight.
    pub fn weighted(&self, weights: &[f32]) -> f32 {
        self.values
            .iter()
            .map(|(index, value)| weights.get(*index as usize).copied().unwrap_or_default() * value)
            .sum()
    }
}

/// What a change turned out to do.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Whether the piece of text parses as a whole.
    pub is_whole: bool,
    /// Whether the parser complains where it did not before.
    pub reveals: bool,
    /// How many statements stand where Python's compiler does not allow them.
    pub misplaced: usize,
}

/// What it costs a change by itself that the parser complains where it did not before.
pub const REVEALS: f32 = 30.0;

impl Outcome {
    /// The features of a change that had this outcome.
    pub fn features(&self, proposal: &Proposal) -> Features {
        let mut features = Features::default();
        let misplaced = self.misplaced.min(4) as f32;
        features.prior = REVEALS * (f32::from(u8::from(self.reveals)) + misplaced);
        let rule = Name::of(proposal.rule);
        features.number(name!("misplaced"), misplaced);
        if self.is_whole {
            features.flag(name!("whole"));
            features.flag(name!("whole", rule));
        }
        if self.reveals {
            features.flag(name!("reveals"));
            features.flag(name!("reveals", rule));
        }
        features
    }
}
