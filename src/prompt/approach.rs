/// What an answer is asked to be, and what is shown with the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The whole code, from the question alone.
    Whole,
    /// The whole code, after an answer that was no good and the reason why; without such an answer, in other words.
    Again,
    /// The one line, after examples of the same mistake.
    Line,
}

/// One way to ask for an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approach {
    /// What is asked for.
    pub shape: Shape,
    /// Sampling temperature: 0 for the likeliest answer.
    pub temperature: f32,
    /// Which words are used: not every provider samples, and there the words have to make the difference.
    pub wording: usize,
}

const fn approach(shape: Shape, temperature: f32, wording: usize) -> Approach {
    Approach {
        shape,
        temperature,
        wording,
    }
}

/// The ways to ask, in their order; as many answers as these are asked for at most.
///
/// The likeliest answer first: a competent model needs no other. Then the reason why it was no good; then other words,
/// as a small model that repeated the code often repairs it when it is asked differently; then the line alone, after
/// examples of the same mistake; then chance. Of what six answers did not mend, more of them mend little.
pub const APPROACHES: [Approach; 6] = [
    approach(Shape::Whole, 0.0, 0),
    approach(Shape::Again, 0.4, 1),
    approach(Shape::Whole, 0.0, 2),
    approach(Shape::Line, 0.0, 0),
    approach(Shape::Whole, 0.8, 1),
    approach(Shape::Whole, 0.8, 2),
];
