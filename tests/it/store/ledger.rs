//! Calls to models in the record, and what they leave of a budget.

use salve::engine::ports::{
    CallOutcome, Ledger, ModelCall, ModelErrorKind, Period, Purpose, RefusedParameter, Spending,
};

use super::support::{DAY, START, open, place};

fn call(at: i64, local: bool, tokens: u64) -> ModelCall {
    ModelCall {
        at,
        provider: if local { "ollama" } else { "openai" }.to_owned(),
        url: "http://127.0.0.1:11434".to_owned(),
        model: Some("coder".to_owned()),
        local,
        purpose: Purpose::Heal,
        bytes_sent: 300,
        bytes_received: 30,
        tokens_in: tokens,
        tokens_out: 1,
        cost_micros: (!local).then_some(7),
        redactions: 2,
        millis: 40,
        outcome: CallOutcome::Answered,
        text: None,
    }
}

#[test]
fn calls_are_kept_as_they_were_and_the_newest_comes_first() {
    let (_folder, path) = place();
    let failed = ModelCall {
        outcome: CallOutcome::Failed(ModelErrorKind::RateLimited),
        cost_micros: None,
        model: None,
        purpose: Purpose::Test,
        ..call(START, false, 0)
    };
    let kept = ModelCall {
        text: Some("what was sent".to_owned()),
        outcome: CallOutcome::Cancelled,
        ..call(START + 1, true, 9)
    };
    {
        let store = open(&path);
        store.called(failed.clone());
        store.called(kept.clone());
        assert_eq!(store.calls(9), Ok(vec![kept.clone(), failed.clone()]));
    }
    assert_eq!(open(&path).calls(1), Ok(vec![kept]));
}

#[test]
fn what_is_local_is_counted_and_takes_nothing_of_the_budget() {
    let (_folder, path) = place();
    let store = open(&path);
    // START is the first midnight of a year.
    for (at, local, tokens) in [
        (START - 1, false, 1000),
        (START, false, 10),
        (START + DAY - 1, false, 20),
        (START + DAY, false, 40),
        (START + 2 * DAY, true, 80),
        (START + 31 * DAY, false, 500),
    ] {
        store.called(call(at, local, tokens));
    }
    let spent = |period, now| store.spent(period, now).expect("the record answers");
    let of = |tokens: u64, calls: u64| Spending {
        tokens: tokens + calls,
        cost_micros: 7 * calls,
    };
    assert_eq!(spent(Period::Day, START + 32 * DAY - 1), of(500, 1));
    assert_eq!(spent(Period::Day, START + 32 * DAY), of(0, 0));
    assert_eq!(spent(Period::Month, START + 31 * DAY), of(500, 1));
    assert_eq!(spent(Period::Month, START + 31 * DAY - 1), of(570, 4));
    assert_eq!(store.calls(99).expect("the record answers").len(), 6);
}

#[test]
fn a_refused_parameter_is_remembered_once() {
    let (_folder, path) = place();
    let refused = RefusedParameter {
        provider: "openai".to_owned(),
        url: "https://models.example.org/v1".to_owned(),
        model: "thinker".to_owned(),
        parameter: "temperature".to_owned(),
    };
    {
        let store = open(&path);
        store.refused(refused.clone());
        store.refused(refused.clone());
    }
    assert_eq!(open(&path).refused_parameters(), Ok(vec![refused]));
}
