//! Fills whatever a site keeps in memory, so that what grows afterwards is no cache.

use std::time::Instant;

use crate::load::{HTML, Visitor};
use crate::records::Kind;
use crate::texts::{Shape, Text};

const KIB: usize = 1024;

/// Large texts, and files of source, for half an hour's run: more than the caches hold.
const TEXTS: (usize, usize) = (100, 1000 * KIB);
const SOURCES: (usize, usize) = (400, 32 * KIB);

/// A shorter run takes its part of them, and a tenth at least; what is not done by then is left.
pub async fn up(visitor: &mut Visitor, minutes: f64, until: Instant) {
    let part = (minutes / 30.0).clamp(0.1, 1.0);
    for (shape, (count, bytes)) in [(Shape::Plain, TEXTS), (Shape::Rust, SOURCES)] {
        let mut left = part * f64::from(u32::try_from(count).unwrap_or_default());
        while left > 0.0 && Instant::now() < until {
            left -= 1.0;
            let text = Text::shaped(&mut visitor.dice, shape, bytes);
            let Some(paste) = visitor.keep(Kind::WarmUp, 0, text).await else { continue };
            for site in 0..visitor.world.client.sites.urls.len() {
                visitor.world.read_raw(Kind::WarmUp, site, &paste, "10.4.0.1").await;
                let page = visitor.world.get(site, &format!("/{}", paste.id), None);
                let page = page.header("accept", HTML).header("accept-encoding", "gzip");
                visitor.send(Kind::WarmUp, site, page).await;
            }
        }
    }
}
