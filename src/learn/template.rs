//! A change as data: what it puts in place of what, and between which tokens. No code, no pattern language.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A change that was accepted once, abstracted so that it fits where the same mistake is made again.
///
/// The same change is kept in several levels, from one that fits nearly nowhere else to one that fits often.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// What the parser complains about before the change: `SYN.MISSING_COLON:if`; in the more specific levels followed
    /// by the token there and the first word of its line. Templates are looked up by it, see [`super::keys`].
    pub complaint: String,
    /// How general it is: 0 is the most specific, up to [`LEVELS`] - 1.
    pub level: u8,
    /// Tokens from the one that the parser complains about to the first one that changes, where the template demands
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<i16>,
    /// What stands before the change, the nearest last.
    pub before: Vec<Item>,
    /// What is taken away.
    pub deleted: Vec<Item>,
    /// What stands after the change, the nearest first.
    pub after: Vec<Item>,
    /// What is put in place of what is taken away.
    pub inserted: Vec<Put>,
}

/// How many levels a change is kept in.
pub const LEVELS: u8 = 12;

/// Most bytes of one template as JSON.
const MAX_JSON: usize = 900;

/// A token of the text, or a class of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Item {
    /// This very token.
    Text(String),
    /// Any token of this class; the same hole is filled by the same text wherever it stands.
    Hole(Class, u8),
    /// A name that is this word but for a slip or two.
    Like(String),
    /// A name that is a slip of a keyword.
    Misspelled(u8),
    /// A line begins here, so deep beside the line before it.
    Line(Depth),
    /// The text begins or ends here.
    Edge,
}

/// What can fill a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// A name.
    Name,
    /// A number.
    Number,
    /// A string with both of its quotes.
    String,
    /// A quote that nothing closes, with its prefix.
    Quote,
    /// A comment.
    Comment,
}

/// How far a line is indented beside the line of code before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Depth {
    /// Less.
    Shallower,
    /// As far.
    Same,
    /// Further.
    Deeper,
}

/// What a change puts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Put {
    /// This very text, white space included.
    Text(String),
    /// What fills the hole of this number.
    Copy(u8),
    /// The quote of the string before it that has no end.
    Quote,
    /// The keyword that what fills the hole of this number is a slip of.
    Keyword(u8),
    /// A new line, so deep beside the line before it.
    Line(Depth),
    /// The line that was there, so deep beside the line before it; those that follow it as a block move with it.
    Block(Depth),
}

/// Why data is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is no JSON, or not that of a template.
    #[error("not a template: {0}")]
    Malformed(String),
    /// It says something that no template may say.
    #[error("{0}")]
    Forbidden(String),
}

impl Template {
    /// The template as JSON, always the same for equal templates.
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists cannot fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Self::to_json`] wrote, and checks it.
    ///
    /// # Errors
    /// If it is no template, or one that may not be used.
    pub fn from_json(json: &str) -> Result<Self, TemplateError> {
        let template: Self = serde_json::from_str(json)
            .map_err(|error| TemplateError::Malformed(error.to_string()))?;
        template.check()?;
        Ok(template)
    }

    /// SHA-256 of the template as JSON, in hexadecimal.
    pub fn hash(&self) -> String {
        Sha256::digest(self.to_json().as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Whether it may be used, wherever it comes from.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self) -> Result<(), TemplateError> {
        let forbidden = |why: &str| Err(TemplateError::Forbidden(why.to_owned()));
        if self.to_json().len() > MAX_JSON {
            return forbidden("a template has at most 900 bytes");
        }
        if self.level >= LEVELS {
            return forbidden("the level is below 12");
        }
        if self.deleted.is_empty() && self.inserted.is_empty() {
            return forbidden("a template changes something");
        }
        let bound: Vec<u8> = self
            .before
            .iter()
            .chain(&self.deleted)
            .chain(&self.after)
            .filter_map(|item| match item {
                Item::Hole(_, hole) | Item::Misspelled(hole) => Some(*hole),
                _ => None,
            })
            .collect();
        let is_bound = |put: &Put| match put {
            Put::Copy(hole) | Put::Keyword(hole) => bound.contains(hole),
            Put::Text(_) | Put::Quote | Put::Line(_) | Put::Block(_) => true,
        };
        if !self.inserted.iter().all(is_bound) {
            return forbidden("what is copied stands somewhere in the template");
        }
        Ok(())
    }
}
