//! Detects logs: lines that begin with a date and a time, or text with terminal colours.

/// The time of a line is searched for in its first bytes.
const MAX_HEAD_BYTES: usize = 80;

/// A single line with a timestamp could be a quotation.
const MIN_STAMPED_LINES: usize = 2;

pub fn detect(text: &str, lines: &[&str]) -> Option<&'static str> {
    if text.contains("\x1b[") {
        return Some("log");
    }
    let lines = || lines.iter().map(|line| line.trim_ascii_start()).filter(|line| !line.is_empty());
    let (all, stamped) = (lines().count(), lines().filter(|line| is_stamped(line)).count());
    if stamped < MIN_STAMPED_LINES || stamped * 2 < all {
        return None;
    }
    let syslog = lines().filter(|line| starts_with_stamp(line, SYSLOG)).count();
    Some(if syslog * 2 > all { "syslog" } else { "log" })
}

/// Patterns of timestamps: `0` is a digit, `A` a letter, `?` a digit or a space, `T` a `T` or a
/// space; any other character stands for itself. Chats have times too, but they write the date in
/// another order or leave the seconds out.
const STAMPS: &[&str] = &[
    "0000-00-00T00:00:00",
    "0000/00/00 00:00:00",
    "00-00 00:00:00.000",
    "00/AAA/0000:00:00:00",
    SYSLOG,
];
const SYSLOG: &str = "AAA ?0 00:00:00 ";

const LOG_LEVELS: &[&str] = &["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "NOTICE"];

fn is_stamped(line: &str) -> bool {
    if !line.bytes().take(MAX_HEAD_BYTES).any(|byte| byte == b':') {
        return false;
    }
    let rest = line.trim_start_matches(['[', '<', '(']);
    if STAMPS.iter().any(|stamp| starts_with_stamp(rest, stamp)) {
        return true;
    }
    let head = &line[..line.floor_char_boundary(MAX_HEAD_BYTES)];
    // An access log begins with the client's address. Elsewhere, a time and a log level are enough.
    let is_access_log = head
        .split_once(" [")
        .is_some_and(|(_, date)| starts_with_stamp(date, "00/AAA/0000:00:00:00"));
    let has_level =
        || head.split(|c: char| !c.is_ascii_alphabetic()).any(|word| LOG_LEVELS.contains(&word));
    is_access_log || (starts_with_stamp(rest, "00:00:00") && has_level())
}

/// `stamp` is one of [`STAMPS`] or written like them.
fn starts_with_stamp(line: &str, stamp: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_alphabetic(),
        b'?' => byte == b' ' || byte.is_ascii_digit(),
        b'T' => byte == b'T' || byte == b' ',
        wanted => byte == wanted,
    };
    line.len() >= stamp.len() && line.bytes().zip(stamp.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_dates_or_levels_and_seconds() {
        for (text, slug) in [
            ("2024-01-02 03:04:05 start\n2024-01-02 03:04:06 end\n", Some("log")),
            (
                "[2024-01-02T03:04:05Z INFO app] start\n[2024-01-02T03:04:06Z WARN app] end\n",
                Some("log"),
            ),
            ("Jan  2 03:04:05 host sshd[1]: a\nJan 12 03:04:05 host sshd[1]: b\n", Some("syslog")),
            (
                "1.2.3.4 - - [12/Oct/2023:00:00:01 +0000] \"GET / HTTP/1.1\" 200 5\n1.2.3.4 - - [12/Oct/2023:00:00:02 +0000] \"GET / HTTP/1.1\" 200 5\n",
                Some("log"),
            ),
            ("03:04:05.123 INFO start\n03:04:06.123 ERROR end\n", Some("log")),
            ("\x1b[32mok\x1b[0m\n", Some("log")),
            ("2024-01-02 03:04:05 is when it began.\nThen nothing.\n", None),
            ("[12:30] Anna: hi\n[12:31] Ben: hello\n", None),
            ("[12.03.24, 12:30:11] Anna: hi\n[12.03.24, 12:30:15] Ben: hello\n", None),
            ("12:30:11 <anna> hi\n12:30:15 <ben> hello\n", None),
        ] {
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(detect(text, &lines), slug, "{text}");
        }
    }
}
