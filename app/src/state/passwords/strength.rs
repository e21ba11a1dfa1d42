//! How hard a password is to guess: zxcvbn, and what it does not know, which are Russian passwords and
//! the names of this site and this user.

use std::sync::LazyLock;

/// This many characters of a password are rated, from its beginning. The time of zxcvbn grows with the
/// square of the length: 0.8 s for 100 hostile characters, a tenth of that for these.
const RATED_CHARACTERS: usize = 32;

/// Parts of names that are shorter say nothing about a password.
const MIN_PART: usize = 3;

/// The most parts of an email address or a host that are looked for.
const MAX_PARTS: usize = 10;

/// Common passwords, words and names of Russian speakers, the most common first, and as they are typed
/// with another keyboard layout or in Latin letters.
static RUSSIAN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words =
        include_str!("russian.txt").split_whitespace().filter(|word| !word.starts_with('#'));
    let mut all = Vec::new();
    for word in words {
        all.push(word.to_owned());
        all.push(on_keyboard(word));
        all.extend(transliterations(word));
    }
    all
});

/// What zxcvbn needs to know about one site.
#[derive(Debug)]
pub struct SiteNames(Vec<String>);

impl SiteNames {
    /// `public_url` is the address of the site.
    pub fn new(public_url: &str) -> Self {
        let host = public_url.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        Self(std::iter::once("pastebin".to_owned()).chain(with_parts(host)).collect())
    }
}

/// zxcvbn's score, from 0 (guessed at once) to 4, for an attacker who knows the email and the site.
/// The time is at most 0.2 s.
pub fn score(password: &str, email: &str, site: &SiteNames) -> u8 {
    let rated: String = password.chars().take(RATED_CHARACTERS).collect();
    let email = with_parts(&email.to_lowercase());
    let known: Vec<&str> =
        email.iter().chain(&site.0).chain(&*RUSSIAN).map(String::as_str).collect();
    let score = |password: &str| u8::from(zxcvbn::zxcvbn(password, &known).score());
    let typed = on_keyboard(&rated);
    // "зфыыцщкв" are the keys of "password", and "йцукен" is a row of keys.
    if typed == rated { score(&rated) } else { score(&rated).min(score(&typed)) }
}

/// A name and its parts: `ada.lovelace@example.org` is also "ada.lovelace", "ada", "lovelace" and
/// "example".
fn with_parts(name: &str) -> Vec<String> {
    let local = name.split('@').next().unwrap_or_default();
    let without_last_label = name.rsplit_once('.').map_or(name, |(before, _)| before);
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let all = [name, local, without_last_label].into_iter().chain(parts);
    let all = all.filter(|part| part.chars().count() >= MIN_PART);
    all.take(MAX_PARTS).map(str::to_owned).collect()
}

/// The letters on the Latin labels of the keys that type `text` with the Russian layout.
fn on_keyboard(text: &str) -> String {
    const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";
    const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
    let key = |letter: char| {
        let lower = letter.to_lowercase().next().unwrap_or(letter);
        let found = RUSSIAN.chars().zip(LATIN.chars()).find(|(russian, _)| *russian == lower);
        found.map_or(letter, |(_, latin)| latin)
    };
    text.chars().map(key).collect()
}

/// The usual spellings of a Russian word in Latin letters.
fn transliterations(word: &str) -> [String; 2] {
    const FORMAL: [&str; 33] = [
        "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r",
        "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    const CASUAL: [&str; 33] = [
        "a", "b", "v", "g", "d", "e", "yo", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r",
        "s", "t", "u", "f", "h", "c", "ch", "sh", "sch", "", "i", "", "e", "u", "ia",
    ];
    const ALPHABET: &str = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";
    [FORMAL, CASUAL].map(|spelling| {
        let latin = |letter| ALPHABET.chars().position(|other| other == letter);
        word.chars().filter_map(|letter| Some(spelling[latin(letter)?])).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &str = "Ada.Lovelace@example.org";

    fn rate(password: &str) -> u8 {
        score(password, EMAIL, &SiteNames::new("https://paste.kontora.example:8080/x"))
    }

    #[test]
    fn common_russian_passwords_are_weak_however_they_are_typed() {
        for password in [
            "пароль123456",
            "Пароль2024!",
            "любовь2024",
            "ПРИВЕТПРИВЕТ",
            "gfhjkm123456",
            "k.,jdm2024",
            "ghbdtnghbdtn",
            "parol12345",
            "lubov2024!",
            "lyubov1990",
            "privet2024",
            "наташа1990",
            "natasha1990",
            "yfnfif1990",
            "йцукенгшщз",
            "зфыыцщкв1",
            "спартак1922",
            "москва2025",
            "солнышко123",
            "админадмин",
        ] {
            assert!(rate(password) < 3, "{password}: {}", rate(password));
        }
    }

    #[test]
    fn the_names_of_the_user_and_of_the_site_are_weak() {
        for password in [
            "lovelace1815",
            "LovelaceAda",
            "kontora2024",
            "paste.kontora",
            "pastebin2024",
            "ecalevol12",
        ] {
            assert!(rate(password) < 3, "{password}: {}", rate(password));
        }
    }

    #[test]
    fn good_passwords_are_good_in_any_language() {
        for password in [
            "тихий снег над рекой",
            "correct horse battery staple",
            "лошадь съела батарейку",
            "gN7$kq02vBx!",
            "ръ8щЭм3фЮк",
        ] {
            assert!(rate(password) >= 3, "{password}: {}", rate(password));
        }
    }

    #[test]
    fn a_word_is_known_in_latin_letters() {
        assert_eq!(on_keyboard("Пароль"), "gfhjkm");
        assert_eq!(transliterations("любовь"), ["lyubov", "lubov"]);
        assert_eq!(transliterations("хорошо"), ["khorosho", "horosho"]);
    }
}
