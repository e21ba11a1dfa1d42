use store::{CopyError, NewPaste, Problem};

use crate::houses::{House, Houses, Kind, START, draft, on_all_ways};

on_all_ways! {
    async fn another_paste_under_the_id_stays_as_it_is(houses: Houses) {
        let (theirs, other) = (houses.old.paste("theirs").await, houses.old.paste("another").await);
        let ours = houses.new.keep(NewPaste { id: theirs.id.clone(), ..draft("ours") }).await;
        let copied = houses.try_copy().await.unwrap();
        assert_eq!(copied.problems, [Problem::IdTaken(theirs.id.clone())]);
        assert_eq!((copied.pastes.copied, copied.pastes.there), (1, 1));
        assert_eq!(houses.new.find(&theirs).await.as_ref(), Some(&ours));
        assert_eq!(houses.new.text(&ours).await.unwrap(), "ours");
        assert_eq!(houses.new.text(&other).await.unwrap(), "another");
    }

    async fn two_accounts_of_one_address_are_told(houses: Houses) {
        let anna = houses.old.user("anna@example.org").await;
        houses.old.of(anna, "hers").await;
        houses.new.user("anna@example.org").await;
        let before = houses.new.contents().await;
        let error = houses.try_copy().await.unwrap_err();
        assert!(matches!(&error, CopyError::AccountsDiffer(email) if email == "anna@example.org"), "{error}");
        assert!(houses.new.contents().await == before, "it changed");
    }

    async fn a_site_that_lives_takes_another_in(houses: Houses) {
        let boris = houses.new.user("boris@example.org").await;
        let token = houses.new.log_in(boris).await;
        let own = houses.new.of(boris, "here before").await;
        let grown = houses.old.paste("comes in").await;
        let copied = houses.copy().await;
        assert_eq!((copied.users.extra, copied.sessions.extra, copied.pastes.extra), (1, 1, 1));
        assert_eq!(houses.new.text(&own).await.unwrap(), "here before");
        assert_eq!(houses.new.text(&grown).await.unwrap(), "comes in");
        assert!(houses.new.store.session_user(&token, START).await.unwrap().is_some());
    }
}

async fn to_itself(kind: Kind) {
    let house = House::build(kind).await;
    let paste = house.paste("stays").await;
    for delete in [false, true] {
        let copier = store::Copier {
            from: house.to_read().await,
            to: house.store.clone(),
            verify: false,
            delete,
            clock: store::Clock::manual(START),
        };
        assert!(matches!(copier.run(&|_| ()).await, Err(CopyError::SameDatabase)));
    }
    assert_eq!(house.text(&paste).await.unwrap(), "stays");
    house.leave().await;
}

#[tokio::test]
async fn a_file_is_not_copied_to_itself() {
    to_itself(Kind::File).await;
}

#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_is_not_copied_to_itself() {
    to_itself(Kind::Postgres).await;
}
