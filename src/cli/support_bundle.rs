//! `hotlight support-bundle`: what helps whoever is asked for help, shown before it is saved.

use std::path::PathBuf;

use clap::Args;

use crate::app::{Bundle, BundlePart};
use crate::config::state_dir;

use super::{Failure, ReaderArgs, SettingsArgs, say, view};

/// Arguments of `support-bundle`.
#[derive(Args, Debug)]
pub(super) struct SupportBundleArgs {
    /// The zip file to write, which must not be there yet; without it, only what it would hold is listed.
    #[arg(long, value_name = "FILE.zip")]
    out: Option<PathBuf>,
    /// Print all that is in it, too.
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

pub(super) fn support_bundle(args: &SupportBundleArgs) -> Result<(), Failure> {
    let sources = view::sources(&args.settings, &args.reader)?;
    let bundle = Bundle::collect(&sources, state_dir().as_deref());
    for BundlePart { name, about, text } in &bundle.parts {
        say(&format!("{:>9}  {name}  {about}", text.len()));
    }
    if args.show {
        for BundlePart { name, text, .. } in &bundle.parts {
            say(&format!("\n==> {name} <==\n{}", text.trim_end()));
        }
    }
    let Some(path) = &args.out else { return Ok(()) };
    bundle.save(path, false).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    say(&format!("saved as {}", path.display()));
    Ok(())
}
