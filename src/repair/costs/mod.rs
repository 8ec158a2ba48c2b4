//! The cost model: how likely a change is to be what the person meant, learned from broken programs and their fixes
//! and from code as people write it.

mod change;
mod features;
mod language;
mod reading;
mod scene;
mod training;

use std::sync::{Arc, OnceLock};

pub use features::{Features, Outcome};
pub use language::{LanguageModel, LanguageTraining};
pub use scene::Scene;
pub use training::{Example, explained, fit};

/// A log-linear model over the features of a change: its cost follows from their weighted sum.
#[derive(Debug, Clone)]
pub struct CostModel {
    /// One weight per feature, in tenths of nats; [`features::WEIGHTS`] of them, or none if nothing was learned.
    weights: Vec<f32>,
    /// What code looks like.
    language: LanguageModel,
    /// Whether searches keep what they saw, for [`fit`].
    is_learning: bool,
}

/// Why bytes are no cost model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CostModelError {
    /// They do not begin as one, or are of another version.
    #[error("not a cost model of this version of salve: train it again")]
    Foreign,
    /// They end too early or too late.
    #[error("the cost model is damaged: train it again")]
    Damaged,
}

/// What a step of this score costs: ten times the negative logarithm of its probability, up to a constant of the place.
///
/// Never less than nothing, so that two steps always cost more than the first of them alone; far above zero it is the
/// score itself.
pub fn step_cost(score: f32) -> i32 {
    softplus(score).round() as i32
}

/// `ln(1 + e^x)`, in tenths of nats.
fn softplus(score: f32) -> f32 {
    // Beyond that a cost is all alike: never.
    let nats = (score / 10.0).min(1e4);
    10.0 * (nats.max(0.0) + (-nats.abs()).exp().ln_1p())
}

/// How a file of a cost model begins; the number counts the meanings that its weights had.
const MAGIC: &[u8] = b"salve cost model 2\n";
/// Weights are stored in steps of this many tenths of nats.
const STEP: f32 = 1.0 / 256.0;

impl CostModel {
    /// The model that comes with salve.
    pub fn embedded() -> Arc<Self> {
        static EMBEDDED: OnceLock<Arc<CostModel>> = OnceLock::new();
        let embedded = EMBEDDED.get_or_init(|| {
            let model = Self::from_bytes(include_bytes!("../../../grammars/python/costs.bin"));
            // A build with a damaged file fails its tests; until it is trained again, the rules' own costs hold.
            Arc::new(model.unwrap_or_else(|_| Self::untrained()))
        });
        Arc::clone(embedded)
    }

    /// A model that knows nothing but the costs that rules give their proposals.
    pub fn untrained() -> Self {
        Self::new(Vec::new(), LanguageModel::default())
    }

    /// A model of these weights, as [`fit`] returns them.
    pub fn new(weights: Vec<f32>, language: LanguageModel) -> Self {
        Self {
            weights,
            language,
            is_learning: false,
        }
    }

    /// The same model, but searches keep what they saw.
    pub fn learning(mut self) -> Self {
        self.is_learning = true;
        self
    }

    /// What code looks like.
    pub fn language(&self) -> &LanguageModel {
        &self.language
    }

    /// Whether there is more to it than the costs that rules give their proposals.
    pub fn is_trained(&self) -> bool {
        !self.weights.is_empty()
    }

    /// Whether searches are to keep what they saw.
    pub fn is_learning(&self) -> bool {
        self.is_learning
    }

    /// The score of a step with these features; [`step_cost`] makes a cost of it.
    pub fn score(&self, features: &Features) -> f32 {
        if self.weights.is_empty() {
            features.prior()
        } else {
            features.weighted(&self.weights)
        }
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CostModelError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(CostModelError::Foreign)?;
        let (weights, language) = rest
            .split_at_checked(features::WEIGHTS * 2)
            .ok_or(CostModelError::Damaged)?;
        let weights = weights
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| f32::from(i16::from_le_bytes(*pair)) * STEP)
            .collect();
        let language = LanguageModel::from_bytes(language).ok_or(CostModelError::Damaged)?;
        Ok(Self::new(weights, language))
    }

    /// The model as bytes: at most 3 MB.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for index in 0..features::WEIGHTS {
            let weight = self.weights.get(index).copied().unwrap_or_default();
            let steps = (weight / STEP).round().clamp(-32768.0, 32767.0) as i16;
            bytes.extend(steps.to_le_bytes());
        }
        self.language.write(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_that_comes_with_salve_is_whole_and_small() {
        let bytes = include_bytes!("../../../grammars/python/costs.bin");
        let model = CostModel::from_bytes(bytes).expect("a cost model");
        assert!(bytes.len() <= 3_000_000, "{} bytes", bytes.len());
        assert!(model.to_bytes() == bytes, "it is not what it was read from");
    }

    #[test]
    fn what_is_no_model_is_refused() {
        let bytes = CostModel::new(
            Vec::new(),
            LanguageTraining::new(std::iter::empty()).finish(),
        );
        let bytes = bytes.to_bytes();
        assert_eq!(
            CostModel::from_bytes(b"a model").err(),
            Some(CostModelError::Foreign)
        );
        for damaged in [bytes.get(..bytes.len() - 1), bytes.get(..MAGIC.len() + 7)] {
            let damaged = damaged.expect("it is longer than that");
            assert_eq!(
                CostModel::from_bytes(damaged).err(),
                Some(CostModelError::Damaged)
            );
        }
    }
}
