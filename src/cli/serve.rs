//! `hotlight serve`: a small archive over a folder.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use crate::net::serve::{ServeOptions, Server};
use crate::net::{AeTitle, Deadlines, Known};

use super::peer::{TlsArgs, UserArgs};
use super::{Failure, complain, say};

/// Arguments of `serve`.
#[derive(Args, Debug)]
pub(super) struct ServeArgs {
    /// The folder of the objects; what is stored comes here, too.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The port to listen on; 0 is any that is free.
    #[arg(long, default_value_t = 11113)]
    port: u16,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,
    /// What the archive is called.
    #[arg(long, value_name = "AET", default_value = "HOTLIGHT-SERVE")]
    aet: AeTitle,
    /// Who may call, and from where; with a port, where objects are moved to.
    #[arg(long, value_name = "AET@HOST[:PORT]", default_value = "HOTLIGHT@127.0.0.1:11112")]
    allow: Vec<Known>,
    /// Let everybody call who reaches the port.
    #[arg(long)]
    allow_any: bool,
    /// By TLS alone; with --tls-ca only callers with a certificate of that authority. Objects are moved by TLS, too.
    #[command(flatten)]
    tls: TlsArgs,
    /// Only for callers who name this user, with this passcode where there is one.
    #[command(flatten)]
    user: UserArgs,
    /// The folder of a worklist: a file of the end .wl an entry, as wlmscpfs reads them.
    #[arg(long, value_name = "DIR")]
    worklist: Option<PathBuf>,
    /// Take what is stored and forget it, to time how it is sent.
    #[arg(long)]
    discard: bool,
    /// The longest object that is taken, MiB.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    object_max: u64,
}

pub(super) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("serve")
        .enable_all()
        .build()
        .map_err(|error| Failure::new(error.to_string()))?;
    let options = ServeOptions {
        folder: args.folder.clone(),
        worklist: args.worklist.clone(),
        address: (args.listen, args.port),
        title: args.aet.clone(),
        known: args.allow.clone(),
        takes_all: args.allow_any,
        discards: args.discard,
        object_bytes_max: args.object_max << 20,
        deadlines: Deadlines::default(),
        tls: args.tls.tls(None),
        user: args.user.user(),
    };
    let folder = args.folder.display();
    if let Some(other) =
        [Some(&args.folder), args.worklist.as_ref()].into_iter().flatten().find(|path| !path.is_dir())
    {
        return Err(Failure::new(format!("{}: not a folder", other.display())));
    }
    runtime.block_on(async {
        let (server, inventory) =
            Server::listen(options).await.map_err(|error| Failure::new(error.to_string()))?;
        if let Some(why) = inventory.why {
            complain(&format!(
                "note: {folder}: {} files are left out, the first since {why}",
                inventory.left_out
            ));
        }
        let address = server.address().map(|address| address.to_string()).unwrap_or_default();
        say(&format!("{} serves {} objects on {address}", args.aet, inventory.objects));
        Err(Failure::new(server.run().await.to_string()))
    })
}
