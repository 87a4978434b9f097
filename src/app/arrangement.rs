//! Which windows open on which monitors: by what each monitor is for, and by where windows stood before. Pure.

use serde::{Deserialize, Serialize};

use crate::config::Displays;
use crate::display::{DesktopRect, Monitor};

/// The most windows that open by themselves, and that are remembered.
pub(super) const WINDOWS_MAX: usize = 16;

/// What protocols call their main screen: the first window goes there.
const MAIN: &str = "main";

/// From how many monitors with a role on each has a window from the start.
const ROLES_MIN: usize = 2;

/// The least side of a window, device pixels, where the monitor has as many.
const SIDE_MIN: u32 = 320;

/// A monitor that windows can be put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Site<'a> {
    /// What it is known by.
    pub(super) id: &'a str,
    /// Its part of the desktop.
    rect: DesktopRect,
    /// What it is for, if that is said.
    pub(super) role: Option<&'a str>,
}

/// Where a window stands on a monitor, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    /// What the monitor is known by.
    pub(super) monitor: String,
    /// Whether it is the first window, which is always there.
    pub(super) is_first: bool,
    /// Whether it fills the monitor.
    pub(super) fills: bool,
    /// The left edge of its frame, from that of the monitor, device pixels.
    pub(super) x: i32,
    /// The top edge.
    pub(super) y: i32,
    /// The width within its frame.
    pub(super) width: u32,
    /// The height.
    pub(super) height: u32,
}

/// Where a window is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// What the monitor is known by.
    pub(super) monitor: String,
    /// On the desktop; never beyond the monitor.
    pub(super) rect: DesktopRect,
    /// Whether it is to fill the monitor.
    pub(super) fills: bool,
}

/// The windows of the start.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrangement {
    /// Where the first window goes; where there is none, the desktop decides.
    pub(super) first: Option<Spot>,
    /// Where further windows open.
    pub(super) further: Vec<Spot>,
}

/// The monitors whose places on the desktop are known: those with a role first, `main` before all, then from left to right.
pub(super) fn sites<'a>(monitors: &'a [Monitor], displays: &'a Displays) -> Vec<Site<'a>> {
    let site = |monitor: &'a Monitor| {
        let id = monitor.id.as_str();
        let role = displays.get(id).and_then(|said| said.role.as_deref());
        Some(Site { id, rect: monitor.rect()?, role })
    };
    let mut sites: Vec<Site<'a>> = monitors.iter().filter_map(site).collect();
    sites.sort_by_key(|site| (site.role.is_none(), site.role != Some(MAIN), site.rect.x, site.rect.y));
    sites
}

/// The windows of the start: those that stood on monitors that are here, and where two or more monitors have a role, one on each.
/// Then the first window goes to the first role, and else to where it was.
pub(super) fn arrange(sites: &[Site<'_>], remembered: &[Standing]) -> Arrangement {
    let stood = remembered.iter().filter_map(|standing| {
        let site = sites.iter().find(|site| site.id == standing.monitor)?;
        Some((standing, site.spot(standing)))
    });
    let mut left: Vec<(&Standing, Spot)> = stood.collect();
    let roles: Vec<&Site<'_>> = sites.iter().filter(|site| site.role.is_some()).collect();
    let mut further = Vec::new();
    let first = match roles.split_first() {
        Some((main, others)) if roles.len() >= ROLES_MIN => {
            let place = left.iter().position(|(it, _)| it.is_first && it.monitor == main.id);
            let place = place.or_else(|| left.iter().position(|(it, _)| it.monitor == main.id));
            let first = place.map_or_else(|| main.filled(), |place| left.remove(place).1);
            left.retain(|(standing, _)| !standing.is_first);
            for site in others {
                let (here, elsewhere): (Vec<_>, Vec<_>) =
                    left.into_iter().partition(|(standing, _)| standing.monitor == site.id);
                left = elsewhere;
                if here.is_empty() {
                    further.push(site.filled());
                }
                further.extend(here.into_iter().map(|(_, spot)| spot));
            }
            Some(first)
        }
        _ => {
            let place = left.iter().position(|(standing, _)| standing.is_first);
            let first = place.map(|place| left.remove(place).1);
            left.retain(|(standing, _)| !standing.is_first);
            first
        }
    };
    further.extend(left.into_iter().map(|(_, spot)| spot));
    further.truncate(WINDOWS_MAX - 1);
    Arrangement { first, further }
}

/// Where windows open that are missing: on each monitor with a role that none stands on.
pub(super) fn missing(sites: &[Site<'_>], taken: &[&str]) -> Vec<Spot> {
    let bare = sites.iter().filter(|site| site.role.is_some() && !taken.contains(&site.id));
    bare.take(WINDOWS_MAX).map(Site::filled).collect()
}

/// Where windows go whose monitor is gone: to the one that the first window is on, else to the first one.
pub(super) fn refuge<'s, 'a>(sites: &'s [Site<'a>], home: Option<&str>) -> Option<&'s Site<'a>> {
    sites.iter().find(|site| Some(site.id) == home).or_else(|| sites.first())
}

impl Site<'_> {
    /// All of it.
    fn filled(&self) -> Spot {
        Spot { monitor: self.id.to_owned(), rect: self.rect, fills: true }
    }

    /// Where a window stood on it, as far as that is within it now.
    pub(super) fn spot(&self, standing: &Standing) -> Spot {
        if standing.fills {
            return self.filled();
        }
        let (x, width) = within(standing.x, standing.width, self.rect.width);
        let (y, height) = within(standing.y, standing.height, self.rect.height);
        let (x, y) = (self.rect.x.saturating_add(x), self.rect.y.saturating_add(y));
        Spot { monitor: self.id.to_owned(), rect: DesktopRect { x, y, width, height }, fills: false }
    }

    /// Where a window is for now that stood elsewhere.
    pub(super) fn spot_for_now(&self, standing: &Standing) -> Spot {
        // What it covers should be seen to be there.
        if standing.fills { self.corner() } else { self.spot(standing) }
    }

    /// Its lower right.
    pub(super) fn corner(&self) -> Spot {
        let DesktopRect { x, y, width, height } = self.rect;
        let offset = |length: u32| i32::try_from(length / 4).unwrap_or(0);
        let rect = DesktopRect {
            x: x.saturating_add(offset(width)),
            y: y.saturating_add(offset(height)),
            width: width - width / 4,
            height: height - height / 4,
        };
        Spot { monitor: self.id.to_owned(), rect, fills: false }
    }
}

/// Start and length of a window along a side of a monitor, moved and shortened so that it is within it.
fn within(start: i32, length: u32, room: u32) -> (i32, u32) {
    let length = length.max(SIDE_MIN).min(room);
    let last = i32::try_from(room - length).unwrap_or(i32::MAX);
    (start.clamp(0, last), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A monitor of 1000 × 800 pixels.
    fn site<'a>(id: &'a str, x: i32, role: Option<&'a str>) -> Site<'a> {
        Site { id, rect: DesktopRect { x, y: 0, width: 1000, height: 800 }, role }
    }

    fn stood(monitor: &str, is_first: bool, x: i32) -> Standing {
        let monitor = monitor.to_owned();
        Standing { monitor, is_first, fills: false, x, y: 20, width: 500, height: 400 }
    }

    /// `monitor`, or `monitor+x` of a window that does not fill it.
    fn words(spot: &Spot) -> String {
        if spot.fills { spot.monitor.clone() } else { format!("{}+{}", spot.monitor, spot.rect.x) }
    }

    #[track_caller]
    fn check(sites: &[Site<'_>], remembered: &[Standing], first: Option<&str>, further: &[&str]) {
        let arrangement = arrange(sites, remembered);
        assert_eq!(arrangement.first.as_ref().map(words).as_deref(), first);
        assert_eq!(arrangement.further.iter().map(words).collect::<Vec<_>>(), further);
    }

    #[test]
    fn each_role_has_a_window_and_three_become_two_and_two_one() {
        let three =
            [site("A", 0, Some("main")), site("B", 1000, Some("second")), site("C", 2000, Some("third"))];
        check(&three, &[], Some("A"), &["B", "C"]);
        check(&[three[0], three[2]], &[], Some("A"), &["C"]);
        check(&[three[1], three[2]], &[], Some("B"), &["C"]);
        // One alone is where the desktop puts it.
        check(&[three[1]], &[], None, &[]);
        check(&[], &[], None, &[]);
        // A monitor without a role has none.
        check(&[three[0], three[1], site("D", 3000, None)], &[], Some("A"), &["B"]);
    }

    #[test]
    fn monitors_with_roles_come_first_and_main_before_all_then_from_left_to_right() {
        let monitor = |connector: &str, x: i32| {
            let edid = Err(crate::display::EdidError::Absent);
            Monitor::new(connector.to_owned(), edid, (10, 10), Some((x, 0)), false)
        };
        let mut monitors =
            [monitor("office", -10), monitor("right", 20), monitor("left", 0), monitor("middle", 10)];
        let folder = tempfile::tempdir().expect("a folder");
        let text = "[left-10x10]\nrole = \"other\"\n[middle-10x10]\nrole = \"other\"\n[right-10x10]\nrole = \"main\"\n";
        std::fs::write(folder.path().join("displays.toml"), text).expect("written");
        let sources = crate::config::Sources {
            config_dir: Some(folder.path().to_path_buf()),
            ..crate::config::Sources::default()
        };
        let displays = crate::config::Config::load(&sources).expect("no fault").displays;
        let ids = |monitors: &[Monitor]| -> Vec<String> {
            sites(monitors, &displays).iter().map(|site| site.id.to_owned()).collect()
        };
        assert_eq!(ids(&monitors), ["right-10x10", "left-10x10", "middle-10x10", "office-10x10"]);
        // Where the desktop does not tell its place, no window is put on it.
        monitors[1].corner = None;
        assert_eq!(ids(&monitors), ["left-10x10", "middle-10x10", "office-10x10"]);
    }

    #[test]
    fn two_monitors_of_one_role_have_a_window_each() {
        let twins = [site("A", 0, Some("main")), site("B", 1000, Some("main"))];
        check(&twins, &[], Some("A"), &["B"]);
    }

    #[test]
    fn windows_come_back_to_their_monitors_and_wait_for_those_that_are_not_here() {
        let pair = [site("A", 0, None), site("B", 1000, None)];
        let remembered = [stood("B", true, 10), stood("A", false, 30), stood("C", false, 0)];
        check(&pair, &remembered, Some("B+1010"), &["A+30"]);
        // The first window is always there: where its monitor is not, the desktop decides.
        check(&pair[..1], &remembered, None, &["A+30"]);
        // One that was first on another desk is no second one here.
        check(&pair, &[stood("A", true, 1), stood("B", true, 2)], Some("A+1"), &[]);
    }

    #[test]
    fn roles_fill_what_is_not_remembered_and_the_first_window_goes_to_the_first_role() {
        let roles = [site("A", 0, Some("main")), site("B", 1000, Some("second")), site("D", 2000, None)];
        check(&roles, &[stood("B", false, 10)], Some("A"), &["B+1010"]);
        check(&roles, &[stood("A", false, 5), stood("D", false, 7)], Some("A+5"), &["B", "D+2007"]);
        check(&roles, &[stood("A", false, 5), stood("A", true, 6)], Some("A+6"), &["B", "A+5"]);
        // It was elsewhere: that is no window of its own.
        check(&roles, &[stood("D", true, 7)], Some("A"), &["B"]);
    }

    #[test]
    fn no_window_goes_beyond_its_monitor() {
        let site = site("A", -500, None);
        let spot = |x, y, width, height| {
            let standing =
                Standing { monitor: "A".to_owned(), is_first: false, fills: false, x, y, width, height };
            let DesktopRect { x, y, width, height } = site.spot(&standing).rect;
            (x, y, width, height)
        };
        assert_eq!(spot(10, 20, 500, 400), (-490, 20, 500, 400));
        assert_eq!(spot(900, 700, 500, 400), (0, 400, 500, 400), "moved");
        assert_eq!(spot(-50, -50, 5000, 4000), (-500, 0, 1000, 800), "shortened");
        assert_eq!(spot(i32::MIN, i32::MAX, 0, u32::MAX), (-500, 0, 320, 800));
        let many: Vec<Standing> = (0..99).map(|_| stood("A", false, 1)).collect();
        assert_eq!(arrange(&[site], &many).further.len(), WINDOWS_MAX - 1);
    }

    #[test]
    fn missing_windows_are_those_of_roles_that_none_stands_on() {
        let sites = [site("A", 0, Some("main")), site("B", 1000, Some("second")), site("D", 2000, None)];
        let found = |taken: &[&str]| missing(&sites, taken).iter().map(words).collect::<Vec<_>>();
        assert_eq!(found(&["D"]), ["A", "B"]);
        assert_eq!(found(&["B", "B"]), ["A"]);
        assert_eq!(found(&["A", "B"]), Vec::<String>::new());
    }

    #[test]
    fn a_window_whose_monitor_is_gone_goes_where_the_first_one_is() {
        let pair = [site("A", 0, None), site("B", 1000, None)];
        let found =
            |home, standing: &Standing| refuge(&pair, home).map(|site| words(&site.spot_for_now(standing)));
        assert_eq!(found(Some("B"), &stood("C", false, 10)).as_deref(), Some("B+1010"));
        assert_eq!(found(Some("C"), &stood("C", false, 10)).as_deref(), Some("A+10"));
        // One that filled its monitor does not hide the other.
        let full = Standing { fills: true, ..stood("C", false, 0) };
        assert_eq!(found(Some("A"), &full).as_deref(), Some("A+250"));
        assert_eq!(refuge(&[], None), None);
    }
}
