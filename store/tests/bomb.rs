//! A small compressed text that decompresses to a gibibyte does not take that memory. The test has a
//! process of its own, because it measures the memory of its process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;

use bytes::Bytes;
use store::{Db, Error, NewPaste, Store, Timestamp, Visibility, write};
use tempfile::TempDir;

const GIBIBYTE: u64 = 1 << 30;
const NOW: Timestamp = Timestamp(1_893_499_200_000);

/// A gibibyte of one letter, compressed to some kilobytes. The frame states `stated_size` as
/// its decompressed size, or none.
fn bomb(stated_size: Option<u64>) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.set_pledged_src_size(stated_size.map(|_| GIBIBYTE)).unwrap();
    let block = vec![b'a'; 1 << 20];
    for _ in 0..GIBIBYTE >> 20 {
        encoder.write_all(&block).unwrap();
    }
    let mut bomb = encoder.finish().unwrap();
    if let Some(size) = stated_size {
        // The size is in the frame header, after the magic number, the flags and the window.
        bomb[6..10].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        assert_eq!(zstd::zstd_safe::get_frame_content_size(&bomb).unwrap(), Some(size));
    }
    bomb
}

/// The peak memory of this process, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn a_decompression_bomb_takes_no_memory() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap());
    let new = NewPaste {
        id: "aaaaaaaaaaaa".parse().unwrap(),
        owner: None,
        title: String::new(),
        syntax: "text".to_owned(),
        syntax_guessed: false,
        visibility: Visibility::Unlisted,
        expires_at: None,
        delete_token_hash: None,
        text: Bytes::from("small"),
    };
    let paste = store.create(new, NOW).await.unwrap();
    for stated_size in [None, Some(GIBIBYTE), Some(paste.bytes)] {
        let body = bomb(stated_size);
        write!(store.db(), pool => {
            sqlx::query("update blobs set body = $1").bind(&body).execute(pool).await.map(drop)
        })
        .unwrap();
        let before = peak();
        assert!(matches!(store.text(&paste).await, Err(Error::TextDamaged(_))), "{stated_size:?}");
        assert!(peak() - before < GIBIBYTE / 16, "{stated_size:?}: {} bytes more", peak() - before);
    }
}
