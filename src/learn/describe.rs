//! A template in words, for people who look at what was learned.

use serde::Serialize;
use serde_json::Value;

use super::template::{Item, Put, Template};

impl Template {
    /// What it does and where, such as "put `:` after `NAME0 )` before `line deeper`". Holes are named for their class.
    pub fn describe(&self) -> String {
        let deleted = self.items(&self.deleted);
        let inserted: Vec<String> = self.inserted.iter().map(|put| self.put(put)).collect();
        let inserted = inserted.join(" ");
        let mut words = match (deleted.is_empty(), inserted.is_empty()) {
            (true, _) => format!("put `{inserted}`"),
            (false, true) => format!("take away `{deleted}`"),
            (false, false) => format!("put `{inserted}` in place of `{deleted}`"),
        };
        for (place, items) in [("after", &self.before), ("before", &self.after)] {
            if !items.is_empty() {
                words.push_str(&format!(" {place} `{}`", self.items(items)));
            }
        }
        match self.distance {
            Some(0) => words.push_str(", where the parser stops"),
            Some(distance) => words.push_str(&format!(
                ", {} tokens {} where the parser stops",
                distance.unsigned_abs(),
                if distance > 0 { "after" } else { "before" }
            )),
            None => {}
        }
        words
    }

    fn items(&self, items: &[Item]) -> String {
        let words: Vec<String> = items.iter().map(item).collect();
        words.join(" ")
    }

    fn put(&self, put: &Put) -> String {
        match put {
            Put::Text(text) => text.escape_debug().to_string(),
            Put::Copy(number) => {
                let everything = self.before.iter().chain(&self.deleted).chain(&self.after);
                everything
                    .into_iter()
                    .find(|item| matches!(item, Item::Hole(_, hole) if hole == number))
                    .map_or_else(|| format!("HOLE{number}"), item)
            }
            other => plain(other),
        }
    }
}

fn item(item: &Item) -> String {
    match item {
        Item::Text(text) => text.escape_debug().to_string(),
        Item::Hole(class, number) => format!("{}{number}", plain(class).to_uppercase()),
        other => plain(other),
    }
}

/// The words of the wire: `line deeper` for `{"line": "deeper"}`.
fn plain(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(object)) => {
            let words = object.iter().map(|(name, value)| match value.as_str() {
                Some(value) => format!("{name} {value}"),
                None => format!("{name} {value}"),
            });
            words.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(rest: &str) -> String {
        let json = format!(r#"{{"complaint":"SYN.MISSING_COLON:if","level":1,{rest}}}"#);
        Template::from_json(&json).unwrap().describe()
    }

    #[test]
    fn a_template_is_told_in_words() {
        assert_eq!(
            describe(
                r#""before":[{"hole":["name",0]},{"text":")"}],"deleted":[],"after":[{"line":"deeper"}],"inserted":[{"text":":"}]"#
            ),
            "put `:` after `NAME0 )` before `line deeper`"
        );
        assert_eq!(
            describe(
                r#""distance":-2,"before":["edge"],"deleted":[{"text":"="},{"hole":["number",1]}],"after":[],"inserted":[{"text":"=="},{"copy":1}]"#
            ),
            "put `== NUMBER1` in place of `= NUMBER1` after `edge`, \
             2 tokens before where the parser stops"
        );
        assert_eq!(
            describe(
                r#""distance":0,"before":[],"deleted":[{"text":";"}],"after":[],"inserted":[]"#
            ),
            "take away `;`, where the parser stops"
        );
    }
}
