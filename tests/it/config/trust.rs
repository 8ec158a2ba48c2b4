//! Who is believed when it comes to trust.

use std::path::PathBuf;

use salve::config::{Because, ClientTrust, Trust};

use super::*;

fn user_says(scene: &Scene, workspace: Value) {
    scene.file(USER, &json!({ "workspace": workspace }).to_string());
}

fn trust(scene: &Scene) -> Trust {
    scene.load().trust
}

#[test]
fn a_listed_folder_holds_itself_and_what_is_inside_it() {
    let mut scene = Scene::new();
    let root = scene.folder.path().to_path_buf();
    scene.file("project/sub/a.py", "");
    scene.file("projects/a.py", "");
    let is_trusted = |list: Value, folder: &str, scene: &mut Scene| {
        scene.sources.folder = Some(root.join(folder));
        user_says(scene, json!({ "trustedFolders": list }));
        assert_eq!(scene.load().notices, []);
        trust(scene).trusted.yes
    };
    assert!(is_trusted(
        json!([root.join("project")]),
        "project",
        &mut scene
    ));
    assert!(is_trusted(json!(["/nowhere", "~"]), "project", &mut scene));
    assert!(is_trusted(json!(["~/project/"]), "project/sub", &mut scene));
    assert!(is_trusted(
        json!(["~/config/../project"]),
        "project",
        &mut scene
    ));
    assert!(!is_trusted(json!(["~/project"]), "projects", &mut scene));
    assert!(!is_trusted(json!(["~/nowhere"]), "project", &mut scene));
    assert!(!is_trusted(json!([]), "project", &mut scene));
    // The workspace is the whole repository: what is started may come from its root.
    assert!(!is_trusted(
        json!(["~/project/sub"]),
        "project/sub",
        &mut scene
    ));
    assert_eq!(trust(&scene).workspace, Some(root.join("project")));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_listed_folder_is_not_inside_it() {
    use std::os::unix::fs::symlink;
    let mut scene = Scene::new();
    let root = scene.folder.path().to_path_buf();
    scene.file("mine/a.py", "");
    scene.file("foreign/a.py", "");
    symlink(root.join("foreign"), root.join("mine/linked")).expect("linked");
    symlink(root.join("mine"), root.join("alias")).expect("linked");
    user_says(&scene, json!({"trustedFolders": ["~/alias"]}));
    scene.sources.folder = Some(root.join("mine/linked"));
    assert!(!trust(&scene).trusted.yes);
    scene.sources.folder = Some(root.join("mine"));
    assert!(trust(&scene).trusted.yes);
}

#[test]
fn folders_are_named_in_full() {
    let mut scene = Scene::new();
    user_says(
        &scene,
        json!({"trustedFolders": ["project"], "runFolders": "~/project"}),
    );
    assert!(!trust(&scene).trusted.yes);
    insta::assert_snapshot!(scene.notices().join("\n"), @r#"
    config/salve/config.json: `workspace.trustedFolders` is ["project"], but must be a list of folders in full, such as `["~/work"]`
    config/salve/config.json: `workspace.runFolders` is "~/project", but must be a list of folders in full, such as `["~/work"]`
    "#);
    let folders = [
        PathBuf::from("/nowhere"),
        scene.folder.path().join("project"),
    ];
    let folders = std::env::join_paths(folders).expect("joined");
    let folders = folders.into_string().expect("text");
    scene.variables(&[("SALVE_WORKSPACE_TRUSTED_FOLDERS", &folders)]);
    assert_eq!(
        trust(&scene).trusted.because,
        Because::Folder {
            folder: scene.folder.path().join("project"),
            origin: Origin::Environment("SALVE_WORKSPACE_TRUSTED_FOLDERS".to_owned()),
        }
    );
}

#[test]
fn running_counts_in_a_trusted_workspace_only() {
    let scene = Scene::new();
    for (workspace, may_run) in [
        (json!({"run": true}), false),
        (json!({"runFolders": ["~"]}), false),
        (json!({"trusted": true}), false),
        (json!({"trusted": true, "run": true}), true),
        (
            json!({"trustedFolders": ["~"], "runFolders": ["~/project"]}),
            true,
        ),
        (
            json!({"trustedFolders": ["~"], "runFolders": ["~/other"]}),
            false,
        ),
    ] {
        user_says(&scene, workspace.clone());
        assert_eq!(trust(&scene).may_run(), may_run, "{workspace}");
    }
}

#[test]
fn the_editor_s_word_outranks_every_setting() {
    let mut scene = Scene::new();
    let word = |trusted, run| ClientTrust { trusted, run };
    scene.sources.flags = vec![
        ("--run".to_owned(), "workspace.trusted", "true".to_owned()),
        ("--run".to_owned(), "workspace.run", "true".to_owned()),
    ];
    assert_eq!(
        trust(&scene).run.because,
        Because::Setting(Origin::Flag("--run".to_owned()))
    );
    for (said, trusted, may_run) in [
        (word(None, None), true, true),
        (word(Some(false), None), false, false),
        (word(None, Some(false)), true, false),
        (word(Some(true), Some(true)), true, true),
    ] {
        scene.sources.client = said;
        let trust = trust(&scene);
        assert_eq!((trust.trusted.yes, trust.may_run()), (trusted, may_run));
    }
    assert_eq!(trust(&scene).trusted.because, Because::Client);
}

#[test]
fn a_file_outside_the_workspace_is_not_run() {
    let scene = Scene::new();
    let root = scene.folder.path();
    scene.file("project/sub/a.py", "");
    scene.file("foreign/a.py", "");
    user_says(&scene, json!({"trusted": true, "run": true}));
    let may_run = |file: &str| trust(&scene).may_run_file(&root.join(file));
    assert!(may_run("project/sub/a.py"));
    assert!(may_run("project/sub/not_yet_saved.py"));
    assert!(!may_run("foreign/a.py"));
    assert!(!may_run("foreign/not_yet_saved.py"));
    assert!(!may_run("project/../foreign/a.py"));
    assert!(!may_run("project/nowhere/a.py"));
    user_says(&scene, json!({"trusted": true}));
    assert!(!trust(&scene).may_run_file(&root.join("project/sub/a.py")));
}
