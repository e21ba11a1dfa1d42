//! What `benches/micro.rs` measures of this crate.

#![doc(hidden)]

pub use crate::http::client_ip::ClientKey;
pub use crate::http::rate_limit::RateLimits;
pub use crate::http::rate_limit::action::Action;
pub use crate::ui::i18n::Lang;
pub use crate::ui::layout::layout;
pub use crate::ui::page::{PageContext, Theme};
