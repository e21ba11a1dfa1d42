//! The hot functions alone: `just bench micro`.

#![allow(clippy::unwrap_used, reason = "a benchmark ends where it cannot go on")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use app::bench::{Action, ClientKey, Lang, PageContext, RateLimits, Theme, layout};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use futures_util::FutureExt as _;
use maud::PreEscaped;
use render::detect::detect;
use render::escape::push_text;
use render::highlight::Highlighter;
use render::listing::{self, Prefix};
use render::painter::Paint;
use render::parts::parts;
use store::{Clock, PasteId, Secret};

/// Rust of this project, a little over 30 KiB.
const RUST: &str = concat!(
    include_str!("../src/pastes/show.rs"),
    include_str!("../src/pastes/raw.rs"),
    include_str!("../../render/src/highlight.rs"),
    include_str!("../src/state/highlights.rs"),
    include_str!("../src/lib.rs"),
);
const KIB: usize = 1024;

/// As the store packs a text.
const LEVEL: i32 = 3;

fn main() {
    divan::main();
}

fn rust(bytes: usize) -> &'static str {
    &RUST[..RUST.floor_char_boundary(bytes)]
}

fn later() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn highlight_a_rust_file(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut highlighter = Highlighter::new("Rust").unwrap();
        let mut html = String::with_capacity(bytes * 3);
        for line in black_box(text).split_inclusive('\n') {
            highlighter.line(line, &mut html);
        }
        html
    });
}

#[divan::bench]
fn highlight_one_line(bencher: Bencher) {
    let mut highlighter = Highlighter::new("Rust").unwrap();
    let line =
        "    let paste = app.store.visible_paste(&name.id, viewer, app.clock.now()).await?;\n";
    bencher.bench_local(|| {
        let mut html = String::with_capacity(512);
        highlighter.line(black_box(line), &mut html);
        html
    });
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn write_a_coloured_listing(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    let part = parts(text).next().unwrap();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut painter = Paint::Syntax("Rust").painter();
        listing::html(black_box(&part), Prefix::Line, &mut painter, later())
    });
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn write_a_plain_listing(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    let part = parts(text).next().unwrap();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| listing::plain(black_box(&part), Prefix::Line));
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn escape(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut html = String::with_capacity(bytes * 2);
        push_text(&mut html, black_box(text));
        html
    });
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn guess_a_syntax(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    bencher.bench(|| detect("", black_box(text)).slug);
}

#[divan::bench]
fn parse_an_id() -> PasteId {
    black_box("7h2KdXqZ9wFa").parse().unwrap()
}

#[divan::bench]
fn make_a_hundred_ids() -> Vec<idservice::Id> {
    idservice::Id::batch(100).unwrap()
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn pack(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| zstd::bulk::compress(black_box(text.as_bytes()), LEVEL).unwrap());
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn unpack(bencher: Bencher, bytes: usize) {
    let packed = zstd::bulk::compress(rust(bytes).as_bytes(), LEVEL).unwrap();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| zstd::bulk::decompress(black_box(&packed), bytes).unwrap());
}

#[divan::bench]
fn hash_a_token(bencher: Bencher) {
    let digits = Secret::random().unwrap().to_hex();
    bencher.bench(|| Secret::from_hex(black_box(&digits)).unwrap().hash());
}

#[divan::bench]
fn judge_a_limit(bencher: Bencher) {
    let limits = RateLimits::new(None, Clock::System).unwrap();
    let client = ClientKey::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
    // In memory it waits for nothing.
    bencher.bench_local(|| {
        limits.check(Action::Request, black_box(client)).now_or_never().unwrap().is_ok()
    });
}

#[divan::bench]
fn lay_out_a_page(bencher: Bencher) {
    let cx = PageContext {
        lang: Lang::En,
        theme: Theme::System,
        user: None,
        path: "/7h2KdXqZ9wFa",
        public_url: "https://paste.example.org",
        flash: None,
        wrap: None,
    };
    let body = PreEscaped("<p>A text</p>".to_owned());
    bencher.bench_local(|| layout(black_box(&cx), "A text · Pastebin", &body));
}
