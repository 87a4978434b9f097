//! `hotlight secret`: passcodes and tokens in the keyring of the operating system. Their values are never arguments, which others see.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, IsTerminal as _, Read as _};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::net::Secret;
use crate::net::keyring::{self, KeyringError};

use super::peer::peers;
use super::{Failure, say};

/// The longest secret, bytes.
const BYTES_MAX: u64 = 64 << 10;

/// Arguments of `secret`.
#[derive(Args, Debug)]
pub(super) struct SecretArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Read a secret from the terminal, or the first line of standard input, and keep it in the keyring.
    Set(NameArgs),
    /// Take a secret out of the keyring.
    Delete(NameArgs),
    /// Print the names of secrets that are kept there or that peers.toml asks for; never a secret.
    List {
        /// Print one JSON array.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
struct NameArgs {
    /// What peers.toml calls it behind `keyring:`.
    #[arg(value_name = "NAME", value_parser = parse_name)]
    name: String,
}

#[derive(Serialize)]
struct SecretJson<'a> {
    name: &'a str,
    is_kept: bool,
    /// The archives that ask for it.
    used_by: &'a [String],
}

pub(super) fn secret(args: &SecretArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Set(NameArgs { name }) => {
            let secret = read(name).map_err(|error| Failure::new(format!("{name}: {error}")))?;
            if secret.is_empty() {
                return Err(Failure::new(format!("{name}: nothing was entered, and nothing is kept")));
            }
            keyring::keep(name, &secret).map_err(|error| failure(&error))?;
            say(&format!("{name} is kept in the keyring: peers.toml calls it \"keyring:{name}\""));
            Ok(())
        }
        Action::Delete(NameArgs { name }) => {
            keyring::forget(name).map_err(|error| failure(&error))?;
            say(&format!("{name} is not in the keyring any more"));
            Ok(())
        }
        Action::List { json } => list(*json),
    }
}

fn failure(error: &KeyringError) -> Failure {
    Failure::new(error.to_string())
}

/// Reads a secret; on a terminal it is asked for and not shown.
fn read(name: &str) -> std::io::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return rpassword::prompt_password(format!("{name}, which is not shown: "));
    }
    let mut line = String::new();
    if input.lock().take(BYTES_MAX).read_line(&mut line)? as u64 == BYTES_MAX {
        let why = format!("it is longer than the {BYTES_MAX} bytes that a secret may have");
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, why));
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn list(is_json: bool) -> Result<(), Failure> {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (archive, said) in peers()?.iter() {
        if let Some(Secret::Keyring(name)) = said.secret() {
            users.entry(name.clone()).or_default().push(archive.to_owned());
        }
    }
    let kept: BTreeSet<String> = keyring::names().map_err(|error| failure(&error))?.into_iter().collect();
    for name in &kept {
        users.entry(name.clone()).or_default();
    }
    let lines: Vec<SecretJson<'_>> = users
        .iter()
        .map(|(name, used_by)| SecretJson { name, is_kept: kept.contains(name), used_by })
        .collect();
    if is_json {
        say(&serde_json::to_string(&lines).map_err(|error| Failure::new(error.to_string()))?);
        return Ok(());
    }
    if lines.is_empty() {
        say("the keyring holds no secret of Hotlight");
    }
    for SecretJson { name, is_kept, used_by } in &lines {
        let kept = if *is_kept { "kept" } else { "missing" };
        let users = if used_by.is_empty() { "no archive".to_owned() } else { used_by.join(", ") };
        say(&format!("{name:<24}  {kept:<7}  {users}"));
    }
    Ok(())
}

fn parse_name(text: &str) -> Result<String, String> {
    let name = keyring::is_name(text).then(|| text.to_owned());
    name.ok_or_else(|| "a name has 1 to 64 letters without accents, digits, -, _ and .".to_owned())
}
