//! `sqlx::migrate!` embeds the migrations; cargo must rebuild when one is added.
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
