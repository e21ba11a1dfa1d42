use std::sync::Arc;

/// What the work needs. Cheap to clone; all clones are the same store and the same pool.
#[derive(Clone, Debug)]
pub struct Context {
    pub store: store::Store,
    pub ids: Arc<dyn idservice::Pool>,
    pub clock: store::Clock,
}
