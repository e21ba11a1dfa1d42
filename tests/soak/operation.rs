//! Kinds of requests of the load.

/// The kinds of requests that the load sends. Each is a row of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    CreateBare,
    CreateForm,
    CreateMultipart,
    CreatePut,
    CreateApi,
    CreateLarge,
    Raw,
    Page,
    Range,
    Conditional,
    View,
    Recent,
    StartPage,
    Profile,
    ApiList,
    Patch,
    Delete,
    GoneAfterDelete,
    Register,
    LogIn,
    MissingPaste,
    MissFlood,
    Invalid,
    WarmUp,
    FinalCheck,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateBare => "create: bare body",
            Self::CreateForm => "create: form",
            Self::CreateMultipart => "create: multipart",
            Self::CreatePut => "create: PUT",
            Self::CreateApi => "create: API with Idempotency-Key",
            Self::CreateLarge => "create: 1 to 5 MiB",
            Self::Raw => "raw",
            Self::Page => "page",
            Self::Range => "range",
            Self::Conditional => "If-None-Match",
            Self::View => "other views",
            Self::Recent => "/recent",
            Self::StartPage => "start page",
            Self::Profile => "profile",
            Self::ApiList => "API list",
            Self::Patch => "PATCH",
            Self::Delete => "delete: owner, token, API",
            Self::GoneAfterDelete => "read after a delete, every site",
            Self::Register => "register",
            Self::LogIn => "log in",
            Self::MissingPaste => "missing paste",
            Self::MissFlood => "one client, many missing pastes",
            Self::Invalid => "invalid input",
            Self::WarmUp => "warm-up",
            Self::FinalCheck => "final check",
        }
    }

    /// Whether its latency counts for the fault-free phase. Password hashes and texts of megabytes
    /// are slow by themselves.
    pub fn counts_for_latency(self) -> bool {
        let slow = [Self::CreateLarge, Self::Register, Self::LogIn, Self::WarmUp, Self::FinalCheck];
        !slow.contains(&self)
    }
}
