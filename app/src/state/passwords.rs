//! Passwords: hashed with argon2id, rated by zxcvbn.

mod strength;

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::time::timeout;

use crate::error::form::FormError;
use crate::error::{Error, Result};
use crate::http::blocking::{BlockingPool, Pools};
use crate::http::client_ip::ClientKey;
use crate::state::passwords::strength::SiteNames;

/// The shortest password, in characters.
pub const PASSWORD_MIN: u64 = 10;

/// The longest password, in characters.
pub const PASSWORD_MAX: u64 = 256;

/// 19 MiB, two passes, one lane: the first choice of OWASP's password storage cheat sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How long a request waits for a free thread before it is answered with a 503.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The score from which zxcvbn calls a password safely unguessable.
const MIN_SCORE: u8 = 3;

/// Hashes and rates passwords off the async threads, in one pool for each, fairly for all clients.
#[derive(Debug)]
pub struct Passwords {
    argon2: Argon2<'static>,
    hashing: BlockingPool,
    rating: BlockingPool,
    site: Arc<SiteNames>,
    /// The hash of a random password: verifying for an unknown email costs the same as a wrong
    /// password.
    decoy: String,
}

impl Passwords {
    /// `public_url` is the address of the site, whose name is a weak password.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn new(pools: &Pools, public_url: &str) -> anyhow::Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .map_err(|error| anyhow!("argon2: {error}"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        let decoy = hash(&argon2, &random)?;
        let (hashing, rating) = (pools.hashing.clone(), pools.rating.clone());
        Ok(Self { argon2, hashing, rating, site: Arc::new(SiteNames::new(public_url)), decoy })
    }

    /// A PHC string with a salt of its own.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if no thread is free in time.
    pub async fn hash(&self, client: ClientKey, password: String) -> Result<String> {
        let argon2 = self.argon2.clone();
        run(&self.hashing, client, move || hash(&argon2, password.as_bytes())).await
    }

    /// Whether the password is the one that was hashed. Without a hash the result is false, after
    /// the same time, so that the time does not reveal whether an account exists.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub async fn verify(
        &self,
        client: ClientKey,
        password: String,
        hash: Option<String>,
    ) -> Result<bool> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let argon2 = self.argon2.clone();
        let matches = run(&self.hashing, client, move || {
            let hash = PasswordHash::new(&hash)
                .map_err(|error| anyhow!("a stored password hash: {error}"))?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(matches.await? && is_known)
    }

    /// zxcvbn's score, from 0 (guessed at once) to 4, for an attacker who knows the email and the
    /// site.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub async fn score(&self, client: ClientKey, password: &str, email: &str) -> Result<u8> {
        let (password, email, site) = (password.to_owned(), email.to_owned(), self.site.clone());
        run(&self.rating, client, move || Ok(strength::score(&password, &email, &site))).await
    }

    /// The error of a new password, by its length or its score; `None` if it is good. There are no
    /// rules about its characters.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub async fn validate(
        &self,
        client: ClientKey,
        password: &str,
        email: &str,
    ) -> Result<Option<FormError>> {
        let length = password.chars().count() as u64;
        if length < PASSWORD_MIN {
            return Ok(Some(FormError::PasswordShort { min: PASSWORD_MIN }));
        }
        if length > PASSWORD_MAX {
            return Ok(Some(FormError::PasswordLong { max: PASSWORD_MAX }));
        }
        Ok((self.score(client, password, email).await? < MIN_SCORE)
            .then_some(FormError::PasswordWeak))
    }
}

/// The work occupies its slot until it ends, also when the client has disconnected.
async fn run<T: Send + 'static>(
    pool: &BlockingPool,
    client: ClientKey,
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T> {
    let running = timeout(MAX_WAIT, pool.spawn(client, work)).await;
    let running = running.map_err(|_| Error::Unavailable)?;
    Ok(running.await.map_err(|_| anyhow!("the work panicked"))??)
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> anyhow::Result<String> {
    let hash: PasswordHash =
        argon2.hash_password(password).map_err(|error| anyhow!("argon2: {error}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn client() -> ClientKey {
        IpAddr::from([192, 0, 2, 1]).into()
    }

    fn passwords() -> Passwords {
        Passwords::new(&Pools::new(true), "https://paste.example.org").unwrap()
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_with_the_recommended_parameters() {
        let passwords = passwords();
        let hash = passwords.hash(client(), "correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(
            hash,
            passwords.hash(client(), "correct horse battery".to_owned()).await.unwrap()
        );
    }

    #[tokio::test]
    async fn only_the_right_password_verifies_and_the_decoy_never_does() {
        let passwords = passwords();
        let hash = passwords.hash(client(), "correct horse battery".to_owned()).await.unwrap();
        assert!(
            passwords
                .verify(client(), "correct horse battery".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(client(), "correct horse batter".to_owned(), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords.verify(client(), "correct horse battery".to_owned(), None).await.unwrap()
        );
    }

    #[tokio::test]
    async fn passwords_are_validated_by_length_and_by_how_hard_they_are_to_guess() {
        let passwords = passwords();
        let validated = async |password: &str| {
            passwords.validate(client(), password, "ada.lovelace@example.org").await.unwrap()
        };
        assert_eq!(validated("short").await, Some(FormError::PasswordShort { min: 10 }));
        assert_eq!(
            validated(&"long ".repeat(60)).await,
            Some(FormError::PasswordLong { max: 256 })
        );
        assert_eq!(validated("password12").await, Some(FormError::PasswordWeak));
        assert_eq!(validated("ada.lovelace").await, Some(FormError::PasswordWeak));
        assert_eq!(validated("тихий снег над рекой").await, None);
        assert_eq!(validated("correct horse battery staple").await, None);
    }

    /// The clock is paused: time advances by itself when every task waits.
    #[tokio::test(start_paused = true)]
    async fn a_request_that_finds_no_free_thread_gets_a_503() {
        let passwords = Passwords { rating: BlockingPool::with_slots(0, 1), ..passwords() };
        let password = "correct horse battery staple";
        let validated = passwords.validate(client(), password, "ada@example.org").await;
        assert!(matches!(validated, Err(Error::Unavailable)), "{validated:?}");
        passwords.rating.add_slot();
        assert_eq!(passwords.validate(client(), password, "ada@example.org").await.unwrap(), None);
    }
}
