//! The names of a form's fields: ours, and those of the sites whose clients may paste here.

/// Who sends a form. It says what the form's fields are called, and what is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sender {
    /// Sends one text, with CRLF for every line end.
    Browser,
    /// curl, a script, or another site's client.
    #[default]
    Program,
    /// A client of hastebin's `/documents`.
    Hastebin,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRole<'a> {
    /// A text. What else belongs to it has the same label.
    Text {
        label: &'a str,
    },
    File,
    /// The name of the text with this label.
    Name {
        label: &'a str,
    },
    /// As in a file's name: a hint at the syntax of the text with this label.
    Extension {
        label: &'a str,
    },
    Option(PasteOption),
    /// Known, and of no meaning here.
    Ignored,
    Unknown,
}

/// What one may say about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasteOption {
    Title,
    Syntax,
    Expires,
    /// What stands in the field beside the choice `custom`.
    ExpiresCustom,
    Visibility,
}

impl PasteOption {
    /// As a parameter of an address.
    pub fn from_query(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "syntax" => Some(Self::Syntax),
            "expires" => Some(Self::Expires),
            "visibility" => Some(Self::Visibility),
            _ => None,
        }
    }
}

impl Sender {
    pub fn role(self, name: &str) -> FieldRole<'_> {
        match self {
            Self::Hastebin if name == "data" => FieldRole::Text { label: "" },
            Self::Hastebin => FieldRole::Ignored,
            Self::Browser | Self::Program => role(name),
        }
    }
}

fn role(name: &str) -> FieldRole<'_> {
    if let Some(option) = PasteOption::from_query(name) {
        return FieldRole::Option(option);
    }
    match name {
        "expires_custom" => FieldRole::Option(PasteOption::ExpiresCustom),
        // Ours; sprunge's and clbin's, named after the sites.
        "text" | "sprunge" | "clbin" => FieldRole::Text { label: "" },
        "file" => FieldRole::File,
        // 0x0's wish for a link that nobody guesses. No link here is guessed.
        "secret" => FieldRole::Ignored,
        _ => numbered(name).unwrap_or(FieldRole::Unknown),
    }
}

/// ix's: `f:1`, `name:1`, `ext:1`.
fn numbered(name: &str) -> Option<FieldRole<'_>> {
    let (kind, label) = name.split_once(':')?;
    if label.is_empty() || !label.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match kind {
        "f" => Some(FieldRole::Text { label }),
        "name" => Some(FieldRole::Name { label }),
        "ext" => Some(FieldRole::Extension { label }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_other_sites_are_known_by_their_names() {
        let role = |name| Sender::Program.role(name);
        for name in ["text", "sprunge", "clbin"] {
            assert_eq!(role(name), FieldRole::Text { label: "" }, "{name}");
        }
        assert_eq!(role("f:12"), FieldRole::Text { label: "12" });
        assert_eq!(role("name:1"), FieldRole::Name { label: "1" });
        assert_eq!(role("ext:1"), FieldRole::Extension { label: "1" });
        // What ix does with these cannot be done here, so they are not passed over in silence.
        for name in ["f:", "f:x", "f", "read:1", "id:1", "rm:1", "url", "expire", "data"] {
            assert_eq!(role(name), FieldRole::Unknown, "{name}");
        }
        assert_eq!(Sender::Hastebin.role("data"), FieldRole::Text { label: "" });
        assert_eq!(Sender::Hastebin.role("text"), FieldRole::Ignored);
    }
}
