//! Files that no model is ever shown.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Files that usually hold secrets, whatever a person has set.
const BUILT_IN: &[&str] = &[
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".yarnrc*",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    ".git-credentials",
    ".gitconfig",
    ".dockercfg",
    ".dockerconfigjson",
    ".vault-token",
    ".s3cfg",
    ".boto",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.p8",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ppk",
    "*.asc",
    "*.gpg",
    "*.ovpn",
    "*.tfvars",
    "*.tfstate",
    "*.tfstate.*",
    "credentials",
    "credentials.*",
    "credentials-*",
    "credentials*.json",
    "credential.*",
    "secrets",
    "secrets.*",
    "secret.*",
    "*.secret",
    "*.secrets",
    "*_secrets.*",
    "*-secrets.*",
    "service-account*",
    "service_account*",
    "client_secret*",
    "kubeconfig",
    "local_settings.py",
    ".ssh",
    ".aws",
    ".azure",
    ".gcloud",
    ".kube",
    ".docker",
    ".gnupg",
    ".git",
    ".hg",
    ".svn",
];

/// Which files no model is ever shown.
#[derive(Debug, Clone)]
pub struct NeverSent {
    built_in: GlobSet,
    own: GlobSet,
}

impl NeverSent {
    /// Files that usually hold secrets, and those that `patterns` name: in the manner of `.gitignore`, wherever they
    /// lie. What a pattern excepts with `!` is not excepted.
    ///
    /// # Errors
    /// Says which pattern is none, and why.
    pub fn new(patterns: &[String]) -> Result<Self, String> {
        let built_in = BUILT_IN.iter().map(|name| (*name).to_owned());
        Ok(Self {
            built_in: set(built_in)?,
            own: set(patterns.iter().cloned())?,
        })
    }

    /// Whether the file or folder at `path` is one that usually holds secrets, whatever a person has set.
    pub fn usually_holds_secrets(&self, path: &str) -> bool {
        self.built_in.is_match(path.replace('\\', "/"))
    }

    /// Why the file at `path` is not sent, if it is not; in words that follow its path.
    pub fn reason(&self, path: &str) -> Option<&'static str> {
        let path = path.replace('\\', "/");
        if self.own.is_match(&path) {
            Some("is kept from models by `privacy.ignore`")
        } else if self.built_in.is_match(&path) {
            Some("is a file that usually holds secrets, so no model is shown it")
        } else {
            None
        }
    }
}

impl Default for NeverSent {
    /// Those that usually hold secrets.
    fn default() -> Self {
        // The table is a constant that the tests build: it cannot be wrong.
        Self::new(&[]).unwrap_or_else(|_| Self {
            built_in: GlobSet::empty(),
            own: GlobSet::empty(),
        })
    }
}

fn set(patterns: impl Iterator<Item = String>) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let bare = pattern.trim();
        if bare.is_empty() || bare.starts_with(['#', '!']) {
            continue;
        }
        // A name alone means one anywhere; a folder means what is in it.
        let inner = bare.trim_start_matches('/').trim_end_matches('/');
        for form in [format!("**/{inner}"), format!("**/{inner}/**")] {
            let glob = GlobBuilder::new(&form)
                .literal_separator(true)
                .case_insensitive(true)
                .build()
                .map_err(|error| format!("`{pattern}` is no pattern: {}", error.kind()))?;
            set.add(glob);
        }
    }
    set.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_secrets_are_known() {
        let files = NeverSent::default();
        for path in [
            ".env",
            "/work/a/.env.local",
            "prod.env",
            "C:\\work\\.ENV",
            "/home/x/.ssh/config",
            "/a/id_rsa",
            "server.pem",
            "/a/credentials.py",
            "secrets.py",
            "app/service-account.json",
            "/home/x/.aws/credentials",
            "site/local_settings.py",
        ] {
            assert!(files.reason(path).is_some(), "{path}");
        }
        for path in [
            "a.py",
            "/work/environment.py",
            "secretary.py",
            "keys.py",
            "/work/env/a.py",
            "credentialed.py",
            "",
        ] {
            assert_eq!(files.reason(path), None, "{path}");
        }
        assert!(!NeverSent::default().built_in.is_empty());
    }

    #[test]
    fn a_person_names_more() {
        let patterns = [
            "billing/".to_owned(),
            "/src/*_private.py".to_owned(),
            "**/vault/**".to_owned(),
        ];
        let files = NeverSent::new(&patterns).expect("patterns");
        for path in [
            "/w/billing/a.py",
            "billing/b/c.py",
            "/w/src/a_private.py",
            "x/vault/y.py",
        ] {
            assert_eq!(
                files.reason(path),
                Some("is kept from models by `privacy.ignore`"),
                "{path}"
            );
        }
        assert_eq!(files.reason("/w/src/b/a_private.py"), None);
        assert!(
            NeverSent::new(&["a[".to_owned()])
                .is_err_and(|wrong| wrong.starts_with("`a[` is no pattern"))
        );
    }
}
