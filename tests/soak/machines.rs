//! The programs of a set-up and what they stand on; and how they are struck.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use store::{Db, Store};
use tempfile::TempDir;

use crate::client::Sites;
use crate::dice::Dice;
use crate::harness::{Database, Fleet, Kind, Line, Program};
use crate::postgres::Postgres;
use crate::records::{Records, lock};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SetUp {
    /// One program, with all it has in a file of `SQLite`
    Embedded,
    /// Two sites, two id services and two workers, on `PostgreSQL`, Redis and an S3 server
    Fleet,
}

impl SetUp {
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Fleet => "fleet",
        }
    }
}

/// As Rust says it.
pub const PANIC: &str = "panicked at";

/// Who runs, by name and process id.
pub type Roll = Arc<Mutex<Vec<(String, u32)>>>;

/// Fields are dropped in this order: programs before their engines.
pub struct Machines {
    pub members: Vec<Member>,
    /// How many of the members are sites; they come first.
    pub sites: usize,
    pub engines: Option<(Fleet, Postgres)>,
    pub roll: Roll,
    /// Where the programs put what they need for a moment.
    pub moment: TempDir,
    /// What the embedded site keeps.
    pub data: TempDir,
    pub struck: Vec<(Duration, String)>,
}

pub struct Member {
    pub name: String,
    pub program: Program,
    /// Of its processes that have ended.
    complaints: Vec<String>,
}

impl Member {
    fn new(name: &str, program: Program) -> Self {
        Self { name: name.to_owned(), program, complaints: Vec::new() }
    }

    fn complaints(&self) -> Vec<String> {
        let log = self.program.log();
        let new = log.lines().filter(|line| line.contains(" ERROR ") || line.contains(PANIC));
        let new = new.map(|line| format!("{}: {line}", self.name));
        self.complaints.iter().cloned().chain(new).collect()
    }

    async fn start(&mut self) {
        self.complaints = self.complaints();
        self.program.restart().await;
    }
}

impl Machines {
    pub async fn start(set_up: SetUp) -> Result<Self> {
        let (moment, data) = (TempDir::new()?, TempDir::new()?);
        let common = [
            ("TMPDIR", moment.path().display().to_string()),
            ("RATE_LIMIT", "on".to_owned()),
            // Each request says whose it is.
            ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ];
        let mut machines = Self {
            members: Vec::new(),
            sites: 1,
            engines: None,
            roll: Roll::default(),
            moment,
            data,
            struck: Vec::new(),
        };
        match set_up {
            SetUp::Embedded => {
                let own = [
                    ("LISTEN", "127.0.0.1:0".to_owned()),
                    ("DATABASE_URL", format!("sqlite:{}", machines.file().display())),
                ];
                let settings = own.into_iter().chain(common);
                let settings = settings.map(|(name, value)| (name.to_owned(), value)).collect();
                let site = Program::start(Kind::Site, settings).await;
                machines.members.push(Member::new("site", site));
            }
            SetUp::Fleet => {
                let postgres = Postgres::start().await?;
                let fleet = Fleet::start_on(Database::create_on(&postgres.url()).await).await;
                machines.members = members(&fleet, &common).await;
                machines.sites = 2;
                machines.engines = Some((fleet, postgres));
            }
        }
        machines.call_the_roll();
        Ok(machines)
    }

    /// Of the embedded site's database.
    pub fn file(&self) -> PathBuf {
        self.data.path().join("pastebin.db")
    }

    pub fn urls(&self) -> Vec<String> {
        self.members[..self.sites].iter().map(|site| site.program.url.clone()).collect()
    }

    pub async fn store(&self) -> Result<Store> {
        Ok(match &self.engines {
            Some((fleet, _)) => fleet.store().await,
            None => Store::new(Db::sqlite(&self.file()).await?),
        })
    }

    /// Lines at ERROR in all logs so far, and of panics.
    pub fn complaints(&self) -> Vec<String> {
        self.members.iter().flat_map(Member::complaints).collect()
    }

    fn call_the_roll(&self) {
        let who = |member: &Member| (member.name.clone(), member.program.id());
        *lock(&self.roll) = self.members.iter().map(who).collect();
    }

    pub async fn all_healthy(&self) {
        for member in &self.members {
            member.program.wait_until_healthy().await;
        }
    }

    /// Ends a program, by kill or by request, and starts it again after a while.
    pub async fn restart(
        &mut self,
        which: usize,
        gently: bool,
        pause: Duration,
        sites: &Sites,
        records: &Records,
    ) {
        if which < self.sites {
            sites.goes_down(which);
        }
        let member = &mut self.members[which];
        if gently {
            member.program.terminate();
            let status = member.program.wait_for_exit().await;
            if !status.success() {
                records.wrong(&format!("{} ends with {status} when it is asked to", member.name));
            }
        } else {
            member.program.kill();
        }
        tokio::time::sleep(pause).await;
        member.start().await;
        if which < self.sites {
            sites.is_up(which);
        }
        self.call_the_roll();
    }

    /// One thing that goes wrong, and is mended.
    pub async fn strike(
        &mut self,
        dice: &mut Dice,
        sites: &Sites,
        records: &Records,
    ) -> Result<()> {
        let pause = Duration::from_millis(dice.between(0, 4_000) as u64);
        let engines = if self.engines.is_some() { 5 } else { 0 };
        let which = dice.below(self.members.len() + engines);
        let at = records.started.elapsed();
        let what = if which < self.members.len() {
            let gently = dice.once_in(3);
            self.restart(which, gently, pause, sites, records).await;
            let how = if gently { "SIGTERM" } else { "kill -9" };
            format!("{how}: {}", self.members[which].name)
        } else {
            self.strike_engine(which - self.members.len(), pause).await?.to_owned()
        };
        println!("{:7.1} s  {what}", at.as_secs_f64());
        self.struck.push((at, what));
        Ok(())
    }

    async fn strike_engine(&mut self, which: usize, pause: Duration) -> Result<&'static str> {
        let Some((fleet, postgres)) = &mut self.engines else { return Ok("nothing") };
        Ok(match which {
            0 => {
                postgres.crash()?;
                tokio::time::sleep(pause).await;
                postgres.go_on().await?;
                "crash: PostgreSQL"
            }
            1 => {
                fleet.redis.stop();
                tokio::time::sleep(pause).await;
                tokio::task::block_in_place(|| fleet.redis.restart());
                "crash: Redis, empty afterwards"
            }
            2 => {
                fleet.bucket.fail(true);
                tokio::time::sleep(pause).await;
                fleet.bucket.fail(false);
                "the bucket answers 503"
            }
            3 => {
                fleet.proxies.s3.set(Line::Cut);
                tokio::time::sleep(pause).await;
                fleet.proxies.s3.set(Line::Open);
                "line cut: the bucket"
            }
            _ => {
                fleet.proxies.postgres.set(Line::Cut);
                tokio::time::sleep(pause).await;
                fleet.proxies.postgres.set(Line::Open);
                "line cut: PostgreSQL"
            }
        })
    }
}

async fn members(fleet: &Fleet, common: &[(&str, String)]) -> Vec<Member> {
    let with = |more: &[(&'static str, &str)]| {
        let common = common.iter().map(|(name, value)| (*name, value.as_str()));
        let changes: Vec<(&str, &str)> = common.chain(more.iter().copied()).collect();
        fleet.settings_with(&changes)
    };
    let mut others = Vec::new();
    let mut sites = Vec::new();
    for number in 1..=2 {
        let ids = Program::start(Kind::IdService, with(&[])).await;
        let url = ids.url.clone();
        let settings = with(&[("ID_SERVICE_URL", &url)]);
        sites.push(Member::new(
            &format!("site {number}"),
            Program::start(Kind::Site, settings).await,
        ));
        others.push(Member::new(&format!("id service {number}"), ids));
    }
    for number in 1..=2 {
        let worker = Program::start(Kind::Worker, with(&[])).await;
        others.push(Member::new(&format!("worker {number}"), worker));
    }
    sites.append(&mut others);
    sites
}
