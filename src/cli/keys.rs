//! `hotlight keys`: the key map as it applies.

use clap::Args;
use serde::Serialize;

use super::{Failure, ReaderArgs, SettingsArgs, say, view::load_config};

/// Arguments of `keys`.
#[derive(Args, Debug)]
pub(super) struct KeysArgs {
    /// Only check: print what of the shipped map has no key any more, and nothing else when the key map is sound.
    #[arg(long)]
    check: bool,
    /// With the keys of another viewer over the shipped ones: hotlight, weasis, ohif or horos, whatever keys.profile says.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Print one JSON array.
    #[arg(long, conflicts_with = "check")]
    json: bool,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Serialize)]
struct BindingJson {
    context: &'static str,
    key: String,
    command: String,
    origin: String,
    line: usize,
}

pub(super) fn keys(args: &KeysArgs) -> Result<(), Failure> {
    let set = args.profile.iter().map(|name| format!("keys.profile={name}")).collect();
    let config = load_config(&SettingsArgs { set }, &args.reader)?;
    let without = config.keymap.without_key();
    let without = without.iter().map(|(chord, command)| format!("{command}: no key; shipped: {chord}"));
    if args.check {
        without.for_each(|line| say(&line));
        return Ok(());
    }
    let bindings: Vec<BindingJson> = config
        .keymap
        .bindings()
        .into_iter()
        .map(|binding| BindingJson {
            context: binding.context.name(),
            key: binding.chord.to_string(),
            command: binding.command.to_string(),
            origin: binding.origin.to_string(),
            line: binding.at.line,
        })
        .collect();
    if args.json {
        say(&serde_json::to_string(&bindings).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        for BindingJson { context, key, command, origin, line } in &bindings {
            say(&format!("{context:<10}  {key:<16}  {command:<24}  {origin}:{line}"));
        }
        let macros = config.keymap.macros().iter().map(|(name, commands)| {
            let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
            format!("{:<10}  {name:<16}  {}", "macro", commands.join("; "))
        });
        macros.chain(without).for_each(|line| say(&line));
    }
    Ok(())
}
