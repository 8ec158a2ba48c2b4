//! Calls to models, and the parameters that they do not take.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Store;
use super::record::{Note, clip, whole};
use crate::engine::ports::{
    CallOutcome, KnowledgeError, Ledger, ModelCall, ModelErrorKind, Period, RefusedParameter,
    Spending,
};

/// Longest text of a call that is kept, in bytes.
const LONGEST_TEXT: usize = 1 << 16;

impl Ledger for Store {
    fn called(&self, call: ModelCall) {
        self.note(Note::Called(Box::new(call)));
    }

    fn spent(&self, period: Period, now: i64) -> Result<Spending, KnowledgeError> {
        self.ask(move |connection| spent(connection, period, now))
    }

    fn calls(&self, most: usize) -> Result<Vec<ModelCall>, KnowledgeError> {
        self.ask(move |connection| calls(connection, most))
    }

    fn refused(&self, parameter: RefusedParameter) {
        self.note(Note::Refused(Box::new(parameter)));
    }

    fn refused_parameters(&self) -> Result<Vec<RefusedParameter>, KnowledgeError> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT provider, url, model, parameter FROM refused_parameter
                     ORDER BY provider, url, model, parameter",
                )?
                .query_map((), |row| {
                    Ok(RefusedParameter {
                        provider: row.get(0)?,
                        url: row.get(1)?,
                        model: row.get(2)?,
                        parameter: row.get(3)?,
                    })
                })?
                .collect()
        })
    }
}

pub(super) fn write_call(connection: &Connection, call: &ModelCall) -> rusqlite::Result<()> {
    let outcome = match call.outcome {
        CallOutcome::Answered => "answered".to_owned(),
        CallOutcome::Cancelled => "cancelled".to_owned(),
        CallOutcome::Failed(kind) => name_of(kind),
    };
    let text = call.text.as_deref().map(|text| {
        let end = text.floor_char_boundary(LONGEST_TEXT);
        text.get(..end).unwrap_or_default()
    });
    connection
        .prepare_cached(
            "INSERT INTO model_call(at, provider, url, model, local, purpose, bytes_sent, bytes_received,
                 tokens_in, tokens_out, cost_micros, redactions, ms, outcome, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            call.at,
            clip(&call.provider),
            clip(&call.url),
            call.model.as_deref().map(clip),
            call.local,
            name_of(call.purpose),
            whole(call.bytes_sent),
            whole(call.bytes_received),
            whole(call.tokens_in),
            whole(call.tokens_out),
            call.cost_micros.map(whole),
            call.redactions,
            whole(call.millis),
            outcome,
            text,
        ])?;
    Ok(())
}

pub(super) fn write_refused(
    connection: &Connection,
    refused: &RefusedParameter,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO refused_parameter(provider, url, model, parameter) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute([
            clip(&refused.provider),
            clip(&refused.url),
            clip(&refused.model),
            clip(&refused.parameter),
        ])?;
    Ok(())
}

fn spent(connection: &Connection, period: Period, now: i64) -> rusqlite::Result<Spending> {
    let start = match period {
        Period::Day => "start of day",
        Period::Month => "start of month",
    };
    connection
        .prepare_cached(
            "SELECT coalesce(sum(tokens_in + tokens_out), 0), coalesce(sum(cost_micros), 0)
             FROM model_call WHERE NOT local AND at >= unixepoch(?1, 'unixepoch', ?2)",
        )?
        .query_row(params![now, start], |row| {
            Ok(Spending {
                tokens: number(row, 0)?,
                cost_micros: number(row, 1)?,
            })
        })
}

fn calls(connection: &Connection, most: usize) -> rusqlite::Result<Vec<ModelCall>> {
    connection
        .prepare_cached(
            "SELECT at, provider, url, model, local, purpose, bytes_sent, bytes_received, tokens_in, tokens_out,
                 cost_micros, redactions, ms, outcome, text
             FROM model_call ORDER BY at DESC, id DESC LIMIT ?1",
        )?
        .query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            let outcome: String = row.get(13)?;
            let cost: Option<i64> = row.get(10)?;
            Ok(ModelCall {
                at: row.get(0)?,
                provider: row.get(1)?,
                url: row.get(2)?,
                model: row.get(3)?,
                local: row.get(4)?,
                purpose: named(row.get(5)?).unwrap_or_default(),
                bytes_sent: number(row, 6)?,
                bytes_received: number(row, 7)?,
                tokens_in: number(row, 8)?,
                tokens_out: number(row, 9)?,
                cost_micros: cost.and_then(|cost| u64::try_from(cost).ok()),
                redactions: row.get(11)?,
                millis: number(row, 12)?,
                outcome: match outcome.as_str() {
                    "answered" => CallOutcome::Answered,
                    "cancelled" => CallOutcome::Cancelled,
                    // A way to fail that only a newer version knows.
                    _ => CallOutcome::Failed(named(outcome).unwrap_or(ModelErrorKind::Protocol)),
                },
                text: row.get(14)?,
            })
        })?
        .collect()
}

fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    Ok(u64::try_from(number).unwrap_or(0))
}

/// The name of a variant without fields, as it is serialized.
fn name_of(variant: impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn named<T: DeserializeOwned>(name: String) -> Option<T> {
    serde_json::from_value(Value::String(name)).ok()
}
