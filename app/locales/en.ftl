# Every page

site-name = Pastebin
site-new-paste = Pastebin: new paste
skip-to-content = Skip to the content
nav-label = Main
nav-recent = Recent
nav-profile = Profile
nav-log-in = Log in
nav-register = Register
nav-log-out = Log out
page-title = { $title } · Pastebin
page-title-error = Error: { $title } · Pastebin
preferences-label = Language and theme
language-switch = Русский
theme-system = Theme: auto
theme-light = Theme: light
theme-dark = Theme: dark
theme-system-action = Theme: auto. Switch to light
theme-light-action = Theme: light. Switch to dark
theme-dark-action = Theme: dark. Switch to auto
notice-offline = The site did not answer. Check the connection and try again.
flash-deleted = The paste is deleted.
flash-registered = Your account is ready, and you are logged in.
flash-logged-out = You are logged out.

# New paste

new-title = New paste
new-text = Text
new-placeholder = Type, paste or drop a file
new-editor-hint = Tab indents. To leave the editor by keyboard, press Esc, then Tab. Ctrl or ⌘ with Enter saves.
new-options = Options
new-file = File
new-file-choose = Choose a file
new-file-hint = A file is saved instead of the text.
new-file-attached = { $name } ({ $size }) will be saved instead of the text.
new-file-remove = Remove the file
new-file-loaded = { $name } is in the editor.
new-drop = Drop the file here
new-name = Title
new-optional = optional
new-syntax = Syntax
new-plain = Plain text
new-detect = Detect
new-syntax-hint = Type to filter
new-lifetime = Lifetime
new-lifetime-custom = Your own lifetime
new-lifetime-custom-hint = A number with m, h, d, w, M or y: 90m, 3d, 2w
new-programs = From a terminal, a script, an editor
new-visibility = Who can read it
new-save = Save
new-saving = Sending…
new-progress = Sending the text
new-too-long = Too long by { $size }
new-lines = Lines
new-characters = Characters
new-limit = up to { $limit }
new-of-limit = of { $limit }
new-check = Please check:
new-file-only-one = Only { $name } is taken: a paste is one text. The other files are left out.
new-file-empty = { $name } is empty, so there is nothing to save.
new-file-binary = { $name } is not text, so it is not taken.
new-file-unreadable = { $name } cannot be read.
new-file-folder = A folder cannot be saved. Choose a file in it.
new-text-attached = A text of { $size } is attached and will be saved. In the editor, each key would take long.
new-text-remove = Remove the text
new-text-insert = Edit it here
new-kept = What you wrote is still here.
new-unanswered = What you wrote is still here. The site may have saved it all the same, so look there before you send it again.
draft-kept = What you write is kept in this tab until you save it, log out or close the tab.
draft-restored = Your draft is back.
draft-discard = Discard it
draft-discarded = The draft is discarded.
draft-off = Drafts are off: what you write is lost when you leave the page.
draft-large = This text is too long for a draft: save it before you leave the page.
draft-file = A chosen file is not kept as a draft: save it before you leave the page.
draft-unavailable = This browser keeps no drafts: save the text before you leave the page.
draft-turn-off = Keep no drafts
draft-turn-on = Keep drafts

lifetime-minutes = 10 min
lifetime-hour = 1 hour
lifetime-day = 1 day
lifetime-week = 1 week
lifetime-month = 1 month
lifetime-year = 1 year
lifetime-never = For ever
lifetime-custom = Other…

visibility-unlisted = Unlisted
visibility-public = Public
visibility-private = Private
visibility-unlisted-hint = Whoever has the link
visibility-public-hint = Everybody; also shown under Recent
visibility-private-hint = Only you, logged in
visibility-private-locked = Only you; log in to use it

# Errors of form fields

error-text-empty = Write a text or choose a file.
error-text-zero-byte = This is not text: byte { $column } of line { $line } (byte { $position } in all) is zero.
error-text-not-utf-8 = The text is not UTF-8: byte { $column } of line { $line } (byte { $position } in all) is { $value }.
error-text-likely = It looks like { $encoding }.
error-text-charset = Send it with charset={ $encoding }.
error-text-charset-or-lossy = Send it with charset={ $encoding }, or with lossy=1 to keep it with � for what cannot be read.
error-view-limited = This site has no pastes that vanish once they are read. Nothing was saved.
error-text-too-long = The text is longer than { $limit }. Shorten it or split it.
error-one-text-only = Choose one file: the form saves one text at a time.
error-too-many-texts = At most { $max } texts fit into one request. Nothing was saved.
error-unknown = Unknown: { $name }. Use expires, syntax, title or visibility.
error-title-too-long = The title is longer than { $max } characters.
error-syntax-unknown = There is no such syntax. Choose one from the list.
error-expires-invalid = Write a number with a unit, like 90m, 12h or 3d.
error-expires-too-long = That is longer than this site keeps a text: at most { $max }.
error-expires-too-long-anonymous = Without an account a text is kept for at most { $max }.
error-visibility-invalid = Choose who can read the text.
error-private-needs-account = Log in to save a private text.
error-email-invalid = Write an email address, like anna@example.org.
error-email-taken = There is an account with this email already. Log in instead.
error-password-short = The password needs at least { $min } characters.
error-password-long = The password can have at most { $max } characters.
error-password-weak = This password is easy to guess. Add a word or two.
error-credentials = The email or the password is wrong.

# A paste

paste-untitled = Untitled paste
paste-tools = Tools
paste-copy = Copy text
paste-copy-link = Copy link
paste-copied = The text is copied.
paste-link-copied = The link is copied.
paste-copy-failed = The browser did not allow copying.
paste-copy-again = The text is loaded. Press “Copy text” once more.
paste-raw = Raw
paste-download = Download
paste-wrap = Wrap
paste-qr = QR code
paste-qr-alt = QR code of the link
embed-copied = The code is copied.
paste-embed = Embed
paste-copy-to-new = Edit a copy
paste-keys = Keys
paste-text = Text of the paste
paste-made = made { $time }
paste-expires = expires { $left }
paste-never = kept for ever
paste-lines = Lines { $first }–{ $last }
paste-lines-of = { $last } of { $lines }
paste-plain = This text would take too long to colour, so it is shown plain.
paste-plain-yet = The colours take longer than this page waits for them. Reload it to see whether they are ready.
paste-plain-lines = Lines of more than { $bytes } bytes are shown without colours.
paste-range-copied = The link to the marked lines is copied.
paste-created = Your paste is saved
paste-created-link = Link
paste-created-expires = It will be gone on { $date }.
paste-created-never = It is kept until it is deleted.
paste-created-anonymous = Keep the link: without an account the text cannot be listed or deleted later.
new-lossy = Keep it, with � for what cannot be read
new-charset = Read it as { $encoding }
new-shown-lossy = The text is in the editor, with � for what cannot be read: save it as it is, or choose the file again.
paste-decoded = The text came as { $encoding } and was converted to UTF-8.
paste-decoded-lossy = What could not be read in it was replaced by �.

delete = Delete
delete-title = Delete { $title }
delete-ask = Delete for good?
delete-confirm = Yes, delete
delete-done = Deleted: { $title }

keys-title = Keyboard
keys-new = New paste
keys-copy-to-new = New paste from this text
keys-raw = Raw text
keys-copy = Copy the text
keys-copy-link = Copy the link
keys-download = Download
keys-wrap = Wrap long lines
keys-qr = QR code
keys-find = Find in the text
keys-find-next = Next place found
keys-find-previous = Previous place found
keys-help = This list
keys-lines = A click on a line’s number marks it, with Shift a range; “Copy link” then leads there.
dialog-close = Close

view-mode-label = Ways to read it
view-mode-source = Source
view-mode-ansi = Terminal colours
view-mode-diff = Changes
view-mode-rendered = Rendered
view-mode-table = Table
view-mode-pretty = Indented

table-row = Row
table-cut = cut
table-more = More rows
table-wider = Only the first { $columns } columns are shown.
markdown-plain = This text is too long to render, or would take too long.
markdown-code = Code
markdown-table = Table
markdown-notes = Footnotes
markdown-back = Back to the text
markdown-done = Done
markdown-to-do = To do
markdown-note = Note
markdown-tip = Tip
markdown-important = Important
markdown-warning = Warning
markdown-caution = Caution
pretty-bad = This is no JSON that could be indented. Line { $line }, column { $column }:

syntax-title = Syntax
syntax-change = Read it as another syntax
syntax-none = There is no such syntax.
syntax-guessed = (detected)

embed-whole = The whole text
embed-title = Show it in another page
embed-hint = Add ?theme=light or ?theme=dark to the address for one look, ?lines=3-9 for marked lines.

find-title = Find in the text
find-label = Find in the text; :12 goes to line 12
find-placeholder = Find, or :line
find-submit = Find
find-results = What was found
find-of = { $hit } of { $count }
find-previous = Previous
find-next = Next
find-line = Go to line { $line }
find-count = { $count ->
    [0] Nothing found.
    [one] Found in { $shown } line.
   *[other] Found in { $shown } lines.
}

# Lists

profile-title = Your pastes
profile-totals = { $pastes }, { $size }
profile-empty = Nothing here yet
profile-empty-hint = What you save while logged in is listed here: you see what is about to expire and can delete it.
profile-empty-action = Write the first one
recent-title = Recent
recent-hint = Public pastes, newest first
recent-empty = No public pastes yet
recent-empty-hint = A paste saved as public is listed here for everybody.
recent-empty-action = Write one
column-title = Title
column-syntax = Syntax
column-size = Size
column-made = Made
column-left = Time left
column-visibility = Visibility
column-actions = Actions
left-never = For ever
more = Show more
more-done = { $rows } more

# Accounts

log-in-title = Log in
log-in-submit = Log in
log-in-other = No account yet?
log-in-other-link = Register
register-title = Register
register-intro = With an account you see your pastes in one list and can delete them.
register-submit = Create the account
register-other = Have an account already?
register-other-link = Log in
account-email = Email
account-password = Password
account-password-hint = At least { $min } characters. A few words in a row are good.
account-show = Show
account-show-label = Show the password
strength-0 = Very easy to guess
strength-1 = Easy to guess
strength-2 = Nearly there: add a word
strength-3 = Good
strength-4 = Very good

# Errors

problem-not-found = There is nothing here
problem-not-found-what = This link leads to nothing you can read: the paste has expired, was deleted, or the address has a mistake.
problem-not-found-do = Check the address, or ask whoever sent it for a new link.
problem-bad-request = The request could not be understood
problem-bad-request-what = Something in the address or the form is not what the site expects.
problem-bad-request-do = Go back and try again.
problem-unauthorized = You are not known here
problem-unauthorized-what = The token is missing, unknown, expired or revoked.
problem-unauthorized-do = An access token is made in the settings; the token of a paste came when it was saved.
problem-forbidden = The token may not do this
problem-forbidden-what = It lacks the scope { $scope }.
problem-forbidden-do = Make one that has it, in the settings.
problem-cross-site = The request came from another site
problem-cross-site-what = To protect you, forms are accepted from this site's own pages only.
problem-cross-site-do = Open the page here and try again.
problem-misdirected = This site does not know that name
problem-misdirected-what = The address names a host at which this site does not answer, to protect you from pages that pretend to be it.
problem-misdirected-do = Check the address. If you run the site, set PUBLIC_URL to the address that visitors use.
problem-method = This does not work here
problem-method-what = The address exists, but it does not take this kind of request.
problem-method-do = Go back and use the page's own buttons.
problem-stalled = The upload was too slow
problem-stalled-what = Nothing came for too long, or too little of it, and nothing was saved.
problem-stalled-do = Check the connection and try again.
problem-too-large = The text is too long
problem-too-large-what = This site takes texts of up to { $limit }.
problem-too-large-do = Shorten it, or split it into several pastes.
problem-invalid = The form could not be accepted
problem-invalid-do = Go back, correct it and try again.
problem-too-many = Too many requests
problem-too-many-what = You, or somebody with your address, sent too much in a short time.
problem-too-many-do = Try again { $left }.
problem-too-much-what = You, or somebody with your address, sent too much at once. Nothing was saved.
problem-too-much-do = Try again when what is under way has ended.
problem-internal = Something broke on our side
problem-internal-what = It is not your fault. The details are in the log under the number { $id }.
problem-internal-do = Try again; if it stays, send us that number.
problem-unavailable = The site is busy for a moment
problem-unavailable-what = A part of it does not answer right now.
problem-unavailable-do = Try again in a minute.
problem-full = There is no room for new texts
problem-full-what = The site can keep no more at the moment. Nothing was saved; what is here can be read and deleted.
problem-full-do = Try again later.
problem-busy-what = More is asked of it than it can do at once. Nothing was saved.
problem-busy-do = Try again in a few seconds.
problem-kept = Load this page again to send what you wrote once more. Or go back: in most browsers it is still in the form.
problem-request = Number of this request: { $id }
problem-logged-out = You are logged out
problem-logged-out-what = The session has ended, so nothing was changed.
problem-logged-out-do = Log in and try again.
problem-gone = It is gone already
problem-gone-what = It has expired or was deleted already, or it is not yours. Nothing was changed now.
problem-gone-do = The list shows what is left.
problem-in-form = What you wrote is still in the form. Save it again from here.
error-session-ended = You are logged out, and nothing was saved. Log in in another tab and press Save again, or save the text without an account.
error-account-changed = You are logged in with another account than before, and nothing was saved. Press Save again to save the text there.
new-log-in = Log in in a new tab
new-anonymously = Save without an account
problem-home = New paste

# Numbers and times; $shown is $count written with the language's separators

count-pastes = { $count ->
    [one] { $shown } paste
   *[other] { $shown } pastes
}
count-files = { $count ->
    [one] { $shown } file
   *[other] { $shown } files
}
count-added = { $count ->
    [one] { $shown } line added
   *[other] { $shown } lines added
}
count-removed = { $count ->
    [one] { $shown } line removed
   *[other] { $shown } lines removed
}
count-lines = { $count ->
    [one] { $shown } line
   *[other] { $shown } lines
}

units = B KB MB GB
count-bytes = { $shown } B
size-kb = { $shown } KB
size-mb = { $shown } MB
size-gb = { $shown } GB
span-years = { $count ->
    [one] { $shown } year
   *[other] { $shown } years
}
span-days = { $count ->
    [one] { $shown } day
   *[other] { $shown } days
}
span-hours = { $count ->
    [one] { $shown } hour
   *[other] { $shown } hours
}
span-minutes = { $count ->
    [one] { $shown } minute
   *[other] { $shown } minutes
}
span-seconds = { $count ->
    [one] { $shown } second
   *[other] { $shown } seconds
}
span-in = in { $span }
date = { $day } { $month } { $year } UTC
date-time = { $day } { $month } { $year }, { $time } UTC
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

# The API
api-title = API
api-intro = Everything that the site does for a text, for programs: JSON in and out, tokens and no cookies.
api-document = OpenAPI document
api-start = First steps
api-start-save = Save a text; the answer has its link, and a token that deletes it:
api-start-token = With an access token the pastes are yours, and you can list them. You make one here:
api-start-plain = Without JSON: whatever curl sends becomes a paste, and the answer is its link.
api-operations = Operations
api-access = Who may:
api-access-anybody = anybody
api-access-token = an access token with { $scopes }
api-access-delete-token = whoever has the paste's Delete-Token
api-parameters = Parameters
api-body = Body: { $media }
api-answers = Answers
api-problems = Problems
api-problems-intro = What goes wrong is said as problem details (RFC 9457), under these types:

# Settings: access tokens
settings-title = Settings
tokens-title = Access tokens
tokens-intro = A token lets a program act for you in place of your password. Make one for each program, with no more than it needs.
tokens-api = What programs can do: the API
token-column-name = Name
token-column-scopes = May
token-column-used = Last used
token-column-expires = Expires
token-unused = Never used
token-over = Expired
token-lasting = No end
token-revoke = Revoke
token-revoke-title = Revoke { $name }
token-revoke-ask = Stop it for good?
token-revoke-confirm = Yes, revoke
token-revoked = Revoked: { $name }
token-made = Your new token
token-label = The token
token-copy = Copy
token-copied = Token copied
token-once = Copy it now: it is not shown again. Whoever has it can do what it allows.
token-new = New token
token-name = Name
token-name-example = laptop
token-scopes = What it may do
token-lifetime = How long it lasts
token-make = Make the token
scope-read = List your pastes, read the private ones
scope-write = Save pastes in your name, change them
scope-delete = Delete your pastes
lifetime-months = 3 months
flash-logged-out-here = You are logged out in this browser. The database does not answer, so the session itself goes on: it ends within 30 days. To end it sooner, log in again later and choose “Log out everywhere” in the settings.
sessions-title = Sessions
sessions-intro = You stay logged in for 30 days in each browser. This ends it in all of them. Access tokens stay.
sessions-end = Log out everywhere
flash-revoked = The token is revoked.
error-token-name-empty = Give it a name to know it by.
error-token-name-long = The name can have at most { $max } characters.
error-token-without-scope = Choose at least one.
error-too-many-tokens = You have { $max } tokens. Revoke one that you no longer use.
