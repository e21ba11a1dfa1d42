//! Random paste ids.

use std::fmt;
use std::str::FromStr;

/// Base58: letters and digits without the look-alikes `0`, `O`, `I` and `l`.
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Characters in an id. 58^12 is about 2^70, so an unlisted link cannot be guessed.
const LENGTH: usize = 12;

/// The largest multiple of 58 that fits in a byte. Random bytes of this value or more are discarded;
/// otherwise the first characters of the alphabet would be more likely than the rest.
const UNBIASED_BELOW: u8 = 232;

/// A paste id: 12 characters of base58.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Id(String);

impl Id {
    /// Generates an id.
    ///
    /// # Errors
    /// The operating system's random number generator fails.
    pub fn random() -> Result<Self, getrandom::Error> {
        Generator::default().id()
    }

    /// Generates `count` ids with few calls to the operating system.
    ///
    /// # Errors
    /// The operating system's random number generator fails.
    pub fn batch(count: usize) -> Result<Vec<Self>, getrandom::Error> {
        let mut generator = Generator::default();
        (0..count).map(|_| generator.id()).collect()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is not an [`Id`].
#[derive(Debug, thiserror::Error)]
#[error("an id is 12 characters of base58")]
pub struct BadId;

impl FromStr for Id {
    type Err = BadId;

    fn from_str(id: &str) -> Result<Self, BadId> {
        let valid = id.len() == LENGTH && id.bytes().all(|byte| ALPHABET.contains(&byte));
        if valid { Ok(Self(id.to_owned())) } else { Err(BadId) }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Generates ids from the operating system's CSPRNG, 256 bytes at a time.
#[derive(Default)]
struct Generator {
    bytes: Vec<u8>,
}

impl Generator {
    fn id(&mut self) -> Result<Id, getrandom::Error> {
        let mut id = String::with_capacity(LENGTH);
        while id.len() < LENGTH {
            let byte = self.byte()?;
            if byte < UNBIASED_BELOW {
                id.push(char::from(ALPHABET[usize::from(byte % 58)]));
            }
        }
        Ok(Id(id))
    }

    fn byte(&mut self) -> Result<u8, getrandom::Error> {
        if let Some(byte) = self.bytes.pop() {
            return Ok(byte);
        }
        self.bytes.resize(256, 0);
        getrandom::fill(&mut self.bytes)?;
        self.byte()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    #[test]
    fn ids_are_twelve_characters_of_base58_and_unique() {
        let ids = Id::batch(10_000).unwrap();
        for id in &ids {
            assert_eq!(id.as_str().len(), LENGTH);
            assert!(id.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
        }
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn every_character_is_equally_likely() {
        let mut counts = HashMap::new();
        for id in Id::batch(50_000).unwrap() {
            for character in id.as_str().chars() {
                *counts.entry(character).or_insert(0_u32) += 1;
            }
        }
        // 600,000 draws of 58 characters: mean 10,345, standard deviation 101. The range allows ten
        // standard deviations, which chance does not exceed.
        assert_eq!(counts.len(), ALPHABET.len());
        assert!(counts.values().all(|count| (9_335..11_355).contains(count)), "{counts:?}");
    }
}
