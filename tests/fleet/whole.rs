use crate::harness::{Fleet, Oracle};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_text_saved_at_one_site_is_read_at_another_also_after_all_were_killed() {
    let fleet = Fleet::start().await;
    let mut ids = fleet.id_service().await;
    let mut worker = fleet.worker().await;
    worker.healthy().await;
    let mut one = fleet.site_with_ids_of(&ids.url).await;
    let mut two = fleet.site().await;
    let oracle = Oracle::default();
    for n in 0..20 {
        oracle.keep(if n % 2 == 0 { &one } else { &two }, &format!("text {n}")).await;
    }
    for program in [&mut one, &mut two, &mut ids, &mut worker] {
        program.start().await;
        program.healthy().await;
    }
    oracle.check(&one).await;
    oracle.check(&two).await;
    fleet.settle().await;
}
