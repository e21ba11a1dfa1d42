//! The services that jobs use.

use std::sync::Arc;

/// The services that a job needs. Cheap to clone; all clones share one store and one pool of ids.
#[derive(Clone, Debug)]
pub struct Context {
    pub store: store::Store,
    pub ids: Arc<dyn idservice::Pool>,
    pub clock: store::Clock,
}
