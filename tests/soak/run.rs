//! One run: the phases of the load, and the checks after it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::join_all;
use testbed::Rng;
use tokio::task::JoinHandle;

use crate::Options;
use crate::checks::{MeasuredPhase, errors, final_state, latency, resources};
use crate::client::Client;
use crate::deployment::Deployment;
use crate::monitor::{self, Monitor};
use crate::operation::Operation;
use crate::recorder::{Recorder, lock};
use crate::report::{Report, Section};
use crate::sites::Sites;
use crate::texts::{Shape, Text};
use crate::workload::{self, Visitor, Workload, aborts, warm_up};

/// Accounts that exist when the load starts.
const ACCOUNTS: usize = 12;

/// The size of the text that slow clients read: larger than all socket buffers.
const LARGE_TEXT: usize = 4 * 1024 * 1024;

/// The pause between the warm-up and the measured phase.
const SETTLING_TIME: Duration = Duration::from_secs(10);

/// The longest time between two readings of memory and open files.
const MAX_READING_INTERVAL: Duration = Duration::from_secs(10);

pub struct Run {
    options: Options,
    deployment: Deployment,
    sites: Arc<Sites>,
    recorder: Arc<Recorder>,
    workload: Arc<Workload>,
    /// Registers the first accounts and warms up the caches.
    first_visitor: Visitor,
    faults_rng: Rng,
    report: Report,
}

impl Run {
    pub async fn start(options: Options, seed: u64) -> Result<Self> {
        let deployment = Deployment::start(options.set_up).await?;
        deployment.wait_until_healthy().await;
        let recorder = Arc::new(Recorder::new());
        let sites = Arc::new(Sites::new(deployment.site_urls()));
        let client = Client::new(sites.clone(), recorder.clone())?;
        let workload = Arc::new(Workload::new(client, seed));
        let first_visitor = Visitor::new(workload.clone(), options.visitors);
        let (faults_rng, report) = (Rng::new(seed, 0), Report::default());
        Ok(Self {
            options,
            deployment,
            sites,
            recorder,
            workload,
            first_visitor,
            faults_rng,
            report,
        })
    }

    /// Runs all phases and checks.
    pub async fn run(mut self) -> Result<(Options, Report)> {
        let length = Duration::from_secs_f64(self.options.minutes * 60.0);
        let interval = (length / 90).min(MAX_READING_INTERVAL);
        let process_ids = self.deployment.process_ids.clone();
        let monitor = Monitor::start(process_ids, self.recorder.started, interval);
        let abort_counts = aborts::Counts::default();
        let clients = self.start_load(&abort_counts).await?;

        let start = Instant::now();
        self.inject_faults(start + length / 3).await?;
        let phase = self.fault_free_phase(start + length * 2 / 3).await;
        self.inject_faults(start + length).await?;
        self.stop_load(clients).await?;

        self.deployment.restart_all(&self.sites, &self.recorder).await;
        final_state::read_all(&self.workload, &mut self.report).await;
        self.check_resources(&monitor, &phase);
        final_state::check_store(&self.deployment, &mut self.report).await?;
        self.deployment.terminate_all(&self.recorder).await;
        final_state::check_files(&self.deployment, &mut self.report).await?;
        self.check_requests(&phase);
        self.list_faults(&abort_counts);
        Ok((self.options, self.report))
    }

    /// Starts the visitors and the misbehaving clients.
    async fn start_load(&mut self, counts: &aborts::Counts) -> Result<Vec<JoinHandle<()>>> {
        for _ in 0..ACCOUNTS {
            self.first_visitor.register_next().await;
        }
        let text = Text::with_shape(&mut self.first_visitor.rng, Shape::Plain, LARGE_TEXT);
        let large = self.first_visitor.create_for_a_day(Operation::CreateLarge, 0, text).await;
        let large = large.context("the first create was not acknowledged")?;
        let Options { visitors, rate, .. } = self.options;
        let mut clients = workload::start(&self.workload, visitors, rate);
        clients.extend(aborts::start(&self.workload, &large.id, counts));
        Ok(clients)
    }

    async fn stop_load(&self, clients: Vec<JoinHandle<()>>) -> Result<()> {
        self.workload.stop();
        for client in join_all(clients).await {
            client?;
        }
        self.recorder.log("the load has ended");
        Ok(())
    }

    async fn inject_faults(&mut self, deadline: Instant) -> Result<()> {
        let Self { deployment, sites, recorder, faults_rng, .. } = self;
        deployment.inject_faults(faults_rng, sites, recorder, deadline).await
    }

    /// Warms up the caches and then only waits. Returns the part after the warm-up.
    async fn fault_free_phase(&mut self, deadline: Instant) -> MeasuredPhase {
        self.deployment.wait_until_healthy().await;
        self.recorder.log("no faults from now on");
        let length = deadline.saturating_duration_since(Instant::now());
        let warm_up_end = Instant::now() + length / 3;
        warm_up::warm_up(&mut self.first_visitor, self.options.minutes, warm_up_end).await;
        tokio::time::sleep(SETTLING_TIME.min(length / 10)).await;
        self.recorder.log("warmed up");
        let start = self.recorder.started.elapsed();
        let earlier_errors = self.deployment.error_lines();
        tokio::time::sleep_until(deadline.into()).await;
        let end = self.recorder.started.elapsed();
        errors::fault_free_phase(&earlier_errors, &self.deployment, &mut self.report);
        start..end
    }

    /// Call it after the load has ended.
    fn check_resources(&mut self, monitor: &Monitor, phase: &MeasuredPhase) {
        let under_load = monitor.readings();
        resources::growth(&under_load, phase, &mut self.report);
        let at_rest = monitor::read_all(&self.deployment.process_ids, self.recorder.started);
        resources::at_rest(&under_load, &at_rest, phase, &mut self.report);
    }

    fn check_requests(&mut self, phase: &MeasuredPhase) {
        let (samples, report) = (self.recorder.samples(), &mut self.report);
        errors::logs(&self.deployment, report);
        errors::answers(&self.recorder, &samples, report);
        latency::by_operation(&samples, report);
        latency::by_minute(&samples, phase, report);
        latency::fault_free_phase(&samples, phase, report);
    }

    fn list_faults(&mut self, abort_counts: &aborts::Counts) {
        let mut counts = lock(abort_counts).clone();
        for fault in &self.deployment.faults {
            *counts.entry(fault).or_default() += 1;
        }
        for (event, count) in counts {
            self.report.section(Section::Faults).row(vec![event.to_owned(), count.to_string()]);
        }
    }
}
