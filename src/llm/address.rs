//! Addresses of servers, as people write them.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::Url;

/// The only part of an address's query that is kept: Azure's dated versions. Others may hold keys.
const API_VERSION: &str = "api-version";

/// Reads an address. The scheme may be left out: `http` in the house, `https` elsewhere. Without a scheme the port may
/// be left out too, if the provider's `usual` address has one.
pub(super) fn parse_address(address: &str, usual: Option<&str>) -> Option<Url> {
    let address = address.trim();
    let mut url: Url = if address.contains("://") {
        address.parse().ok()?
    } else {
        let here: Url = format!("http://{address}").parse().ok()?;
        let mut url = if is_near(&here) {
            here
        } else {
            format!("https://{address}").parse().ok()?
        };
        let usual: Option<Url> = usual.and_then(|usual| usual.parse().ok());
        if !names_port(address) && is_near(&url) && usual.as_ref().is_some_and(is_near) {
            url.set_port(usual.and_then(|usual| usual.port())).ok()?;
        }
        url
    };
    // What a server listens on, not what it is reached at.
    if url.host_str() == Some("0.0.0.0") {
        url.set_ip_host(IpAddr::V4(Ipv4Addr::LOCALHOST)).ok()?;
    }
    let version = api_version(&url);
    url.set_query(None);
    if let Some(version) = version {
        url.query_pairs_mut().append_pair(API_VERSION, &version);
    }
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    usable.then_some(url)
}

/// Whether an address without a scheme says the port. A parsed one does not tell: it forgets port 80.
fn names_port(address: &str) -> bool {
    let host = address.split('/').next().unwrap_or_default();
    host.rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
}

/// The dated version in an address's query.
pub(super) fn api_version(url: &Url) -> Option<String> {
    url.query_pairs()
        .find(|(name, _)| name == API_VERSION)
        .map(|(_, version)| version.into_owned())
}

/// The addresses that a person may mean: with a version at its end it is complete, else `/v1` may be missing.
pub(super) fn versioned(base: Url) -> Vec<Url> {
    if ends_in_version(&base) {
        return vec![base];
    }
    let versioned = below(&base, &["v1"]);
    if base.path() == "/" {
        vec![versioned, base]
    } else {
        vec![base, versioned]
    }
}

/// `base` without the version at its end.
pub(super) fn unversioned(base: &Url) -> Url {
    let mut url = base.clone();
    if ends_in_version(base)
        && let Ok(mut segments) = url.path_segments_mut()
    {
        segments.pop_if_empty().pop();
    }
    url
}

fn ends_in_version(url: &Url) -> bool {
    let last = url.path().rsplit('/').next().unwrap_or_default();
    last.strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// `url` without `ending`, which people copy along with the address.
pub(super) fn without_ending(mut url: Url, ending: &str) -> Url {
    if let Some(path) = url.path().strip_suffix(ending).map(str::to_owned) {
        url.set_path(&path);
    }
    url
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
        Ok(IpAddr::V4(address)) => {
            address.is_private() || address.is_link_local() || address.is_unspecified()
        }
        Ok(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
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
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback()),
        None => false,
    }
}

/// `url` by the name that stands for this machine in both families of addresses, if that is the machine it means: a
/// server may listen at 127.0.0.1 only, or at ::1 only. Not with TLS, where the name is part of the proof.
pub(super) fn at_both_families(mut url: Url) -> Url {
    if url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) {
        // Cannot fail: the scheme has a host.
        let _ = url.set_host(Some("localhost"));
    }
    url
}

/// `base` with segments added to its path, each escaped. What is in its query stays.
pub(super) fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Url {
        parse_address(address, Some("http://127.0.0.1:1234/v1")).expect("an address")
    }

    fn check_versioned(address: &str) -> Vec<String> {
        let bases = versioned(parse(address));
        bases.iter().map(Url::to_string).collect()
    }

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        assert_eq!(check_versioned("http://h:1/v1/"), ["http://h:1/v1"]);
        assert_eq!(
            check_versioned("127.0.0.1:1234"),
            ["http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/"]
        );
        assert_eq!(
            check_versioned("https://h/api/?key=x"),
            ["https://h/api", "https://h/api/v1"]
        );
        for wrong in ["ftp://h", "", "http://", "a b"] {
            assert_eq!(parse_address(wrong, None), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        for (address, url) in [
            ("desk", "http://desk:1234/"),
            ("desk:80", "http://desk/"),
            ("0.0.0.0:9", "http://127.0.0.1:9/"),
            ("0.0.0.0", "http://127.0.0.1:1234/"),
            ("http://desk", "http://desk/"),
            ("api.example.org/v1", "https://api.example.org/v1"),
            ("::1", ""),
        ] {
            let parsed = parse_address(address, Some("http://127.0.0.1:1234/v1"));
            assert_eq!(
                parsed.map_or(String::new(), |url| url.to_string()),
                url,
                "{address}"
            );
        }
        assert_eq!(
            parse("https://r.example.org/openai?api-version=2024-10-21&key=x").as_str(),
            "https://r.example.org/openai?api-version=2024-10-21"
        );
    }

    #[test]
    fn a_path_is_added_and_its_version_taken_away() {
        let base = parse("http://h/v1?api-version=7");
        assert_eq!(
            below(&base, &["models", "a/b?c"]).as_str(),
            "http://h/v1/models/a%2Fb%3Fc?api-version=7"
        );
        assert_eq!(unversioned(&base).path(), "/");
        assert_eq!(unversioned(&parse("http://h/api")).path(), "/api");
        assert_eq!(
            without_ending(parse("http://h/v1/messages"), "/messages").path(),
            "/v1"
        );
    }

    #[test]
    fn credentials_in_an_address_are_not_shown() {
        let url = parse("http://me:secret@h:1/v1");
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
        assert!(here("http://[::ffff:127.0.0.1]:1234"));
        assert!(!here("http://192.168.1.5:1234"));
        assert!(!here("https://localhost.example.org"));
    }

    #[test]
    fn this_machine_is_looked_for_at_both_of_its_addresses() {
        let both = |url: &str| at_both_families(parse(url)).to_string();
        assert_eq!(both("http://127.0.0.1:1/v1"), "http://localhost:1/v1");
        assert_eq!(both("http://[::1]:1/v1"), "http://localhost:1/v1");
        assert_eq!(both("http://127.0.0.2:1/v1"), "http://127.0.0.2:1/v1");
        assert_eq!(both("https://127.0.0.1:1/v1"), "https://127.0.0.1:1/v1");
    }
}
