//! Measures the functions that most requests spend their time in: `just bench micro`.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

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
use render::line_renderer::LineFormat;
use render::listing::{self, PartWriter, Prefix};
use render::parts::parts;
use store::{Clock, PasteId, Token};

/// Rust sources of this project, a little over 30 KiB.
const RUST: &str = concat!(
    include_str!("../src/pastes/show.rs"),
    include_str!("../src/pastes/raw.rs"),
    include_str!("../../render/src/highlight.rs"),
    include_str!("../src/state/highlights.rs"),
    include_str!("../src/lib.rs"),
);
const KIB: usize = 1024;

/// The zstd level at which the store packs texts.
const ZSTD_LEVEL: i32 = 3;

fn main() {
    divan::main();
}

/// The first `bytes` bytes of [`RUST`].
fn rust(bytes: usize) -> &'static str {
    &RUST[..RUST.floor_char_boundary(bytes)]
}

/// A deadline that no benchmark reaches.
fn deadline() -> Instant {
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
fn render_a_highlighted_listing(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    let part = parts(text).next().unwrap();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut painter = LineFormat::Syntax("Rust").renderer();
        PartWriter::default().write(black_box(&part), Prefix::Line, &mut painter, deadline())
    });
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn render_a_plain_listing(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    let part = parts(text).next().unwrap();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| listing::plain(black_box(&part), Prefix::Line));
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn escape_html(bencher: Bencher, bytes: usize) {
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
fn generate_a_hundred_ids() -> Vec<idservice::Id> {
    idservice::Id::batch(100).unwrap()
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn compress_a_text(bencher: Bencher, bytes: usize) {
    let text = rust(bytes);
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| zstd::bulk::compress(black_box(text.as_bytes()), ZSTD_LEVEL).unwrap());
}

#[divan::bench(args = [3 * KIB, 30 * KIB])]
fn decompress_a_text(bencher: Bencher, bytes: usize) {
    let compressed = zstd::bulk::compress(rust(bytes).as_bytes(), ZSTD_LEVEL).unwrap();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| zstd::bulk::decompress(black_box(&compressed), bytes).unwrap());
}

#[divan::bench]
fn hash_a_token(bencher: Bencher) {
    let token = Token::random().unwrap().to_hex();
    bencher.bench(|| Token::from_hex(black_box(&token)).unwrap().hash());
}

#[divan::bench]
fn check_a_rate_limit(bencher: Bencher) {
    let limits = RateLimits::new(None, Clock::System).unwrap();
    let client = ClientKey::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
    // A limiter in memory is ready at the first poll.
    bencher.bench_local(|| {
        limits.check(Action::Request, black_box(client)).now_or_never().unwrap().is_ok()
    });
}

#[divan::bench]
fn render_the_layout(bencher: Bencher) {
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
