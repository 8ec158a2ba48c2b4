//! Learning the weights: among the changes that hold at a place, the one that the person made should be the likeliest.

use super::features::{Features, REVEALS, WEIGHTS, name};
use super::softplus;

/// The changes that held at one place, and which of them lead to what the person meant.
#[derive(Debug, Clone)]
pub struct Example {
    /// The features of each step of each change.
    pub changes: Vec<Vec<Features>>,
    /// Whether it leads to what the person meant; at least one does.
    pub right: Vec<bool>,
}

/// Times that all examples are gone through.
const EPOCHS: usize = 12;
/// How fast weights move at first, in tenths of nats (AdaGrad: Duchi et al., 2011).
const RATE: f32 = 0.4;
/// How strongly a weight is held near where it began, for what moves it.
const PULL: f32 = 0.01;

/// The weights that make the right changes of `examples` likely, by gradient descent on the logarithm of their
/// probability; examples are taken in the order given. Weights begin at what rules and outcomes cost by themselves.
pub fn fit(examples: &[Example]) -> Vec<f32> {
    let start = initial();
    let mut weights = start.clone();
    let mut slopes = vec![1e-6_f32; WEIGHTS];
    for _ in 0..EPOCHS {
        for example in examples {
            let shares = shares(example, &weights);
            let right: f32 = right_share(&shares, example);
            if right <= 0.0 {
                continue;
            }
            for ((change, share), is_right) in
                example.changes.iter().zip(&shares).zip(&example.right)
            {
                let wanted = if *is_right { share / right } else { 0.0 };
                // The slope of -ln p by the cost, which is in tenths of nats.
                let error = (wanted - share) / 10.0;
                if error.abs() < 1e-6 {
                    continue;
                }
                for step in change {
                    // The slope of a step's cost by its score.
                    let error = error / (1.0 + (-step.weighted(&weights) / 10.0).exp());
                    for (at, value) in step.values() {
                        let at = *at as usize;
                        let (Some(weight), Some(slope), Some(began)) =
                            (weights.get_mut(at), slopes.get_mut(at), start.get(at))
                        else {
                            continue;
                        };
                        let gradient = error * value + PULL * error.abs() * (*weight - began);
                        *slope += gradient * gradient;
                        *weight -= RATE * gradient / slope.sqrt();
                    }
                }
            }
        }
    }
    weights
}

/// The mean probability of the right changes: how well the weights explain the examples.
pub fn explained(examples: &[Example], weights: &[f32]) -> f32 {
    let sum: f32 = examples
        .iter()
        .map(|example| right_share(&shares(example, weights), example))
        .sum();
    sum / examples.len().max(1) as f32
}

/// What a further step at the same place costs by itself.
const STEP: f32 = 15.0;

/// Weights that give every change the cost that its rule and its outcome have by themselves.
fn initial() -> Vec<f32> {
    let mut weights = vec![0.0; WEIGHTS];
    for (name, cost) in [
        (name!("cost"), 10.0),
        (name!("reveals"), REVEALS),
        (name!("misplaced"), REVEALS),
        (name!("step", name!("second")), STEP),
        (name!("step", name!("third")), STEP),
    ] {
        if let Some(weight) = weights.get_mut(name.index() as usize) {
            *weight = cost;
        }
    }
    weights
}

/// The probability of each change.
fn shares(example: &Example, weights: &[f32]) -> Vec<f32> {
    let costs: Vec<f32> = example
        .changes
        .iter()
        .map(|change| {
            let steps = change.iter();
            steps.map(|step| softplus(step.weighted(weights))).sum()
        })
        .collect();
    let least = costs.iter().copied().fold(f32::INFINITY, f32::min);
    let odds: Vec<f32> = costs
        .iter()
        .map(|cost| ((least - cost) / 10.0).exp())
        .collect();
    let sum: f32 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / sum).collect()
}

/// The probability of all right changes together.
fn right_share(shares: &[f32], example: &Example) -> f32 {
    let changes = shares.iter().zip(&example.right);
    changes
        .filter(|(_, is_right)| **is_right)
        .map(|(share, _)| share)
        .sum()
}
