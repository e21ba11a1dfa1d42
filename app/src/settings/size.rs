//! Sizes in settings.

use std::str::FromStr;

/// A number of bytes, from 1 to 1 GiB. Written as a plain number, or with `KiB` or `MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub usize);

#[derive(Debug, thiserror::Error)]
#[error("not a size: use a number of bytes from 1 to 1 GiB, as in 500000, 512KiB or 10MiB")]
pub struct InvalidSize;

impl FromStr for Size {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, InvalidSize> {
        const KIB: usize = 1024;
        const MAX: usize = KIB * KIB * KIB;
        let (number, unit) = match text.strip_suffix("KiB") {
            Some(number) => (number, KIB),
            None => text.strip_suffix("MiB").map_or((text, 1), |number| (number, KIB * KIB)),
        };
        let bytes = number
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|n| n.checked_mul(unit))
            .ok_or(InvalidSize)?;
        if (1..=MAX).contains(&bytes) { Ok(Self(bytes)) } else { Err(InvalidSize) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes_kib_or_mib() {
        assert_eq!("10MiB".parse::<Size>().unwrap(), Size(10_485_760));
        assert_eq!("512KiB".parse::<Size>().unwrap(), Size(524_288));
        assert_eq!("77".parse::<Size>().unwrap(), Size(77));
        for bad in ["", "0", "-1", "10MB", "2000MiB", "99999999999999999999", "MiB"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
