//! The shown state, against what happens to a real llama.cpp.

use std::time::Duration;

use salve::engine::ports::ConnectionState as State;
use salve::llm::ModelSettings;

use crate::server_connection::Stage;
use crate::support::model_server::ModelServer;

/// Generous: a busy machine answers late, which is not to be taken for silence.
const BEAT: Duration = Duration::from_secs(15);

/// The command that starts a server of its own; `None` if this run is to do without.
#[expect(
    clippy::print_stderr,
    reason = "who runs the tests is told what was left out"
)]
fn command() -> Option<String> {
    let command = std::env::var("SALVE_TEST_MODEL_COMMAND").ok();
    if command.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "SALVE_TEST_MODEL_COMMAND is not set: run tests/model/run"
        );
        eprintln!("left out: no SALVE_TEST_MODEL_COMMAND; tests/model/run sets it");
    }
    command
}

#[tokio::test]
async fn a_real_server_that_hangs_is_killed_and_comes_back_is_shown_as_it_is() {
    let Some(command) = command() else { return };
    let server = ModelServer::start_real(&command);
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: format!("{}/v1", server.address()),
        ..ModelSettings::default()
    };
    let mut stage = Stage::with(server, settings, BEAT).await;
    stage.shows(State::Reachable).await;
    stage.is_ready_after_an_answer().await;

    stage.server.hang();
    stage.shows(State::Unreachable).await;
    stage.server.go_on();
    stage.shows(State::Reachable).await;
    stage.is_ready_after_an_answer().await;

    stage.server.kill();
    stage.shows(State::Unreachable).await;
    stage.server.restart();
    stage.shows(State::Reachable).await;
    stage.is_ready_after_an_answer().await;
    stage.finish().await;
}
