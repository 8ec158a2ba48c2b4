//! What a model is asked about one finding, with everything secret taken out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::ports::{Message, ModelRequest, Purpose, Role};
use super::super::{Engine, Input};
use crate::diagnose::Finding;
use crate::prompt::{
    APPROACHES, Approach, Excerpt, Failure, Question, Redaction, Region, Speaker, answer_limit,
};
use crate::text::PositionIndex;

/// Bytes of a token, about: of code and English alike.
const BYTES_A_TOKEN: u64 = 3;

/// Exactly what a model would be sent about a finding, and to whom. Nothing is sent to find out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The provider's name, such as `lmstudio`; `off` if there is none.
    pub provider: String,
    /// The address to which it would go.
    pub url: String,
    /// The model that would be asked, where one is chosen.
    pub model: Option<String>,
    /// The messages, byte for byte. Later questions about the same finding say in addition why an answer was no good.
    pub messages: Vec<Message>,
    /// Which secrets were replaced in them. What they are is not told.
    pub redactions: Vec<Redacted>,
    /// Bytes of the messages in UTF-8.
    pub bytes: u64,
    /// Tokens of the messages, about.
    pub tokens: u64,
    /// First line of the text that is shown and may be changed, from one.
    pub first_line: u32,
    /// Last such line.
    pub last_line: u32,
}

/// Secrets of one kind that were replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redacted {
    /// What they are, such as `GitHub personal token`.
    pub kind: String,
    /// How many places were replaced.
    pub count: u32,
}

/// The questions about one finding.
pub(super) struct Prompt<'call> {
    redaction: Redaction<'call>,
    pub(super) excerpt: Excerpt,
    message: String,
    finding: &'call Finding,
    region: Region,
}

impl<'call> Prompt<'call> {
    /// Prepares the questions; or why nothing is sent.
    pub(super) fn new(
        engine: &'call Engine,
        input: &'call Input,
        finding: &'call Finding,
    ) -> Result<Self, String> {
        if let Some(path) = &input.path
            && let Some(reason) = engine.asking.never_sent.reason(path)
        {
            return Err(format!("{path}: {reason}"));
        }
        let Some(region) = Region::around(&input.text, finding.span) else {
            return Err("the lines concerned are too long to be sent to a model".to_owned());
        };
        let mut redaction = Redaction::new(&input.text, &engine.asking.secrets);
        let excerpt = redaction.excerpt(&input.text, region);
        let message = redaction.hide(&finding.message);
        Ok(Self {
            redaction,
            excerpt,
            message,
            finding,
            region,
        })
    }

    /// The question in one way; with the answer before it that was no good, if there is one.
    pub(super) fn request(
        &mut self,
        approach: Approach,
        failure: Option<&Failure>,
    ) -> ModelRequest {
        let hidden = failure.map(|failure| Failure {
            answer: self.redaction.hide(&failure.answer),
            reason: self.redaction.hide(&failure.reason),
        });
        let question = Question {
            text: &self.excerpt.text,
            region: self.excerpt.region,
            message: &self.message,
            code: self.finding.code,
        };
        let turns = question.conversation(approach, hidden.as_ref());
        let messages: Vec<Message> = turns
            .into_iter()
            .map(|(speaker, content)| Message {
                role: match speaker {
                    Speaker::Orders => Role::System,
                    Speaker::Question => Role::User,
                    Speaker::Answer => Role::Assistant,
                },
                content,
            })
            .collect();
        let redactions = self.counts(&messages).iter().map(|kind| kind.count).sum();
        ModelRequest {
            messages,
            max_tokens: answer_limit(self.excerpt.region),
            temperature: approach.temperature,
            purpose: Purpose::Heal,
            redactions,
            ..ModelRequest::default()
        }
    }

    /// What an answer's proposals mean for the text as it is; those that move a secret are left out, and counted.
    pub(super) fn proposals(&self, answer: &str) -> (Vec<crate::prompt::Proposal>, usize) {
        let all = crate::prompt::proposals(&self.excerpt.text, self.excerpt.region, answer);
        let count = all.len();
        let restored: Vec<_> = all
            .into_iter()
            .filter_map(|proposal| self.redaction.restore(&self.excerpt, proposal).ok())
            .collect();
        let misplaced = count - restored.len();
        (restored, misplaced)
    }

    fn counts(&self, messages: &[Message]) -> Vec<Redacted> {
        let texts = messages.iter().map(|message| message.content.as_str());
        let counts = self.redaction.counts(texts).into_iter();
        counts
            .map(|(kind, count)| Redacted {
                kind: kind.to_owned(),
                count,
            })
            .collect()
    }
}

impl Engine {
    /// Exactly what the model would be sent first about a finding. Sends nothing.
    ///
    /// # Errors
    /// Why nothing would be sent, in plain words.
    pub fn preview(&self, input: &Input, finding: &Finding) -> Result<Preview, String> {
        let mut prompt = Prompt::new(self, input, finding)?;
        let [first, ..] = APPROACHES;
        let request = prompt.request(first, None);
        let status = self.model.as_ref().map(|model| model.status());
        let (provider, url, model) = match status {
            Some(status) => (status.provider, status.url, status.model),
            None => ("off".to_owned(), String::new(), None),
        };
        let lines = PositionIndex::new(&input.text);
        let last = prompt
            .region
            .span
            .end
            .saturating_sub(1)
            .max(prompt.region.span.start);
        let number = |line: usize| u32::try_from(line + 1).unwrap_or(u32::MAX);
        Ok(Preview {
            provider,
            url,
            model,
            redactions: prompt.counts(&request.messages),
            bytes: request.bytes(),
            tokens: request.bytes().div_ceil(BYTES_A_TOKEN),
            first_line: number(prompt.region.first_line),
            last_line: number(lines.line_of(last)),
            messages: request.messages,
        })
    }
}
