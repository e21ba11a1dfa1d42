//! The field names of a form: those of this site, and those of other paste sites, whose clients work
//! here too.

use crate::http::parameters::Escaping;

/// What kind of client sends a form. It decides how the form's fields are called and which errors
/// are possible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sender {
    /// Sends one text, with CRLF for every line end.
    Browser,
    /// curl, a script, or a client of another site.
    #[default]
    Program,
    /// A client of hastebin's `/documents`.
    Hastebin,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRole<'a> {
    /// A text. Other fields with the same label belong to it.
    Text {
        label: &'a str,
    },
    File,
    /// The name of the text with this label.
    Name {
        label: &'a str,
    },
    /// A file extension, as a hint at the syntax of the text with this label.
    Extension {
        label: &'a str,
    },
    Option(PasteOption),
    /// The charset of the texts and options.
    Charset,
    /// A switch: what cannot be read of a text is replaced.
    Lossy,
    /// A switch: the paste is to be deleted once it was read, which this site does not offer.
    ViewOnce,
    /// Known, but without effect here.
    Ignored,
    Unknown,
}

/// A setting of a paste that a request may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasteOption {
    Title,
    Syntax,
    Expires,
    /// The text field that applies when `expires` is `custom`.
    ExpiresCustom,
    Visibility,
    /// The number of the user for whom the form was made; empty for an anonymous visitor.
    Account,
    /// Not empty: save without an account, although the form was made for a user.
    Anonymously,
}

impl PasteOption {
    /// The option with this name in a query string.
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

impl FieldRole<'_> {
    /// The role of the parameter with this name in a query string.
    pub fn in_query(name: &str) -> Self {
        if let Some(option) = PasteOption::from_query(name) {
            return Self::Option(option);
        }
        match name {
            "filename" => Self::Name { label: "" },
            "charset" | "_charset_" => Self::Charset,
            "lossy" => Self::Lossy,
            // Of rustypaste, PrivateBin and wastebin.
            "oneshot" | "burnafterreading" | "burn_after_reading" => Self::ViewOnce,
            _ => Self::Unknown,
        }
    }
}

impl Sender {
    /// How this sender writes names in a multipart form.
    pub const fn escaping(self) -> Escaping {
        match self {
            Self::Browser => Escaping::Form,
            Self::Program | Self::Hastebin => Escaping::Percent,
        }
    }

    /// The role of the field with this name in a form of this sender.
    pub fn role(self, name: &str) -> FieldRole<'_> {
        match self {
            Self::Hastebin if name == "data" => FieldRole::Text { label: "" },
            Self::Hastebin => FieldRole::Ignored,
            Self::Browser if name == "account" => FieldRole::Option(PasteOption::Account),
            Self::Browser if name == "anonymously" => FieldRole::Option(PasteOption::Anonymously),
            Self::Browser | Self::Program => role(name),
        }
    }
}

fn role(name: &str) -> FieldRole<'_> {
    let role = FieldRole::in_query(name);
    if role != FieldRole::Unknown {
        return role;
    }
    match name {
        "expires_custom" => FieldRole::Option(PasteOption::ExpiresCustom),
        // `text` is this site's; sprunge and clbin name the field after themselves.
        "text" | "sprunge" | "clbin" => FieldRole::Text { label: "" },
        "file" => FieldRole::File,
        // 0x0's request for a link that cannot be guessed, which every link here is.
        "secret" => FieldRole::Ignored,
        _ => labelled(name).unwrap_or(FieldRole::Unknown),
    }
}

/// The fields of ix, which end in a number: `f:1`, `name:1`, `ext:1`.
fn labelled(name: &str) -> Option<FieldRole<'_>> {
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
    fn the_fields_of_other_sites_have_their_roles() {
        let role = |name| Sender::Program.role(name);
        for name in ["text", "sprunge", "clbin"] {
            assert_eq!(role(name), FieldRole::Text { label: "" }, "{name}");
        }
        assert_eq!(role("f:12"), FieldRole::Text { label: "12" });
        assert_eq!(role("name:1"), FieldRole::Name { label: "1" });
        assert_eq!(role("ext:1"), FieldRole::Extension { label: "1" });
        // ix's `read`, `id` and `rm` have no counterpart here, so they are an error and not ignored.
        for name in ["f:", "f:x", "f", "read:1", "id:1", "rm:1", "url", "expire", "data"] {
            assert_eq!(role(name), FieldRole::Unknown, "{name}");
        }
        assert_eq!(Sender::Hastebin.role("data"), FieldRole::Text { label: "" });
        assert_eq!(Sender::Hastebin.role("text"), FieldRole::Ignored);
    }
}
