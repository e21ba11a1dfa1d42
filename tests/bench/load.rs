//! The site under load, and beside each row who does nothing else.

mod commits;
pub mod served;
mod wrk;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::StatusCode;

use crate::client::{Answer, Client, HTML};
use crate::report::{Budget, Report, Unit, count, thousands};
use crate::site::Site;
use crate::texts::{KIB, rust_files};
use crate::tools::Tools;
use served::{Files, Server};
use wrk::{Outcome, Plan, wrk};

/// Of one row; of the creates; and of one reference.
const SECONDS: u64 = 5;
const CREATES: u64 = 8;
const REFERENCE: u64 = 3;

const CONNECTIONS: u64 = 16;
/// Of many who do different things, or wait for the disk.
const MANY: u64 = 64;

/// For the cold rows: more texts than the site's memory for them has room for.
const PASTES: usize = 30_000;
/// More is not made for them where creates are slow.
const ROUNDS: usize = 3;
const OWN: usize = 10_000;
const LISTED: usize = 1_000;

/// Of them are the mixed requests.
const MIXED: usize = 100;
const NOWHERE: &str = "/zzzzzzzzzzzz";

const ZSTD: (&str, &str) = ("accept-encoding", "zstd");
const BROWSER: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd");
const ACCEPT: (&str, &str) = ("accept", HTML);

const COLUMNS: &[&str] = &[
    "what",
    " a second",
    " p50",
    " p99",
    " errors",
    " CPU each",
    " peak",
    "beside",
    "budget",
    "",
    "",
];

pub async fn measure(report: &mut Report, tools: &Tools, site: Site) -> Result<()> {
    let title = format!("The site under load: wrk -t1 -c{CONNECTIONS} -d{SECONDS}s");
    report.table(&title, COLUMNS);
    let mut load = Load { report, nginx: tools.nginx.is_some() };
    load.create(&site).await?;
    let session = site.client()?.register().await?;
    let site = load.crowd(site).await?;
    load.cold(&site, "/raw", "raw, cold").await?;
    let site = site.restart();
    load.cold(&site, "", "page, cold").await?;
    load.hot(&site).await?;
    load.profile(&site, &session).await?;
    load.mixed(&site).await
}

struct Load<'a> {
    report: &'a mut Report,
    nginx: bool,
}

/// What stands beside a row.
struct Beside {
    name: &'static str,
    rate: f64,
    unit: Unit,
}

#[derive(Clone, Copy)]
enum Goal {
    None,
    Rate(f64),
    /// Of the one with this name, in its unit.
    Of(&'static str, f64),
}

struct Measured {
    outcome: Outcome,
    cpu: Duration,
    /// In MB.
    peak: f64,
    engines: Vec<(&'static str, Duration)>,
}

impl Load<'_> {
    async fn create(&mut self, site: &Site) -> Result<()> {
        let client = site.client()?;
        let text = &rust_files(1, 3 * KIB)?[0];
        let path = client.put("main.rs", text.clone()).await?;
        ensure!(client.raw(&path).await?.body == text.as_bytes(), "a paste is not what was sent");

        let rate = match &site.fleet {
            None => commits::sqlite(site.home.path()).await?,
            Some(fleet) => commits::postgres(fleet.database()).await?,
        };
        let measured = under(site, &Plan::create(), MANY, CREATES)?;
        let beside = [Beside { name: "one commit each", rate, unit: Unit::Times }];
        let goal = if site.fleet.is_none() { Goal::Of(beside[0].name, 8.0) } else { Goal::None };
        let note = format!("-c{MANY} -d{CREATES}s");
        self.row("create, 3 KB", &measured, &beside, goal, &note);
        Ok(())
    }

    /// Makes what the cold rows read, gives the user of this site their pastes, and starts it anew.
    async fn crowd(&mut self, site: Site) -> Result<Site> {
        let mut database = site.database().await?;
        for _ in 0..ROUNDS {
            if database.ids(PASTES).await?.len() == PASTES {
                break;
            }
            wrk(site.url(), &Plan::create(), MANY, SECONDS)?;
        }
        for sql in [
            "update pastes set syntax = 'rust', syntax_guessed = false".to_owned(),
            format!(
                "update pastes set owner_id = (select id from users order by created_at desc limit 1)
                 where id in (select id from pastes order by id limit {OWN})"
            ),
            format!(
                "update pastes set visibility = 'public'
                 where id in (select id from pastes order by id desc limit {LISTED})"
            ),
            "analyze".to_owned(),
        ] {
            database.tell(&sql).await?;
        }
        Ok(site.restart())
    }

    /// Every paste once, and then again from the first.
    async fn cold(&mut self, site: &Site, suffix: &str, what: &str) -> Result<()> {
        let ids = site.database().await?.ids(PASTES).await?;
        let client = site.client()?;
        let first = ids.first().context("no pastes")?;
        let text = client.raw(&format!("/{first}")).await?;
        ensure!(text.text()?.starts_with("// "), "a paste is not what was sent");
        let path = format!("/{first}{suffix}");
        let is_right = |answer: &Answer| {
            if suffix.is_empty() {
                answer.shows(text.text()?)?;
                answer.is_coloured()?;
            }
            Ok(())
        };
        let answer = right(&client, &path, &[ACCEPT], is_right).await?;
        let plan = Plan::of(ids.iter().skip(1).map(|id| format!("/{id}{suffix}")));
        let measured = under(site, &plan.with(ACCEPT.0, ACCEPT.1), CONNECTIONS, SECONDS)?;
        let beside = self.served(&answer, &[ACCEPT]).await?;
        let read = measured.outcome.requests / count(ids.len());
        let note = format!("{} pastes of 3 KB, read {read:.2} times", thousands(count(ids.len())));
        self.row(what, &measured, &beside, Goal::None, &note);
        Ok(())
    }

    async fn hot(&mut self, site: &Site) -> Result<()> {
        let client = site.client()?;
        let text = &rust_files(1, 30 * KIB)?[0];
        let page = client.paste(text, "rust").await?;
        let raw = format!("{page}/raw");
        let is_text = |answer: &Answer| {
            ensure!(answer.unpacked()?.body == text.as_bytes(), "a raw read is another text");
            Ok(())
        };
        let is_page = |answer: &Answer| {
            answer.unpacked()?.shows(text)?;
            answer.unpacked()?.is_coloured()
        };
        let nginx = Goal::Of("nginx", 50.0);
        self.read(site, "raw, 30 KB, hot", &raw, &[ACCEPT], nginx, is_text).await?;
        self.read(site, "the same with zstd", &raw, &[ACCEPT, ZSTD], Goal::None, is_text).await?;
        self.known(site, "the same, known (304)", &raw).await?;
        let rate = Goal::Rate(10_000.0);
        self.read(site, "page, 30 KB, hot", &page, &[ACCEPT], rate, is_page).await?;
        let what = "the same as for a browser";
        self.read(site, what, &page, &[ACCEPT, BROWSER], Goal::None, is_page).await?;
        self.known(site, "the same, known (304)", &page).await
    }

    async fn profile(&mut self, site: &Site, session: &str) -> Result<()> {
        let what = format!("profile, {} own pastes", thousands(count(OWN)));
        let asked = [ACCEPT, ("cookie", session)];
        let is_profile = |answer: &Answer| {
            answer.has("action=\"/logout\"")?;
            answer.has("/profile?after=")
        };
        self.read(site, &what, "/profile", &asked, Goal::None, is_profile).await
    }

    async fn mixed(&mut self, site: &Site) -> Result<()> {
        let ids = site.database().await?.ids(MIXED).await?;
        site.client()?.ask("/recent", &[ACCEPT]).await?.has("/recent?after=")?;
        let missing = site.client()?.status(NOWHERE, &[ACCEPT]).await?;
        ensure!(missing == StatusCode::NOT_FOUND, "a paste that is not there: {missing}");
        let measured = under(site, &mixed(&ids), MANY, SECONDS)?;
        let note = format!(
            "-c{MANY}; of {} pastes 70 % pages and 20 % raw, 5 % creates, 2 % misses, 3 % /recent",
            ids.len()
        );
        self.row("mixed, 3 KB", &measured, &[], Goal::None, &note);
        Ok(())
    }

    /// One address again and again.
    async fn read(
        &mut self,
        site: &Site,
        what: &str,
        path: &str,
        headers: &[(&str, &str)],
        goal: Goal,
        is_right: impl Fn(&Answer) -> Result<()>,
    ) -> Result<()> {
        let answer = right(&site.client()?, path, headers, is_right).await?;
        let measured = under(site, &get(path, headers), CONNECTIONS, SECONDS)?;
        let beside = self.served(&answer, headers).await?;
        let coding = answer.coding();
        let note = if coding == "none" { String::new() } else { format!("{coding}, ") };
        let note = format!("{note}{:.1} KB", count(answer.body.len()) / 1e3);
        self.row(what, &measured, &beside, goal, &note);
        Ok(())
    }

    /// With the ETag of the answer before.
    async fn known(&mut self, site: &Site, what: &str, path: &str) -> Result<()> {
        let client = site.client()?;
        let answer = client.ask(path, &[ACCEPT]).await?;
        let Some(etag) = answer.header("etag") else {
            self.skip(what, "left out: there is no ETag");
            return Ok(());
        };
        let headers = [ACCEPT, ("if-none-match", etag)];
        let status = client.status(path, &headers).await?;
        ensure!(status == StatusCode::NOT_MODIFIED, "{path} answered its ETag with {status}");
        let measured = under(site, &get(path, &headers), CONNECTIONS, SECONDS)?;
        let beside = self.served(&answer, &headers).await?;
        self.row(what, &measured, &beside, Goal::None, "");
        Ok(())
    }

    /// The same bytes from nginx and from a bare handler.
    async fn served(&self, answer: &Answer, headers: &[(&str, &str)]) -> Result<Vec<Beside>> {
        let files = Files::new()?;
        let html = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        let path = files.keep(if html { "page.html" } else { "raw.txt" }, answer)?;
        let nginx = self.nginx.then(|| Server::nginx(&files)).transpose()?;
        let mut beside = Vec::new();
        for server in nginx.into_iter().chain([Server::bare(&files)?]) {
            let served = server.serves(&path, answer).await?;
            let theirs = served.header("etag").unwrap_or_default();
            let headers: Vec<_> = headers
                .iter()
                .map(|&(name, value)| (name, if name == "if-none-match" { theirs } else { value }))
                .collect();
            let outcome = wrk(&server.url, &get(&path, &headers), CONNECTIONS, REFERENCE)?;
            ensure!(outcome.errors == 0.0, "{} answers with errors", server.name);
            beside.push(Beside { name: server.name, rate: outcome.rate, unit: Unit::Percent });
        }
        Ok(beside)
    }

    fn row(&mut self, what: &str, measured: &Measured, beside: &[Beside], goal: Goal, note: &str) {
        let Outcome { requests, rate, p50, p99, errors } = measured.outcome;
        let milliseconds = |time: Duration| Unit::Milliseconds.show(time.as_secs_f64() * 1e3);
        let each = |cpu: Duration| Unit::Microseconds.show(cpu.as_secs_f64() * 1e6 / requests);
        let (budget, verdict) = match goal {
            Goal::None => Default::default(),
            Goal::Rate(least) => self.report.judge(rate, Unit::PerSecond, Budget::AtLeast(least)),
            Goal::Of(name, least) => match beside.iter().find(|other| other.name == name) {
                Some(other) => {
                    let share = other.unit.share(rate / other.rate);
                    self.report.judge(share, other.unit, Budget::AtLeast(least))
                }
                None => Default::default(),
            },
        };
        let beside = beside.iter().map(|Beside { name, rate: theirs, unit }| {
            let share = unit.show(unit.share(rate / theirs));
            format!("{name} {}: {share}", Unit::PerSecond.show(*theirs))
        });
        let engines = measured.engines.iter().map(|(name, cpu)| format!("{name} {}", each(*cpu)));
        let notes: Vec<_> =
            [note.to_owned()].into_iter().chain(engines).filter(|note| !note.is_empty()).collect();
        self.report.cells(vec![
            what.to_owned(),
            thousands(rate),
            milliseconds(p50),
            milliseconds(p99),
            thousands(errors),
            each(measured.cpu),
            Unit::Megabytes.show(measured.peak),
            beside.collect::<Vec<_>>().join("; "),
            budget,
            verdict,
            notes.join("; "),
        ]);
    }

    fn skip(&mut self, what: &str, why: &str) {
        let mut cells = vec![String::new(); COLUMNS.len()];
        what.clone_into(&mut cells[0]);
        why.clone_into(&mut cells[COLUMNS.len() - 1]);
        self.report.cells(cells);
    }
}

/// The answer that is as it should be: on a busy machine a page comes without colours, and has them
/// a moment later.
async fn right(
    client: &Client,
    path: &str,
    headers: &[(&str, &str)],
    is_right: impl Fn(&Answer) -> Result<()>,
) -> Result<Answer> {
    for _ in 0..50 {
        let answer = client.ask(path, headers).await?;
        if is_right(&answer).is_ok() {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let answer = client.ask(path, headers).await?;
    is_right(&answer)?;
    Ok(answer)
}

fn get(path: &str, headers: &[(&str, &str)]) -> Plan {
    headers.iter().fold(Plan::get(path), |plan, (name, value)| plan.with(name, value))
}

/// Pages, raw texts, creates, misses and lists among each other, the same in every run.
fn mixed(ids: &[String]) -> Plan {
    (0..10 * 100).fold(Plan::default().with(ACCEPT.0, ACCEPT.1), |plan, nth| {
        let id = &ids[(nth + nth / 100 * 13) % ids.len()];
        match nth * 37 % 100 {
            0..70 => plan.and_get(&format!("/{id}")),
            70..90 => plan.and_get(&format!("/{id}/raw")),
            90..95 => plan.and_create(),
            95..97 => plan.and_miss(NOWHERE),
            _ => plan.and_get("/recent"),
        }
    })
}

fn under(site: &Site, plan: &Plan, connections: u64, seconds: u64) -> Result<Measured> {
    site.forget_peak()?;
    let (cpu, engines) = (site.cpu()?, site.engines()?);
    let outcome = wrk(site.url(), plan, connections, seconds)?;
    let since = |(now, before): ((&'static str, Duration), (_, Duration))| {
        (now.0, now.1.saturating_sub(before.1))
    };
    Ok(Measured {
        outcome,
        cpu: site.cpu()?.saturating_sub(cpu),
        peak: site.memory("VmHWM")?,
        engines: site.engines()?.into_iter().zip(engines).map(since).collect(),
    })
}
