//! Standard output and standard error that take nothing.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use testbed::BadOutput;

use crate::program::{Home, read};

#[tokio::test]
async fn the_site_starts_answers_and_drains_whatever_becomes_of_its_output() {
    for output in BadOutput::ALL {
        let home = Home::new();
        let (mut program, _reader) = home.start_with_output(output);
        let client = Client::builder().timeout(Duration::from_mins(1)).pool_max_idle_per_host(0);
        let client = client.build().unwrap();
        let ready = format!("{}/readyz", program.url);
        while client.get(&ready).send().await.is_err() {
            assert!(program.is_running(), "{output:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let link = program.paste(&client, format!("{output:?}")).await.unwrap();
        assert_eq!(read(&client, &link).await, format!("{output:?}"));
        // A refusal is logged, too.
        let missing = client.get(format!("{}/api/v1/nothing", program.url)).send().await.unwrap();
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
        program.stop();

        let restarted = home.start();
        assert_eq!(read(&client, &link).await, format!("{output:?}"));
        drop(restarted);
        for (command, succeeds) in
            [("sweep", true), ("--help", true), ("--version", true), ("healthcheck", false)]
        {
            if output == BadOutput::ReaderAsleep && succeeds {
                // The result of a command waits for its reader, as that of any program does.
                continue;
            }
            assert_eq!(home.run_with_output(command, output).success(), succeeds, "{command}");
        }
    }
}
