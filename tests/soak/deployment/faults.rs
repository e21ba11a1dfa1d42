//! Fault injection: a random fault, repaired after a random pause.

use std::time::{Duration, Instant};

use anyhow::Result;
use testbed::Rng;

use super::Deployment;
use crate::harness::{Line, Proxy};
use crate::recorder::Recorder;
use crate::sites::Sites;

/// The shortest and the longest time between two faults, in milliseconds.
const INTERVAL: (usize, usize) = (2_000, 12_000);

/// The longest duration of a fault, in milliseconds.
const MAX_DURATION: usize = 4_000;

/// Kinds of faults of the engines.
const ENGINE_FAULTS: usize = 5;

impl Deployment {
    /// Injects one fault after another until `deadline`.
    pub async fn inject_faults(
        &mut self,
        rng: &mut Rng,
        sites: &Sites,
        recorder: &Recorder,
        deadline: Instant,
    ) -> Result<()> {
        loop {
            let pause = Duration::from_millis(rng.between(INTERVAL.0, INTERVAL.1) as u64);
            if Instant::now() + pause >= deadline {
                break;
            }
            tokio::time::sleep(pause).await;
            let fault = self.inject_fault(rng, sites, recorder).await?;
            recorder.log(&fault);
            self.faults.push(fault);
        }
        tokio::time::sleep_until(deadline.into()).await;
        Ok(())
    }

    /// Injects one fault and repairs it. Returns its name.
    async fn inject_fault(
        &mut self,
        rng: &mut Rng,
        sites: &Sites,
        recorder: &Recorder,
    ) -> Result<String> {
        let duration = Duration::from_millis(rng.between(0, MAX_DURATION) as u64);
        let engine_faults = if self.engines.is_some() { ENGINE_FAULTS } else { 0 };
        let index = rng.below(self.processes.len() + engine_faults);
        if index < self.processes.len() {
            let gracefully = rng.one_in(3);
            self.restart(index, gracefully, duration, sites, recorder).await;
            let signal = if gracefully { "SIGTERM" } else { "kill -9" };
            Ok(format!("fault: {signal}, {}", self.processes[index].name))
        } else {
            let name = self.inject_engine_fault(index - self.processes.len(), duration).await?;
            Ok(format!("fault: {name}"))
        }
    }

    async fn inject_engine_fault(
        &mut self,
        index: usize,
        duration: Duration,
    ) -> Result<&'static str> {
        let Some((fleet, postgres)) = &mut self.engines else { return Ok("none") };
        Ok(match index {
            0 => {
                postgres.crash()?;
                tokio::time::sleep(duration).await;
                postgres.resume().await?;
                "PostgreSQL crashes"
            }
            1 => {
                fleet.redis.stop();
                tokio::time::sleep(duration).await;
                tokio::task::block_in_place(|| fleet.redis.restart());
                "Redis crashes and loses its data"
            }
            2 => {
                fleet.bucket.fail(true);
                tokio::time::sleep(duration).await;
                fleet.bucket.fail(false);
                "the bucket answers 503"
            }
            3 => {
                cut(&fleet.proxies.s3, duration).await;
                "connections to the bucket are cut"
            }
            _ => {
                cut(&fleet.proxies.postgres, duration).await;
                "connections to PostgreSQL are cut"
            }
        })
    }
}

async fn cut(proxy: &Proxy, duration: Duration) {
    proxy.set(Line::Cut);
    tokio::time::sleep(duration).await;
    proxy.set(Line::Open);
}
