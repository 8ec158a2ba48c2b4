use super::*;

const FOUND: Event<'_> = found("m", Memory::Unknown);
const LOADED: Event<'_> = found("m", Memory::Loaded);
const NOT_LOADED: Event<'_> = found("m", Memory::NotLoaded);
const ANSWERED: Event<'_> = Event::Answered("m");

const fn found(model: &str, memory: Memory) -> Event<'_> {
    Event::Found {
        model,
        memory,
        millis: 7,
    }
}

fn error(kind: Kind) -> ModelError {
    ModelError {
        kind,
        message: format!("{kind:?}"),
        hint: None,
        retry_after_millis: None,
    }
}

fn connection() -> Connection {
    Connection::new(
        ConnectionStatus::new(State::Unchecked, "p", "http://h"),
        100,
    )
}

/// A connection that is in `state`, reached the way it is reached in life, at 100.
fn in_state(state: State) -> Connection {
    let mut connection = connection();
    let mut take = |events: &[Event<'_>]| {
        for event in events {
            connection.take(*event, 100);
        }
    };
    let failed = |kind| error(kind);
    match state {
        State::Off | State::Unchecked => {}
        State::Unreachable => take(&[Event::Failed(&failed(Kind::Unreachable))]),
        State::AuthFailed => take(&[Event::Failed(&failed(Kind::Auth))]),
        State::ModelMissing => take(&[Event::Failed(&failed(Kind::ModelMissing))]),
        State::Cold => take(&[NOT_LOADED]),
        State::Loading => take(&[Event::Failed(&failed(Kind::Loading))]),
        State::Reachable => take(&[FOUND]),
        State::Ready => take(&[FOUND, Event::Asked, Event::FirstPiece, ANSWERED]),
        State::RateLimited => take(&[Event::Failed(&failed(Kind::RateLimited))]),
        State::Failing => take(&[Event::Failed(&failed(Kind::Overloaded))]),
    }
    assert_eq!(connection.status.state, state);
    connection
}

const STATES: [State; 10] = [
    State::Unchecked,
    State::Unreachable,
    State::AuthFailed,
    State::ModelMissing,
    State::Cold,
    State::Loading,
    State::Reachable,
    State::Ready,
    State::RateLimited,
    State::Failing,
];

#[track_caller]
fn check(mut connection: Connection, event: Event<'_>, expected: State) {
    let before = connection.status.state;
    connection.take(event, 101);
    assert_eq!(connection.status.state, expected, "{before:?} {event:?}");
    let began = if before == expected { 100 } else { 101 };
    assert_eq!(connection.status.since, Some(began), "{before:?} {event:?}");
}

#[test]
fn a_failure_of_the_connection_leads_to_its_state_from_everywhere() {
    for (kind, by_question, by_check) in [
        (Kind::Unreachable, State::Unreachable, State::Unreachable),
        (Kind::Timeout, State::Failing, State::Unreachable),
        (Kind::Auth, State::AuthFailed, State::AuthFailed),
        (Kind::ModelMissing, State::ModelMissing, State::ModelMissing),
        (Kind::Loading, State::Loading, State::Loading),
        (Kind::RateLimited, State::RateLimited, State::RateLimited),
        (Kind::Quota, State::Failing, State::Failing),
        (Kind::Overloaded, State::Failing, State::Failing),
        (Kind::Protocol, State::Failing, State::Failing),
        (Kind::Configuration, State::Failing, State::Failing),
    ] {
        let error = error(kind);
        for state in STATES {
            check(in_state(state), Event::Failed(&error), by_question);
            let failed = Event::CheckFailed {
                error: &error,
                millis: 7,
            };
            check(in_state(state), failed, by_check);
        }
    }
}

#[test]
fn the_fault_of_one_question_says_nothing_of_the_connection() {
    for kind in [
        Kind::BadRequest,
        Kind::ContextTooLong,
        Kind::ContentBlocked,
        Kind::BudgetSpent,
    ] {
        for state in STATES {
            check(in_state(state), Event::Failed(&error(kind)), state);
        }
    }
}

#[test]
fn only_an_answer_makes_it_ready() {
    for state in STATES {
        check(in_state(state), ANSWERED, State::Ready);
        let after_check = match state {
            State::Ready => State::Ready,
            State::RateLimited => State::RateLimited,
            // A list that is free for all says nothing of a key that was refused.
            State::AuthFailed => State::AuthFailed,
            _ => State::Reachable,
        };
        // Nor does one that is not of what is served.
        let after_list = match state {
            State::ModelMissing => State::ModelMissing,
            _ => after_check,
        };
        check(in_state(state), FOUND, after_list);
        check(in_state(state), LOADED, after_check);
        let began = match state {
            State::Ready => State::Ready,
            _ => State::Reachable,
        };
        check(in_state(state), Event::FirstPiece, began);
    }
}

#[test]
fn what_a_check_found_wrong_another_check_finds_right() {
    for kind in [Kind::Auth, Kind::ModelMissing, Kind::Unreachable] {
        let mut connection = in_state(State::Ready);
        let error = error(kind);
        let failed = Event::CheckFailed {
            error: &error,
            millis: 7,
        };
        connection.take(failed, 200);
        connection.take(FOUND, 201);
        assert_eq!(connection.status(201).state, State::Reachable);
    }
}

#[test]
fn a_model_that_is_not_in_memory_is_cold_whatever_it_was() {
    for state in STATES {
        let expected = match state {
            State::RateLimited | State::AuthFailed => state,
            _ => State::Cold,
        };
        check(in_state(state), NOT_LOADED, expected);
    }
}

#[test]
fn another_model_is_not_ready_because_the_one_before_was() {
    check(
        in_state(State::Ready),
        found("other", Memory::Loaded),
        State::Reachable,
    );
}

#[test]
fn a_cold_model_is_being_loaded_while_a_question_waits() {
    check(in_state(State::Cold), Event::Asked, State::Loading);
    for state in STATES.into_iter().filter(|state| *state != State::Cold) {
        check(in_state(state), Event::Asked, state);
    }

    let mut connection = in_state(State::Cold);
    connection.take(Event::Asked, 101);
    connection.take(Event::Asked, 101);
    // Neither the check that still sees it cold nor the one that sees it loaded early changes anything.
    connection.take(NOT_LOADED, 102);
    connection.take(LOADED, 103);
    connection.take(Event::WaitsNoMore, 104);
    assert_eq!(connection.status.state, State::Loading);
    connection.take(Event::FirstPiece, 105);
    assert_eq!(connection.status.state, State::Reachable);
    connection.take(ANSWERED, 106);
    assert_eq!(connection.status.state, State::Ready);
}

#[test]
fn a_model_that_was_unloaded_in_secret_is_loading_while_a_question_waits_for_it() {
    let mut connection = in_state(State::Ready);
    connection.take(Event::Asked, 101);
    assert_eq!(connection.status.state, State::Ready);
    connection.take(NOT_LOADED, 102);
    assert_eq!(connection.status.state, State::Loading);
}

#[test]
fn a_question_that_is_given_up_leaves_a_cold_model_cold() {
    let mut connection = in_state(State::Cold);
    connection.take(Event::Asked, 101);
    connection.take(Event::WaitsNoMore, 102);
    assert_eq!(connection.status.state, State::Cold);
    for state in STATES.into_iter().filter(|state| *state != State::Loading) {
        let mut connection = in_state(state);
        if state != State::Cold {
            connection.take(Event::Asked, 100);
        }
        check(connection, Event::WaitsNoMore, state);
    }
}

#[test]
fn a_pause_lasts_as_long_as_the_server_says() {
    let mut connection = in_state(State::Ready);
    let limited = ModelError {
        retry_after_millis: Some(4_001),
        ..error(Kind::RateLimited)
    };
    connection.take(Event::Failed(&limited), 200);
    let status = connection.status(204);
    assert_eq!(status.state, State::RateLimited);
    assert_eq!(status.limited_until, Some(205));
    assert_eq!(status.error.as_deref(), Some("RateLimited"));
    // The list is free, and says nothing of the pause.
    connection.take(FOUND, 204);
    assert_eq!(connection.status(204).state, State::RateLimited);
    let status = connection.status(207);
    assert_eq!((status.state, status.since), (State::Unchecked, Some(205)));
    assert_eq!((status.limited_until, &status.error), (None, &None));
    assert_eq!(status.up_since, Some(100));
}

#[test]
fn a_pause_of_unknown_length_ends_too() {
    let mut connection = in_state(State::RateLimited);
    assert_eq!(
        connection.status(100 + UNNAMED_PAUSE - 1).state,
        State::RateLimited
    );
    assert_eq!(
        connection.status(100 + UNNAMED_PAUSE).state,
        State::Unchecked
    );
}

#[test]
fn an_account_without_credit_is_not_cured_by_a_list_that_is_free() {
    let mut connection = in_state(State::Ready);
    connection.take(Event::Failed(&error(Kind::Quota)), 101);
    connection.take(FOUND, 102);
    assert_eq!(connection.status(102).state, State::Failing);
    assert_eq!(connection.status(102).error.as_deref(), Some("Quota"));
    connection.take(ANSWERED, 103);
    assert_eq!(connection.status(103).state, State::Ready);
}

#[test]
fn uptime_counts_from_the_first_answer_after_silence() {
    let mut connection = connection();
    assert_eq!(connection.status(100).up_since, None);
    connection.take(FOUND, 110);
    connection.take(Event::Failed(&error(Kind::Overloaded)), 120);
    connection.take(FOUND, 130);
    assert_eq!(connection.status(130).up_since, Some(110));
    connection.take(
        Event::CheckFailed {
            error: &error(Kind::Timeout),
            millis: 9,
        },
        140,
    );
    assert_eq!(connection.status(140).up_since, None);
    connection.take(Event::Failed(&error(Kind::Auth)), 150);
    assert_eq!(connection.status(150).up_since, Some(150));
}

#[test]
fn the_last_error_is_kept_when_it_is_over() {
    let mut connection = in_state(State::Unreachable);
    connection.take(FOUND, 101);
    let status = connection.status(101);
    assert_eq!(status.error, None);
    assert_eq!(
        status.last_error,
        Some(PastError {
            at: 100,
            message: "Unreachable".to_owned()
        })
    );
    assert_eq!(status.latency_millis, Some(7));
    assert_eq!(status.checked_at, Some(101));
    assert_eq!(status.model.as_deref(), Some("m"));
}
