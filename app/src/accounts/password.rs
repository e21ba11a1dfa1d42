//! Passwords: argon2id for keeping, zxcvbn for judging.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;
use crate::accounts::view::{PASSWORD_MAX, PASSWORD_MIN};
use crate::form_errors::FormError;

/// 19 MiB, two passes, one lane: the OWASP password storage cheat sheet's first choice.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Whoever waits longer for a turn is told to come back.
const WAIT: Duration = Duration::from_secs(10);

/// The score from which zxcvbn calls a password safely unguessable.
const SCORE: u8 = 3;

/// zxcvbn's time grows faster than the password; nothing after this changes the score.
const JUDGED: usize = 100;

/// Hashes and judges passwords off the async threads, no more at a time than there are cores.
#[derive(Debug)]
pub struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// The hash of a password that nobody has: an unknown email costs the same as a wrong password.
    decoy: String,
}

impl Passwords {
    /// # Errors
    /// The operating system gives no randomness.
    pub fn new() -> anyhow::Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .map_err(|error| anyhow!("argon2: {error}"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut nobody = [0; 32];
        getrandom::fill(&mut nobody)?;
        let decoy = hash(&argon2, &nobody)?;
        Ok(Self {
            argon2,
            turns: Arc::new(Semaphore::new(available_parallelism().map_or(2, usize::from))),
            decoy,
        })
    }

    /// A PHC string with its own salt.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let turn = self.turn().await?;
        let argon2 = self.argon2.clone();
        let hashed = off_thread(move || {
            let _turn = turn;
            hash(&argon2, password.as_bytes())
        });
        Ok(hashed.await?)
    }

    /// Whether the password is the one that was hashed; without a hash, no, in the same time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let turn = self.turn().await?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let argon2 = self.argon2.clone();
        let matches = off_thread(move || {
            let _turn = turn;
            let hash = PasswordHash::new(&hash)
                .map_err(|error| anyhow!("a stored password hash: {error}"))?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(matches.await? && known)
    }

    /// zxcvbn's score from 0 (guessed at once) to 4, knowing what an attacker would try first.
    pub async fn score(&self, password: &str, email: &str) -> Result<u8, Error> {
        let turn = self.turn().await?;
        let judged: String = password.chars().take(JUDGED).collect();
        let email = email.to_owned();
        let score = off_thread(move || {
            let _turn = turn;
            let name = email.split('@').next().unwrap_or_default();
            Ok(u8::from(zxcvbn::zxcvbn(&judged, &[&email, name, "pastebin"]).score()))
        });
        Ok(score.await?)
    }

    /// What is wrong with a new password, if anything: its length or its score, never its characters.
    pub async fn judge(&self, password: &str, email: &str) -> Result<Option<FormError>, Error> {
        let length = password.chars().count() as u64;
        if length < PASSWORD_MIN {
            return Ok(Some(FormError::PasswordShort { min: PASSWORD_MIN }));
        }
        if length > PASSWORD_MAX {
            return Ok(Some(FormError::PasswordLong { max: PASSWORD_MAX }));
        }
        Ok((self.score(password, email).await? < SCORE).then_some(FormError::PasswordWeak))
    }

    /// It goes with the work, which ends also where the client has gone.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        match tokio::time::timeout(WAIT, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Error::Unavailable),
        }
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> anyhow::Result<String> {
    let hash: PasswordHash =
        argon2.hash_password(password).map_err(|error| anyhow!("argon2: {error}"))?;
    Ok(hash.to_string())
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_argon2id_with_the_parameters_of_the_design() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse battery".to_owned()).await.unwrap());
    }

    #[tokio::test]
    async fn only_the_right_password_verifies_and_nobody_has_the_decoy() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(
            passwords.verify("correct horse battery".to_owned(), Some(hash.clone())).await.unwrap()
        );
        assert!(!passwords.verify("correct horse batter".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse battery".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn passwords_are_judged_by_length_and_by_how_hard_they_are_to_guess() {
        let passwords = Passwords::new().unwrap();
        let judged = async |password: &str| {
            passwords.judge(password, "ada.lovelace@example.org").await.unwrap()
        };
        assert_eq!(judged("short").await, Some(FormError::PasswordShort { min: 10 }));
        assert_eq!(judged(&"long ".repeat(60)).await, Some(FormError::PasswordLong { max: 256 }));
        assert_eq!(judged("password12").await, Some(FormError::PasswordWeak));
        assert_eq!(judged("ada.lovelace").await, Some(FormError::PasswordWeak));
        assert_eq!(judged("тихий снег над рекой").await, None);
        assert_eq!(judged("correct horse battery staple").await, None);
    }

    /// Time passes by itself here whenever everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_password_is_judged_in_turn() {
        let passwords = Passwords::new().unwrap();
        let all = u32::try_from(passwords.turns.available_permits()).unwrap();
        let taken = passwords.turns.clone().acquire_many_owned(all).await.unwrap();
        let password = "correct horse battery staple";
        let judged = passwords.judge(password, "ada@example.org").await;
        assert!(matches!(judged, Err(Error::Unavailable)), "{judged:?}");
        drop(taken);
        assert_eq!(passwords.judge(password, "ada@example.org").await.unwrap(), None);
    }
}
