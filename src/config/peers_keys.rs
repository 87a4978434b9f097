//! The settings of `peers.toml`, for the reader of files and for the handbook.

use super::key::{Key, key};

const BOOLEAN: &str = "true or false";
const AE_TITLE: &str = "an AE title: 1 to 16 letters, digits or signs, no backslash";
const FILE: &str = "the name of a file";
const PORT: &str = "a whole number from 1 to 65535";
const KEYRING: &str = "keyring: with a name behind it, as in \"keyring:pacs\"";
const TLS_VALUE: &str = "true, false, or { ca = …, cert = …, key = …, name = … }";

/// Those of an archive, in the order of the handbook.
pub(super) const ARCHIVE: [Key; 17] = [
    key("host", "", "a name or an address", "The machine that it runs on. Needed."),
    key("port", "`104`, by TLS `2762`", PORT, "The port that it listens on."),
    key("called", "", AE_TITLE, "Its AE title. Needed."),
    key("calling", "`\"HOTLIGHT\"`", AE_TITLE, "Our AE title there."),
    key(
        "tls",
        "`false`",
        TLS_VALUE,
        "Whether the connection is secured; `true` trusts the authorities that the system trusts.",
    ),
    key("user", "", "a name", "Who the reader is there, for archives that want to know."),
    key(
        "passcode",
        "",
        KEYRING,
        "Where the user's passcode lies in the keyring of the operating system: `hotlight secret set pacs` puts it there. Only by TLS.",
    ),
    key(
        "passcode_file",
        "",
        FILE,
        "Whose first line is the passcode instead; only its owner may read it (mode 600).",
    ),
    key(
        "passcode_variable",
        "",
        "the name of a variable",
        "The variable of the environment that holds it instead.",
    ),
    key(
        "token",
        "",
        KEYRING,
        "Where a JSON Web Token lies in the keyring, in place of user and passcode. Only by TLS.",
    ),
    key("token_file", "", FILE, "Whose first line is the token instead."),
    key("query", "`true`", BOOLEAN, "Whether it is searched."),
    Key {
        name: "retrieve",
        default: "`\"get\"`",
        allowed: "get, move or no",
        words: &["get", "move", "no"],
        help: "How objects come from it: over the association that asks (C-GET), to where we listen (C-MOVE, which needs \
               `[receive]`), or not at all.",
    },
    key("store", "`false`", BOOLEAN, "Whether what the reader saves is sent there."),
    key(
        "is_default",
        "`false`",
        BOOLEAN,
        "Whether it is meant on the command line where no archive is named; one at most. The only one is meant anyway.",
    ),
    key(
        "associations_max",
        "`3`",
        "a whole number from 1 to 16",
        "How many associations it allows us at a time; a study comes over several of them.",
    ),
    key("timeout", "`60`", "a whole number from 1 to 3600", "How long we wait for an answer, in seconds."),
];

/// Those of `[receive]`.
pub(super) const RECEIVE: [Key; 5] = [
    key(
        "title",
        "`\"HOTLIGHT\"`",
        AE_TITLE,
        "Our AE title as a destination; the archive must know it with our host and port.",
    ),
    key(
        "address",
        "`\"0.0.0.0\"`",
        "an address of this machine",
        "The address to listen on; the default is all.",
    ),
    key("port", "`11112`", PORT, "The port to listen on."),
    key(
        "senders",
        "",
        "callers, each AET@HOST",
        "Who may send; where it is left out, the archives above whose `retrieve` is `\"move\"`.",
    ),
    key(
        "tls",
        "`false`",
        TLS_VALUE,
        "Whether whoever sends must do so by TLS; needs `cert` and `key`, and with `ca` a certificate of the sender's.",
    ),
];

/// Those of `tls`.
pub(super) const TLS: [Key; 4] = [
    key(
        "ca",
        "",
        "the name of a file, or a list of them",
        "Authorities in PEM form whose certificates count; where it is left out, those that the system trusts.",
    ),
    key(
        "cert",
        "",
        FILE,
        "Our own certificate in PEM form, the authorities between it and the root after it.",
    ),
    key(
        "key",
        "",
        FILE,
        "Its private key in PEM form, without a passphrase, closed to all but its owner and group.",
    ),
    key(
        "name",
        "",
        "a name or an address",
        "To whom the archive's certificate is made out, where that is not its host.",
    ),
];
