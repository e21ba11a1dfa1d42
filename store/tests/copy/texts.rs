//! Missing and damaged texts during a copy.

use store::{Paste, Problem, write};

use crate::sites::{Site, SitePair, on_every_pair};

impl Site {
    async fn delete_text(&self, paste: &Paste) {
        self.store.blobs().delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
    }

    /// Replaces the bytes of a stored text.
    async fn corrupt_text(&self, paste: &Paste, body: &[u8]) {
        self.delete_text(paste).await;
        let body = bytes::Bytes::copy_from_slice(body);
        self.store.blobs().put(&paste.blob_key, body, paste.created_at).await.unwrap();
    }

    async fn body(&self, paste: &Paste) -> bytes::Bytes {
        self.store.blobs().get(&paste.blob_key, usize::MAX).await.unwrap().unwrap()
    }
}

on_every_pair! {
    async fn a_damaged_text_is_reported_and_the_rest_is_copied(sites: SitePair) {
        let samples = sites.old.create_samples().await;
        let [missing, cut, swapped, ..] = &samples[9..] else { unreachable!() };
        let bodies = [sites.old.body(missing).await, sites.old.body(cut).await, sites.old.body(swapped).await];
        sites.old.delete_text(missing).await;
        sites.old.corrupt_text(cut, &bodies[1][..bodies[1].len() / 2]).await;
        sites.old.corrupt_text(swapped, &sites.old.body(&samples[0]).await).await;

        let copied = sites.try_copy().await.unwrap();
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
        assert!(sites.new.contents().await.is_consistent());
        assert!(sites.new.find(cut).await.is_none());

        for (paste, body) in [missing, cut, swapped].into_iter().zip(&bodies) {
            sites.old.corrupt_text(paste, body).await;
        }
        assert_eq!(sites.copy().await.pastes.copied, 3);
        sites.assert_same().await;
    }

    async fn a_damaged_text_at_the_destination_is_copied_again(sites: SitePair) {
        let samples = sites.old.create_samples().await;
        sites.copy().await;
        sites.new.delete_text(&samples[3]).await;
        sites.new.corrupt_text(&samples[12], b"rubbish").await;
        assert_eq!(sites.copy().await.pastes.copied, 0, "texts are not checked without `verify`");
        let copied = sites.copy_and_verify().await;
        assert!(copied.finished);
        assert_eq!((copied.pastes.copied, copied.pastes.present), (2, 21));
        assert_eq!(copied.bytes, samples[3].bytes + samples[12].bytes);
        sites.assert_same().await;
        assert_eq!(sites.copy_and_verify().await.pastes.copied, 0);
    }

    async fn a_row_that_does_not_match_its_text_is_reported(sites: SitePair) {
        let paste = sites.old.paste("five!").await;
        sites.old.run_sql("update pastes set bytes = 4").await;
        assert_eq!(sites.try_copy().await.unwrap().problems, [Problem::TextDamaged(paste.id)]);
    }
}

/// As after a damaged page on disk: the database cannot read the text.
#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_text_is_reported() {
    use crate::sites::Kind;
    let (old, new) = (Site::build(Kind::File).await, Site::build(Kind::File).await);
    let sites = SitePair { old, new, clock: store::Clock::manual(crate::sites::START) };
    let (bad, good) = (sites.old.paste("bad").await, sites.old.paste("good").await);
    // A number in place of bytes cannot be read as a text.
    write!(sites.old.db(), pool => {
        sqlx::query("update blobs set body = 7 where key = $1").bind(&bad.blob_key).execute(pool).await.map(drop)
    })
    .unwrap();
    let copied = sites.try_copy().await.unwrap();
    assert!(matches!(&copied.problems[..], [Problem::TextUnreadable(id, _)] if *id == bad.id));
    assert_eq!(sites.new.text(&good).await.unwrap(), "good");
}
