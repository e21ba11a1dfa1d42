//! The services of `docker-compose.yml`, as a project of its own.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::engine::{docker, project, run, until_healthy};

/// The services of `docker-compose.yml`.
pub const SERVICES: [&str; 6] = ["site", "idservice", "jobs", "postgres", "redis", "garage"];

/// One `docker compose` project. Its containers and volumes are removed when it is dropped.
pub struct Stack {
    name: String,
    settings: TempDir,
}

impl Stack {
    /// A project with these settings in its `.env`. Nothing is started.
    pub fn new(name: &str, settings: &[(&str, &str)]) -> Self {
        let stack = Self {
            name: format!("pastebin-{name}-{}", std::process::id()),
            settings: tempfile::tempdir().unwrap(),
        };
        stack.set(settings);
        stack
    }

    /// Replaces the settings in `.env`. They count from the next `up`.
    pub fn set(&self, settings: &[(&str, &str)]) {
        let mut lines = String::new();
        for (name, value) in settings {
            writeln!(lines, "{name}={value}").unwrap();
        }
        fs::write(self.settings.path().join(".env"), lines).unwrap();
    }

    /// Runs `docker compose` and returns what it prints.
    ///
    /// # Panics
    /// The command fails.
    pub fn compose(&self, args: &[&str]) -> String {
        run(self.command().args(args))
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new("docker");
        command.current_dir(project()).args([
            "compose",
            "--project-name",
            &self.name,
            "--env-file",
        ]);
        command.arg(self.settings.path().join(".env"));
        command
    }

    /// Starts all services and waits until they are healthy.
    pub fn up(&self, args: &[&str]) {
        let args = [&["up", "--detach", "--wait", "--wait-timeout", "300"][..], args].concat();
        self.compose(&args);
    }

    /// The containers of a service, stopped ones too.
    pub fn containers(&self, service: &str) -> Vec<String> {
        self.compose(&["ps", "--all", "--quiet", service]).lines().map(str::to_owned).collect()
    }

    /// The container of a service of which there is one.
    pub fn container(&self, service: &str) -> String {
        let containers = self.containers(service);
        assert_eq!(containers.len(), 1, "{service}");
        containers.into_iter().next().unwrap()
    }

    /// The addresses at which the sites are published.
    pub fn urls(&self) -> Vec<String> {
        let published = |container: &String| docker(&["port", container, "8080"]);
        self.containers("site").iter().map(|site| format!("http://{}", published(site))).collect()
    }

    /// Waits until all containers are healthy.
    pub fn until_healthy(&self) {
        for service in SERVICES {
            self.containers(service).iter().for_each(|container| until_healthy(container));
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let logs = self.command().args(["logs", "--tail", "40"]).output();
            eprintln!(
                "{}",
                logs.map_or_else(
                    |error| error.to_string(),
                    |logs| { String::from_utf8_lossy(&logs.stdout).into_owned() }
                )
            );
        }
        let _ = self.command().args(["down", "--volumes", "--timeout", "60"]).output();
    }
}
