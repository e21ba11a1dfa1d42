//! Tells systemd when the program is ready and when it stops (`Type=notify`).

use sd_notify::NotifyState;
use tracing::debug;

/// The program serves.
pub fn ready() {
    notify(NotifyState::Ready);
}

/// The program finishes its work.
pub fn stopping() {
    notify(NotifyState::Stopping);
}

/// Does nothing where systemd does not ask for it.
fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(false, &[state]) {
        debug!(%error, "systemd could not be notified");
    }
}
