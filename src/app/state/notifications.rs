//! Short messages to the user: failures, and actions done.

/// Time that a message of success is shown, in seconds.
const INFO_SECS: f64 = 5.0;
/// The most messages shown; further ones remove the oldest.
const MAX_SHOWN: usize = 5;

/// How serious a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// An action was done.
    Info,
    /// Something was not as expected, but the work continued.
    Warning,
    /// An action failed; shown until dismissed.
    Error,
}

/// One message: a sentence that names its subject and the reason.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notification {
    pub(crate) id: u64,
    pub(crate) severity: Severity,
    pub(crate) text: String,
    until_secs: Option<f64>,
}

/// The messages on screen, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notifications {
    shown: Vec<Notification>,
    n_told: u64,
}

impl Notifications {
    /// Shows a message. `now_secs` is the window's clock.
    pub(crate) fn tell(&mut self, severity: Severity, text: String, now_secs: f64) {
        tracing::info!(?severity, "{text}");
        let until_secs = match severity {
            Severity::Info => Some(now_secs + INFO_SECS),
            Severity::Warning => Some(now_secs + 3.0 * INFO_SECS),
            Severity::Error => None,
        };
        self.n_told += 1;
        // The same once more takes the place of the first.
        self.shown.retain(|shown| shown.text != text);
        self.shown.push(Notification { id: self.n_told, severity, text, until_secs });
        if self.shown.len() > MAX_SHOWN {
            self.shown.remove(0);
        }
    }

    /// Removes a message.
    pub(crate) fn dismiss(&mut self, id: u64) {
        self.shown.retain(|notification| notification.id != id);
    }

    /// Removes expired messages; returns the seconds until the next one expires.
    pub(crate) fn expire(&mut self, now_secs: f64) -> Option<f64> {
        self.shown.retain(|notification| notification.until_secs.is_none_or(|until| until > now_secs));
        let next = self.shown.iter().filter_map(|notification| notification.until_secs).min_by(f64::total_cmp)?;
        Some(next - now_secs)
    }

    /// The messages, oldest first.
    pub(crate) fn shown(&self) -> &[Notification] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stay_and_others_go() {
        let mut notifications = Notifications::default();
        notifications.tell(Severity::Info, "Text copied".to_owned(), 0.0);
        notifications.tell(Severity::Error, "a.png is damaged".to_owned(), 0.0);
        assert_eq!(notifications.expire(1.0), Some(INFO_SECS - 1.0));
        assert_eq!(notifications.expire(INFO_SECS + 0.1), None);
        assert_eq!(notifications.shown().len(), 1);
        notifications.dismiss(notifications.shown()[0].id);
        assert!(notifications.shown().is_empty());
    }
}
