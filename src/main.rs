//! Hotlight's program: everything is in the library.

fn main() -> std::process::ExitCode {
    hotlight::cli::main()
}
