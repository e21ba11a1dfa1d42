//! Fills the caches of every site, so that memory that grows afterwards is not a cache.

use std::time::Instant;

use super::Visitor;
use crate::client::HTML;
use crate::operation::Operation;
use crate::texts::{Shape, Text};

const KIB: usize = 1024;

/// The client of the warm-up.
const ADDRESS: &str = "10.4.0.1";

/// The number and the size of large texts and of source files: more than the caches hold.
const LARGE_TEXTS: (usize, usize) = (100, 1000 * KIB);
const SOURCE_FILES: (usize, usize) = (400, 32 * KIB);

/// A run of this many minutes gets the whole warm-up, a shorter one its share and at least a tenth.
const FULL_RUN_MINUTES: f64 = 30.0;

/// Ends at `deadline` at the latest.
pub async fn warm_up(visitor: &mut Visitor, minutes: f64, deadline: Instant) {
    let share = (minutes / FULL_RUN_MINUTES).clamp(0.1, 1.0);
    for (shape, (count, bytes)) in [(Shape::Plain, LARGE_TEXTS), (Shape::Rust, SOURCE_FILES)] {
        let mut left = share * f64::from(u32::try_from(count).unwrap_or_default());
        while left > 0.0 && Instant::now() < deadline {
            left -= 1.0;
            let text = Text::with_shape(&mut visitor.rng, shape, bytes);
            let paste = visitor.create_for_a_day(Operation::WarmUp, 0, text).await;
            let Some(paste) = paste else { continue };
            for site in 0..visitor.workload.client.sites.count() {
                visitor.workload.read_raw(Operation::WarmUp, site, &paste, ADDRESS).await;
                let page = visitor.workload.get(site, &format!("/{}", paste.id), None, ADDRESS);
                let page = page.header("accept", HTML).header("accept-encoding", "gzip");
                visitor.send(Operation::WarmUp, site, page).await;
            }
        }
    }
}
