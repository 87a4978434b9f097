//! Whether somebody looks at this machine from another one: what its monitors show is then not what that one sees.

/// What brings the picture elsewhere, in words; none where nothing shows that it goes elsewhere.
///
/// The variables are those of the environment: X11 over SSH, xrdp, `X2Go`, Chrome Remote Desktop, VNC. What screen sharing does behind
/// the back of the environment is not seen.
pub fn remote_session(variable: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let is_there = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    // An X server of this machine is `:0`, one behind SSH `localhost:10.0`, one elsewhere `host:0`.
    let is_elsewhere = variable("DISPLAY").is_some_and(|display| {
        let host = display.split(':').next().unwrap_or_default();
        !host.is_empty() && host != "unix" && !host.starts_with('/')
    });
    let known = [
        ("XRDP_SESSION", "xrdp"),
        ("X2GO_SESSION", "X2Go"),
        ("CHROME_REMOTE_DESKTOP_SESSION", "Chrome Remote Desktop"),
        ("VNCDESKTOP", "VNC"),
    ];
    let of_name = known.into_iter().find(|(name, _)| is_there(name)).map(|(_, words)| words);
    of_name.or_else(|| is_elsewhere.then_some("X11 from another machine"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_goes_elsewhere_is_told_by_what_brings_it() {
        let told = |name: &'static str, value: &'static str| {
            remote_session(move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert_eq!(told("DISPLAY", "localhost:10.0"), Some("X11 from another machine"));
        assert_eq!(told("DISPLAY", "reader7:0"), Some("X11 from another machine"));
        assert_eq!(told("XRDP_SESSION", "1"), Some("xrdp"));
        for display in [":0", ":1.0", "unix:0", "/a/org.xquartz:0", ""] {
            assert_eq!(told("DISPLAY", display), None, "{display}");
        }
        assert_eq!(told("XRDP_SESSION", ""), None);
    }
}
