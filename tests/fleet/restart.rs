//! All programs killed and restarted.

use crate::harness::{Fleet, Ledger};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_text_saved_at_one_site_reads_back_at_another_after_all_programs_were_killed() {
    let fleet = Fleet::start().await;
    let mut ids = fleet.id_service().await;
    let mut worker = fleet.worker().await;
    worker.wait_until_healthy().await;
    let mut one = fleet.site_with_id_service(&ids.url).await;
    let mut two = fleet.site().await;
    let ledger = Ledger::default();
    for n in 0..20 {
        ledger.create(if n % 2 == 0 { &one } else { &two }, &format!("text {n}")).await;
    }
    for program in [&mut one, &mut two, &mut ids, &mut worker] {
        program.restart().await;
        program.wait_until_healthy().await;
    }
    ledger.verify(&one).await;
    ledger.verify(&two).await;
    fleet.sweep_and_verify().await;
}
