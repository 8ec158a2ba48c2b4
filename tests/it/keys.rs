//! Keys that salve keeps, in real files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use salve::config::{Provider, Secret};
use salve::keys::{KeyStore, Place};

fn mode(path: &Path) -> u32 {
    fs::metadata(path)
        .expect("the file is there")
        .permissions()
        .mode()
        & 0o777
}

#[test]
fn a_key_is_kept_for_the_persons_eyes_only_and_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::in_folder(folder.path());
    assert_eq!(store.find(Provider::Openai), Ok(None));
    assert_eq!(store.list(), Ok(Vec::new()));
    assert_eq!(store.forget(Provider::Openai), Ok(false));
    let key = Secret::new("sk-hush");
    for provider in [Provider::Openai, Provider::Gemini] {
        assert_eq!(store.keep(provider, &key, true), Ok(Place::File));
    }
    assert_eq!(mode(store.path()), 0o600);
    assert_eq!(store.find(Provider::Openai), Ok(Some((key, Place::File))));
    assert_eq!(
        store.list(),
        Ok(vec![
            (Provider::Openai, Place::File),
            (Provider::Gemini, Place::File)
        ])
    );
    assert_eq!(store.forget(Provider::Openai), Ok(true));
    assert_eq!(store.find(Provider::Openai), Ok(None));
    let text = fs::read_to_string(store.path()).expect("the file is there");
    assert_eq!(text.matches("sk-hush").count(), 1, "{text}");
    assert_eq!(mode(store.path()), 0o600);
}

#[test]
fn a_file_that_others_can_read_is_not_trusted_and_not_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::in_folder(folder.path());
    let key = Secret::new("sk-hush");
    store
        .keep(Provider::Openai, &key, true)
        .expect("it can be kept");
    let before = fs::read(store.path()).expect("the file is there");
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o640)).expect("it is ours");
    let error = store.find(Provider::Openai).expect_err("not trusted");
    assert!(error.hint.contains("chmod 600"), "{error:?}");
    assert!(!format!("{error:?}").contains("hush"));
    assert!(store.keep(Provider::Gemini, &key, true).is_err());
    assert!(store.forget(Provider::Openai).is_err());
    assert_eq!(fs::read(store.path()).expect("it is there"), before);
}

#[test]
fn a_file_that_is_not_ours_is_told_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::in_folder(folder.path());
    fs::create_dir_all(store.path().parent().expect("a folder")).expect("a folder");
    for text in ["sk-hush", "[\"sk-hush\"]", "{\"openai\": sk-hush}"] {
        fs::write(store.path(), text).expect("a file");
        fs::set_permissions(store.path(), fs::Permissions::from_mode(0o600)).expect("it is ours");
        let error = store.find(Provider::Openai).expect_err("not ours");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        assert!(
            store
                .keep(Provider::Openai, &Secret::new("x"), true)
                .is_err()
        );
        assert_eq!(fs::read_to_string(store.path()).expect("a file"), text);
    }
    // What a later version adds is kept.
    fs::write(
        store.path(),
        r#"{"another": {"in": "cloud"}, "openai": {"in": "orbit"}}"#,
    )
    .expect("a file");
    assert_eq!(store.find(Provider::Openai), Ok(None));
    store
        .keep(Provider::Gemini, &Secret::new("sk-hush"), true)
        .expect("it can be kept");
    let text = fs::read_to_string(store.path()).expect("a file");
    assert!(text.contains("another") && text.contains("orbit"), "{text}");
}
