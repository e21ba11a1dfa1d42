/// The Redis server for tests.
///
/// # Panics
/// Where `TEST_REDIS_URL` does not name one.
pub fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server")
}
