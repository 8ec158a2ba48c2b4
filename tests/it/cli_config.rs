//! `salve config`, `salve explain`, `salve completions` and the generated reference.

use serde_json::json;

use crate::support::drift;
use crate::support::program::Workshop;

#[test]
fn explains_a_setting_and_where_it_comes_from() {
    let workshop = Workshop::new();
    workshop.file("salve.json", r#"{"diagnostics": {"delayMillis": 100}}"#);
    let mut command = workshop.command(&["config", "explain", "diagnostics.delayMillis"]);
    command.env("SALVE_DIAGNOSTICS_DELAY_MILLIS", "soon");
    let run = workshop.finish(command.output().expect("salve starts"));
    insta::assert_snapshot!(run.all(), @r#"
    exit 0
    --- out
    diagnostics.delayMillis = 100
      from: …/project/salve.json

    How long the editor must be quiet before fixes are proven, in milliseconds.

      takes: a number from 0 to 10000
      environment: SALVE_DIAGNOSTICS_DELAY_MILLIS

    layers, the highest first:
      environment variable SALVE_DIAGNOSTICS_DELAY_MILLIS: "soon" (is "soon", but must be a number from 0 to 10000)
      …/project/salve.json: 100 (used)
      built-in default: 300 (overridden)
    --- err
    warning: environment variable SALVE_DIAGNOSTICS_DELAY_MILLIS: `diagnostics.delayMillis` is "soon", but must be a number from 0 to 10000
    "#);
}

#[test]
fn the_database_flag_outranks_the_environment() {
    let workshop = Workshop::new();
    let value = |arguments: &[&str]| {
        let mut command = workshop.command(arguments);
        command.env("SALVE_DATABASE", "/env.db");
        let run = workshop.finish(command.output().expect("salve starts"));
        let json = run.json();
        (json["value"].clone(), json["origin"].clone())
    };
    let explain = ["--json", "config", "explain", "database.path"];
    assert_eq!(
        value(&explain),
        (
            json!("/env.db"),
            json!("environment variable SALVE_DATABASE")
        )
    );
    let flag = [&explain[..], &["--database", "/flag.db"]].concat();
    assert_eq!(value(&flag), (json!("/flag.db"), json!("flag --database")));
}

#[test]
fn shows_all_settings_and_the_files() {
    let workshop = Workshop::new();
    workshop.file(
        "salve.json",
        r#"{"python": {"version": "3.9"}, "providers.lmstudio.url": "http://x"}"#,
    );
    let run = workshop.run(&["config", "show"]);
    let (defaults, others): (Vec<_>, Vec<_>) = run
        .out
        .lines()
        .partition(|line| line.ends_with("built-in default"));
    assert_eq!(defaults.len() + others.len(), salve::config::keys().len());
    insta::assert_snapshot!(others.join("\n"), @r#"
    python.version = "3.9"                            …/project/salve.json
    providers.lmstudio.url = "http://127.0.0.1:9/v1"  environment variable SALVE_PROVIDERS_LMSTUDIO_URL
    "#);
    insta::assert_snapshot!(run.err, @r"
    warning: …/project/salve.json: `providers.lmstudio.url` is ignored: a project cannot decide what is started, contacted or written
      hint: Set it in your own configuration file (`salve config path` names it).
    ");
    insta::assert_snapshot!(workshop.run(&["config", "path", "-q", "--json"]).all(), @r#"
    exit 0
    --- out
    {"command":"configPath","files":[{"role":"user","path":"…/config/salve/config.json","state":"absent"},{"role":"project","path":"…/project/salve.json","state":"read"}],"database":"…/data/salve/salve.db"}
    --- err
    "#);
}

#[test]
fn a_misspelled_setting_or_code_is_a_usage_error_with_a_hint() {
    let workshop = Workshop::new();
    insta::assert_snapshot!(workshop.run(&["config", "explain", "python.verison"]).all(), @r"
    exit 2
    --- out
    --- err
    error: there is no setting `python.verison`
    hint: Did you mean `python.version`?
    ");
    insta::assert_snapshot!(workshop.run(&["explain", "SYN.MISSING_COLN"]).all(), @r"
    exit 2
    --- out
    --- err
    error: there is no code `SYN.MISSING_COLN`
    hint: Did you mean SYN.MISSING_COLON?
    ");
    insta::assert_snapshot!(workshop.run(&["check", "--select", "SIN"]).all(), @r"
    exit 2
    --- out
    --- err
    error: no code starts with `SIN`
    hint: docs/taxonomy.md lists all codes.
    ");
    insta::assert_snapshot!(workshop.run(&["--config", "absent.json", "config", "show"]).all(), @r"
    exit 2
    --- out
    --- err
    error: absent.json: the file given with --config does not exist
    ");
}

#[test]
fn the_template_is_a_configuration_that_changes_nothing() {
    let workshop = Workshop::new();
    let template = workshop.run(&["config", "template"]);
    let before = workshop.run(&["config", "show", "--json"]).json();
    workshop.file("own.json", &template.out);
    let after = workshop.run(&["config", "show", "--json", "--config", "own.json"]);
    assert_eq!(after.json()["settings"], before["settings"]);
    assert_eq!(after.err, "");
}

#[test]
fn explains_a_code() {
    let workshop = Workshop::new();
    let run = workshop.run(&["explain", "name.undefined", "--json"]);
    assert_eq!(run.json()["code"], "NAME.UNDEFINED");
    let page = workshop.run(&["explain", "NAME.UNDEFINED"]);
    assert_eq!(page.code, 0);
    for part in ["NAME.UNDEFINED: ", "\nVariants\n"] {
        assert!(page.out.contains(part), "{page:?}");
    }
}

#[test]
fn completes_in_every_shell() {
    let workshop = Workshop::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = workshop.run(&["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out.contains("unsafe-fixes"), "{shell}");
    }
}

#[test]
fn generated_references_are_up_to_date() {
    drift::check("docs/command-line.md", &salve::cli::reference::markdown());
    let schema = serde_json::to_string_pretty(&salve::cli::output::schema()).expect("JSON");
    drift::check("docs/output.schema.json", &format!("{schema}\n"));
    let schema = schemars::schema_for!(salve::store::Exported);
    let schema = serde_json::to_string_pretty(&schema).expect("JSON");
    drift::check("docs/patterns.schema.json", &format!("{schema}\n"));
}
