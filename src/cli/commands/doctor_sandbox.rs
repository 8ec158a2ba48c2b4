//! What `salve doctor` says of the sandbox.

use crate::cli::assemble::{Place, running, sandbox, surroundings};
use crate::cli::output::LayersOutput;
use crate::config::{Environment, Loaded};
use crate::prove::Setting;
use crate::prove::jail::{Layers, Profile, Tier};

/// Sets a jail up with the folder's interpreter, and says which of its layers hold.
pub(super) async fn layers(
    loaded: &Loaded,
    environment: &Environment,
    place: &Place,
) -> LayersOutput {
    let missing = |reason: String| Layers {
        missing: vec![reason],
        ..Layers::default()
    };
    let found = surroundings(loaded, environment, place).await;
    let layers = match (found, sandbox(environment)) {
        (Ok(surroundings), Some(sandbox)) => {
            let setting = Setting {
                surroundings,
                project: None,
                scratch: None,
                readable: Vec::new(),
                profile: Profile::Single,
                memory: running(loaded).memory,
                disabled: Vec::new(),
            };
            sandbox.examine(&setting).await
        }
        (Err(reason), _) => missing(reason),
        (_, None) => missing("this executable cannot find itself".to_owned()),
    };
    LayersOutput::from(&layers)
}

/// The lines of the page: whether it is fine, the title, the text.
pub(super) fn lines(layers: &LayersOutput) -> Vec<(bool, &'static str, String)> {
    let tier = if layers.tier == Tier::Full.name() {
        "full: whatever runs to prove a fix sees and changes nothing else"
    } else if layers.tier == Tier::NoNamespaces.name() {
        "no namespaces: it holds, but a program can see that files exist which it cannot read"
    } else {
        "none: fixes are compiled, and no program is ever run"
    };
    let mut lines = vec![(layers.tier != Tier::None.name(), "sandbox", tier.to_owned())];
    if !layers.active.is_empty() {
        let landlock = format!(" (landlock version {})", layers.landlock_abi);
        let active = layers.active.join(", ");
        let version = if layers.landlock {
            landlock.as_str()
        } else {
            ""
        };
        lines.push((true, "", format!("active: {active}{version}")));
    }
    for missing in &layers.missing {
        lines.push((true, "", format!("missing: {missing}")));
    }
    lines
}
