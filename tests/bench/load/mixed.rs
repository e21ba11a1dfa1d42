//! A mix of requests, the same in every run.

use anyhow::{Result, ensure};
use reqwest::StatusCode;

use super::reads::ACCEPT;
use super::row::Goal;
use super::wrk::Plan;
use super::{Load, MANY_CONNECTIONS, SECONDS, run};
use crate::site::Site;

/// The number of different pastes that are read.
const PASTES: usize = 100;
const MISSING_PASTE: &str = "/zzzzzzzzzzzz";

impl Load<'_> {
    pub(super) async fn mixed(&mut self, site: &Site) -> Result<()> {
        let ids = site.database().await?.newest_ids(PASTES).await?;
        let client = site.client()?;
        client.get_with("/recent", &[ACCEPT]).await?.expect_html("/recent?after=")?;
        let missing = client.status(MISSING_PASTE, &[ACCEPT]).await?;
        ensure!(missing == StatusCode::NOT_FOUND, "a missing paste is answered with {missing}");
        let measured = run(site, &plan(&ids), MANY_CONNECTIONS, SECONDS)?;
        let note = format!(
            "-c{MANY_CONNECTIONS}; 70 % pages and 20 % raw of {} pastes, 5 % creates, 2 % missing \
             pastes, 3 % /recent",
            ids.len()
        );
        self.row("mixed, 3 KB", &measured, &[], Goal::None, &note);
        Ok(())
    }
}

fn plan(ids: &[String]) -> Plan {
    (0..10 * 100).fold(Plan::default().with(ACCEPT.0, ACCEPT.1), |plan, number| {
        let id = &ids[(number + number / 100 * 13) % ids.len()];
        match number * 37 % 100 {
            0..70 => plan.and_get(&format!("/{id}")),
            70..90 => plan.and_get(&format!("/{id}/raw")),
            90..95 => plan.and_create(),
            95..97 => plan.and_missing(MISSING_PASTE),
            _ => plan.and_get("/recent"),
        }
    })
}
