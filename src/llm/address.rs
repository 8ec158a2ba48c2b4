//! Addresses of servers, as people write them.

use reqwest::Url;

/// Reads an address; `http://` may be left out.
pub(super) fn parse_address(address: &str) -> Option<Url> {
    let address = address.trim();
    let with_scheme = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    let mut url: Url = with_scheme.parse().ok()?;
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    usable.then_some(url)
}

/// The addresses that a person may mean: with a version at its end it is complete, else `/v1` may be missing.
pub(super) fn candidates(base: Url) -> Vec<Url> {
    let last = base.path().rsplit('/').next().unwrap_or_default();
    let is_version = last
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    if is_version {
        return vec![base];
    }
    let versioned = join(&base, "v1");
    if base.path() == "/" {
        vec![versioned, base]
    } else {
        vec![base, versioned]
    }
}

/// An address for people, without name and password.
pub(super) fn without_credentials(url: &Url) -> String {
    let mut url = url.clone();
    // Fails only for addresses without a host, which have no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether a server is on this machine or in a private network, where it may have to load the model first.
pub(super) fn is_near(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let private = match host.parse() {
        Ok(std::net::IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Ok(std::net::IpAddr::V6(address)) => address.is_unique_local(),
        // A name without a dot is a machine of the house.
        Err(_) => !host.contains('.') || host.ends_with(".local") || host.ends_with(".internal"),
    };
    private || is_loopback(url)
}

/// Whether an address is on this machine, so that no proxy can reach it.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// `path` below `base`, which may or may not end in a slash.
pub(super) fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_candidates(address: &str) -> Vec<String> {
        let base = parse_address(address).expect("an address");
        candidates(base).iter().map(Url::to_string).collect()
    }

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        assert_eq!(check_candidates("http://h:1/v1/"), ["http://h:1/v1"]);
        assert_eq!(
            check_candidates("127.0.0.1:1234"),
            ["http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/"]
        );
        assert_eq!(
            check_candidates("https://h/api/?key=x"),
            ["https://h/api", "https://h/api/v1"]
        );
        assert_eq!(parse_address("ftp://h"), None);
        assert_eq!(parse_address(""), None);
    }

    #[test]
    fn credentials_in_an_address_are_not_shown() {
        let url = parse_address("http://me:secret@h:1/v1").expect("an address");
        assert_eq!(without_credentials(&url), "http://h:1/v1");
    }

    #[test]
    fn a_server_in_the_house_gets_time_to_load() {
        for (address, near) in [
            ("http://127.0.0.1:1", true),
            ("http://192.168.0.4", true),
            ("http://desk:1234", true),
            ("https://api.example.org", false),
            ("http://8.8.8.8", false),
        ] {
            assert_eq!(
                is_near(&address.parse().expect("an address")),
                near,
                "{address}"
            );
        }
    }

    #[test]
    fn knows_this_machine() {
        let here = |url: &str| is_loopback(&url.parse().expect("an address"));
        assert!(here("http://127.0.0.1:1234/v1"));
        assert!(here("http://127.8.8.8/"));
        assert!(here("http://localhost:1234"));
        assert!(here("http://[::1]:1234"));
        assert!(!here("http://192.168.1.5:1234"));
        assert!(!here("https://localhost.example.org"));
    }
}
