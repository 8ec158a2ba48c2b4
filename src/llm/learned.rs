//! What models taught about their parameters: models come and go faster than releases of salve.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::wire::Lessons;
use crate::engine::ports::RefusedParameter;

/// Who is told of a new lesson.
type OnNew = Box<dyn Fn(&RefusedParameter) + Send + Sync>;

/// The lessons of all models: the parameters that they refuse, and `thinks` for those that think before they speak.
/// Shared by every connection of a process.
#[derive(Default)]
pub struct Learned {
    lessons: Mutex<HashSet<RefusedParameter>>,
    on_new: Option<OnNew>,
}

impl Learned {
    /// Starts with what was learned before; `on_new` is called with each new lesson and must not wait.
    pub fn with(
        initial: impl IntoIterator<Item = RefusedParameter>,
        on_new: impl Fn(&RefusedParameter) + Send + Sync + 'static,
    ) -> Self {
        Self {
            lessons: Mutex::new(initial.into_iter().collect()),
            on_new: Some(Box::new(on_new)),
        }
    }

    /// What the model at this address taught so far.
    pub(super) fn of(&self, provider: &str, url: &str, model: &str) -> Lessons {
        let lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
        lessons
            .iter()
            .filter(|lesson| {
                lesson.provider == provider && lesson.url == url && lesson.model == model
            })
            .map(|lesson| lesson.parameter.clone())
            .collect()
    }

    /// Notes a lesson; false if it was known, so that asking again is of no use.
    pub(super) fn note(&self, lesson: RefusedParameter) -> bool {
        let is_new = {
            let mut lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
            lessons.insert(lesson.clone())
        };
        if is_new && let Some(on_new) = &self.on_new {
            on_new(&lesson);
        }
        is_new
    }
}

impl fmt::Debug for Learned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
        formatter.debug_set().entries(lessons.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn lesson(url: &str, model: &str) -> RefusedParameter {
        RefusedParameter {
            provider: "custom".to_owned(),
            url: url.to_owned(),
            model: model.to_owned(),
            parameter: "temperature".to_owned(),
        }
    }

    #[test]
    fn a_parameter_is_learned_once_and_for_one_model_at_one_address() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&told);
        let learned = Learned::with([lesson("http://a", "old")], move |lesson| {
            ears.lock().expect("no panic").push(lesson.model.clone());
        });
        assert!(!learned.note(lesson("http://a", "old")));
        assert!(learned.note(lesson("http://a", "new")));
        assert!(!learned.note(lesson("http://a", "new")));
        assert_eq!(*told.lock().expect("no panic"), ["new"]);
        let known = |url, model| learned.of("custom", url, model).len();
        assert_eq!(known("http://a", "old"), 1);
        assert_eq!(known("http://a", "new"), 1);
        assert_eq!(known("http://b", "new"), 0);
        assert_eq!(learned.of("openai", "http://a", "new").len(), 0);
    }
}
