//! Missing and damaged texts.

use sha2::{Digest, Sha256};
use store::{Error, Paste, write};

use crate::harness::{Site, draft, noise, on_every_engine};

impl Site {
    async fn body(&self, paste: &Paste) -> Vec<u8> {
        self.store.blobs().get(&paste.blob_key, usize::MAX).await.unwrap().unwrap().to_vec()
    }

    async fn is_damaged(&self, paste: &Paste) -> bool {
        matches!(self.text(&paste.id).await, Err(Error::TextDamaged(id)) if id == paste.id)
    }
}

on_every_engine! {
    async fn a_missing_text_is_an_error(site: Site) {
        let paste = site.paste("lost").await;
        site.delete_text(&paste).await;
        assert!(matches!(site.text(&paste.id).await, Err(Error::TextMissing(id)) if id == paste.id));
        let again = site.paste("still works").await;
        assert_eq!(site.text(&again.id).await.unwrap(), "still works");
    }

    async fn the_text_of_a_paste_deleted_during_a_read_is_gone_not_missing(site: Site) {
        let anna = site.user("anna@example.org").await;
        let paste = site.paste_of(anna, "read and deleted at once").await;
        let reader = site.sibling().await;
        let seen = reader.find(&paste.id).await.unwrap();
        site.store.delete(&paste.id, anna, site.now()).await.unwrap();
        site.store.purge(site.now()).await.unwrap();
        assert!(matches!(reader.store.text(&seen).await, Err(Error::Gone(id)) if id == paste.id));
        site.refuse("delete", "pastes").await;
        let paste = site.paste_of(anna, "its row is still there").await;
        site.store.delete(&paste.id, anna, site.now()).await.unwrap();
        site.store.purge(site.now()).await.unwrap_err();
        assert!(matches!(reader.store.text(&paste).await, Err(Error::Gone(id)) if id == paste.id));
    }

    async fn a_failed_read_is_not_cached(site: Site) {
        let paste = site.paste("back again").await;
        let body = site.body(&paste).await;
        let reader = site.sibling().await;
        site.corrupt_text(&paste, b"rubbish").await;
        assert!(reader.store.text(&paste).await.is_err());
        site.corrupt_text(&paste, &body).await;
        assert_eq!(reader.store.text(&paste).await.unwrap(), "back again");
    }

    async fn one_changed_bit_never_gives_another_text(site: Site) {
        for text in [b"Twice told, twice told: a text that compresses, compresses.".to_vec(), noise(40)] {
            let paste = site.create(draft(text.clone())).await;
            let body = site.body(&paste).await;
            let mut noticed = 0;
            for bit in 0..body.len() * 8 {
                let mut corrupted = body.clone();
                corrupted[bit / 8] ^= 1 << (bit % 8);
                site.corrupt_text(&paste, &corrupted).await;
                match site.text(&paste.id).await {
                    // Some bits of the frame header do not affect the text.
                    Ok(read) => assert_eq!(read, text, "bit {bit}"),
                    Err(Error::TextDamaged(_)) => noticed += 1,
                    Err(other) => panic!("bit {bit}: {other}"),
                }
            }
            assert!(noticed > body.len() * 7, "{noticed} of {} bits", body.len() * 8);
        }
    }

    async fn a_truncated_text_is_damaged(site: Site) {
        for text in ["", "short", &"a longer text, ".repeat(20_000)] {
            let paste = site.paste(text).await;
            let body = site.body(&paste).await;
            for length in 0..body.len() {
                site.corrupt_text(&paste, &body[..length]).await;
                assert!(site.is_damaged(&paste).await, "{length} of {} bytes", body.len());
            }
            site.corrupt_text(&paste, &[&body[..], b"more"].concat()).await;
            assert!(site.is_damaged(&paste).await, "with bytes after it");
            site.corrupt_text(&paste, &[&body[..], &body[..]].concat()).await;
            assert!(text.is_empty() || site.is_damaged(&paste).await, "twice");
        }
    }

    async fn the_text_of_another_paste_is_damaged(site: Site) {
        let (one, other) = (site.paste("one").await, site.paste("two").await);
        site.corrupt_text(&one, &site.body(&other).await).await;
        assert!(site.is_damaged(&one).await);
        assert_eq!(site.text(&other.id).await.unwrap(), "two");
    }

    async fn a_row_that_does_not_match_its_text_is_reported(site: Site) {
        let paste = site.paste("five!").await;
        for bytes in [0, 4, 6, 1 << 40, i64::MAX] {
            site.run_sql(&format!("update pastes set bytes = {bytes}")).await;
            assert!(site.is_damaged(&paste).await, "{bytes} bytes");
        }
        site.run_sql("update pastes set bytes = 5").await;
        assert_eq!(site.text(&paste.id).await.unwrap(), "five!");
        let wrong = Sha256::digest("other").to_vec();
        write!(site.db(), pool => sqlx::query("update pastes set sha256 = $1").bind(&wrong).execute(pool).await.map(drop))
            .unwrap();
        assert!(site.is_damaged(&paste).await, "a wrong hash");
    }

    async fn a_verification_finds_what_is_damaged_and_what_is_missing(site: Site) {
        let mut pastes = Vec::new();
        for text in ["", "sound", "damaged", "missing", &"a large text, ".repeat(20_000)] {
            pastes.push(site.paste(text).await);
        }
        // Read and cached before, so that a cache would hide the damage.
        site.text(&pastes[2].id).await.unwrap();
        let sound = site.store.verify_texts().await.unwrap();
        assert_eq!((sound.sound, sound.bytes), (5, 280_019));
        assert!(sound.damaged.is_empty() && sound.missing.is_empty());
        let mut body = site.body(&pastes[2]).await;
        let middle = body.len() - 2;
        body[middle] ^= 1;
        site.corrupt_text(&pastes[2], &body).await;
        site.delete_text(&pastes[3]).await;
        let found = site.store.verify_texts().await.unwrap();
        assert_eq!(found.sound, 3);
        assert_eq!(found.damaged, [pastes[2].id.clone()]);
        assert_eq!(found.missing, [pastes[3].id.clone()]);
        // Changes nothing, and a plain sweep reads no text.
        assert_eq!(site.store.verify_texts().await.unwrap(), found);
        assert_eq!(site.store.sweep_all(site.now()).await.unwrap().texts_found, 4);
    }
}
