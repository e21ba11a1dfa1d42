use store::{Paste, Problem, write};

use crate::houses::{House, Houses, on_all_ways};

impl House {
    async fn lose(&self, paste: &Paste) {
        self.store.blobs().delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
    }

    /// Another text in its place.
    async fn spoil(&self, paste: &Paste, body: &[u8]) {
        self.lose(paste).await;
        let body = bytes::Bytes::copy_from_slice(body);
        self.store.blobs().put(&paste.blob_key, body, paste.created_at).await.unwrap();
    }

    async fn body(&self, paste: &Paste) -> bytes::Bytes {
        self.store.blobs().get(&paste.blob_key).await.unwrap().unwrap()
    }
}

on_all_ways! {
    async fn a_text_that_is_not_whole_is_told_and_the_rest_goes(houses: Houses) {
        let grown = houses.old.grow().await;
        let [missing, cut, swapped, ..] = &grown[9..] else { unreachable!() };
        let bodies = [houses.old.body(missing).await, houses.old.body(cut).await, houses.old.body(swapped).await];
        houses.old.lose(missing).await;
        houses.old.spoil(cut, &bodies[1][..bodies[1].len() / 2]).await;
        houses.old.spoil(swapped, &houses.old.body(&grown[0]).await).await;

        let copied = houses.try_copy().await.unwrap();
        let mut problems = copied.problems;
        problems.sort_by_key(ToString::to_string);
        let mut expected = vec![
            Problem::TextMissing(missing.id.clone()),
            Problem::TextDamaged(cut.id.clone()),
            Problem::TextDamaged(swapped.id.clone()),
        ];
        expected.sort_by_key(ToString::to_string);
        assert_eq!(problems, expected);
        assert_eq!(copied.pastes.copied, 18);
        assert!(houses.new.contents().await.is_whole());
        assert!(houses.new.find(cut).await.is_none());

        for (paste, body) in [missing, cut, swapped].into_iter().zip(&bodies) {
            houses.old.spoil(paste, body).await;
        }
        assert_eq!(houses.copy().await.pastes.copied, 3);
        houses.assert_same().await;
    }

    async fn a_text_that_is_not_whole_at_the_destination_is_mended(houses: Houses) {
        let grown = houses.old.grow().await;
        houses.copy().await;
        houses.new.lose(&grown[3]).await;
        houses.new.spoil(&grown[12], b"rubbish").await;
        assert_eq!(houses.copy().await.pastes.copied, 0, "nobody looked");
        let copied = houses.copy_and_verify().await;
        assert!(copied.finished);
        assert_eq!((copied.pastes.copied, copied.pastes.there), (2, 21));
        assert_eq!(copied.bytes, grown[3].bytes + grown[12].bytes);
        houses.assert_same().await;
        assert_eq!(houses.copy_and_verify().await.pastes.copied, 0);
    }

    async fn a_row_that_lies_about_its_text_is_told(houses: Houses) {
        let paste = houses.old.paste("five!").await;
        houses.old.run_sql("update pastes set bytes = 4").await;
        assert_eq!(houses.try_copy().await.unwrap().problems, [Problem::TextDamaged(paste.id)]);
    }
}

/// As where the disk has lost a page: the database itself cannot give the text.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_damaged_in_the_file_itself_is_told() {
    use crate::houses::Kind;
    let (old, new) = (House::build(Kind::File).await, House::build(Kind::File).await);
    let houses = Houses { old, new, clock: store::Clock::manual(crate::houses::START) };
    let (bad, good) = (houses.old.paste("bad").await, houses.old.paste("good").await);
    // No text at all where bytes belong: it cannot even be read.
    write!(houses.old.db(), pool => {
        sqlx::query("update blobs set body = 7 where key = $1").bind(&bad.blob_key).execute(pool).await.map(drop)
    })
    .unwrap();
    let copied = houses.try_copy().await.unwrap();
    assert!(matches!(&copied.problems[..], [Problem::TextUnreadable(id, _)] if *id == bad.id));
    assert_eq!(houses.new.text(&good).await.unwrap(), "good");
}
