//! `open.toml` in the state folder: what is open, as long as the program runs. Where it is there at the start, an earlier run ended
//! without being asked to. Paths may name patients, so that only its owner may read it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::command::Grid;
use crate::dicom::{FrameKey, InstanceUid, SeriesUid, StudyUid};
use crate::hanging::Cells;
use crate::session::{Areas, Division, Focus, LeftOpen, OpenLayout, OpenScreen, OpenStage, OpenViewport};
use crate::units::Phi;

use super::own_file;

/// The version of the form that is written.
const VERSION: u32 = 1;

/// No window is divided into more rows or columns, nor has it more viewports.
const SIDE_MAX: usize = 64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    was_resuming: bool,
    /// The indices of window and viewport.
    focus: [usize; 2],
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    studies: Vec<String>,
    #[serde(default)]
    stage: Option<StageLine>,
    #[serde(default)]
    window: Vec<WindowLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StageLine {
    study: String,
    protocol: String,
    stage: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowLine {
    rows: usize,
    columns: usize,
    /// Of each viewport the first column and row, and how many; none of a plain grid.
    #[serde(default)]
    spans: Option<Vec<[usize; 4]>>,
    #[serde(default)]
    full: Option<usize>,
    has_strip: bool,
    has_chrome: bool,
    #[serde(default)]
    monitor: Option<String>,
    #[serde(default)]
    viewport: Vec<ViewportLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewportLine {
    /// Rows and columns.
    tiles: [usize; 2],
    /// Study, series, object, and the frame in it, from 0.
    #[serde(default)]
    image: Option<(String, String, String, u32)>,
}

/// Writes what is open.
pub(super) fn write(path: &Path, open: &LeftOpen) -> std::io::Result<()> {
    let Focus { screen, viewport } = open.layout.focus;
    let file = File {
        version: VERSION,
        was_resuming: open.was_resuming,
        focus: [screen, viewport],
        // A file of text cannot hold a path that is no text.
        paths: open.paths.iter().filter_map(|path| path.reveal().to_str()).map(str::to_owned).collect(),
        studies: open.stored.iter().map(|study| study.as_str().to_owned()).collect(),
        stage: open.layout.stage.as_ref().map(|stage| StageLine {
            study: stage.study.as_str().to_owned(),
            protocol: stage.protocol.clone(),
            stage: stage.stage.clone(),
        }),
        window: open.layout.screens.iter().map(WindowLine::of).collect(),
    };
    own_file::write(path, &file)
}

/// Reads what was open; `None` where there is no such file. One that cannot be understood is set aside.
pub(super) fn read(path: &Path) -> Result<Option<LeftOpen>, String> {
    let Some(file) = own_file::read::<File>(path, "What was open")? else { return Ok(None) };
    let left = (file.version == VERSION).then(|| file.left_open()).flatten();
    left.map(Some).ok_or_else(|| "What was open cannot be read: another Hotlight wrote it.".to_owned())
}

impl File {
    /// `None` where a window is divided as none can be.
    fn left_open(self) -> Option<LeftOpen> {
        let [screen, viewport] = self.focus;
        let stage = self.stage.map(|line| OpenStage {
            study: StudyUid::new(&line.study),
            protocol: line.protocol,
            stage: line.stage,
        });
        Some(LeftOpen {
            was_resuming: self.was_resuming,
            paths: self.paths.into_iter().map(|path| Phi::new(path.into())).collect(),
            stored: self.studies.iter().map(|study| StudyUid::new(study)).collect(),
            layout: OpenLayout {
                screens: self.window.into_iter().map(WindowLine::screen).collect::<Option<_>>()?,
                focus: Focus { screen, viewport },
                stage,
            },
        })
    }
}

impl WindowLine {
    fn of(open: &OpenScreen) -> Self {
        let (rows, columns, spans) = match &open.division {
            Division::Grid(Grid { rows, columns }) => (*rows, *columns, None),
            Division::Areas(Areas { rows, columns, cells }) => {
                let span = |at: &Cells| [at.column, at.row, at.columns, at.rows];
                (*rows, *columns, Some(cells.iter().map(span).collect()))
            }
        };
        Self {
            rows,
            columns,
            spans,
            full: open.full,
            has_strip: open.has_strip,
            has_chrome: open.has_chrome,
            monitor: open.monitor.clone(),
            viewport: open.viewports.iter().map(ViewportLine::of).collect(),
        }
    }

    fn screen(self) -> Option<OpenScreen> {
        let division = match self.spans {
            None => Division::Grid(Grid::new(self.rows, self.columns)?),
            Some(spans) => {
                let is_within = |from: usize, count: usize, side: usize| {
                    count > 0 && from.checked_add(count).is_some_and(|end| end <= side)
                };
                let cells = |[column, row, columns, rows]: [usize; 4]| {
                    let fits = is_within(column, columns, self.columns) && is_within(row, rows, self.rows);
                    fits.then_some(Cells { column, row, columns, rows })
                };
                let sides = [self.rows, self.columns, spans.len()];
                if sides.iter().any(|side| !(1..=SIDE_MAX).contains(side)) {
                    return None;
                }
                let cells = spans.into_iter().map(cells).collect::<Option<_>>()?;
                Division::Areas(Areas { columns: self.columns, rows: self.rows, cells })
            }
        };
        Some(OpenScreen {
            division,
            full: self.full,
            has_strip: self.has_strip,
            has_chrome: self.has_chrome,
            monitor: self.monitor,
            viewports: self.viewport.into_iter().map(ViewportLine::viewport).collect::<Option<_>>()?,
        })
    }
}

impl ViewportLine {
    fn of(open: &OpenViewport) -> Self {
        let image = |key: &FrameKey| {
            let [study, series, instance] = [key.study.as_str(), key.series.as_str(), key.instance.as_str()];
            (study.to_owned(), series.to_owned(), instance.to_owned(), key.frame)
        };
        Self { tiles: [open.tiles.rows, open.tiles.columns], image: open.image.as_ref().map(image) }
    }

    fn viewport(self) -> Option<OpenViewport> {
        let [rows, columns] = self.tiles;
        let image = self.image.map(|(study, series, instance, frame)| FrameKey {
            study: StudyUid::new(&study),
            series: SeriesUid::new(&series),
            instance: InstanceUid::new(&instance),
            frame,
            subtraction: None,
        });
        Some(OpenViewport { image, tiles: Grid::new(rows, columns)? })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Two windows, one of them divided as a protocol says, with an image in each.
    pub(in super::super) fn left_open() -> LeftOpen {
        let image = |number: u32| FrameKey {
            study: StudyUid::new("2.25.1"),
            series: SeriesUid::new("2.25.2"),
            instance: InstanceUid::new(&format!("2.25.3{number}")),
            frame: number,
            subtraction: None,
        };
        let viewport =
            |number: u32| OpenViewport { image: (number > 0).then(|| image(number)), tiles: Grid::ONE };
        let cells = |column, rows| Cells { column, row: 0, columns: 1, rows };
        let screen = |division, viewports| OpenScreen {
            division,
            full: None,
            has_strip: true,
            has_chrome: true,
            monitor: None,
            viewports,
        };
        let areas = Areas { columns: 2, rows: 2, cells: vec![cells(0, 2), cells(1, 1)] };
        LeftOpen {
            was_resuming: false,
            paths: vec![Phi::new("a/ZZCANARY^OPEN".into())],
            stored: vec![StudyUid::new("2.25.7")],
            layout: OpenLayout {
                screens: vec![
                    OpenScreen {
                        full: Some(1),
                        monitor: Some("ZZM-0x1234-00204321".to_owned()),
                        ..screen(Division::Areas(areas), vec![viewport(1), viewport(2)])
                    },
                    OpenScreen { has_strip: false, ..screen(Division::Grid(Grid::ONE), vec![viewport(0)]) },
                ],
                focus: Focus { screen: 0, viewport: 1 },
                stage: Some(OpenStage {
                    study: StudyUid::new("2.25.1"),
                    protocol: "chest".to_owned(),
                    stage: "Lung".to_owned(),
                }),
            },
        }
    }

    #[test]
    fn what_is_open_is_read_as_it_was_written_and_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/open.toml");
        assert_eq!(read(&path), Ok(None));
        write(&path, &left_open()).expect("written");
        assert_eq!(read(&path), Ok(Some(left_open())));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_nobody_could_have_had_open_is_refused_without_its_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("open.toml");
        write(&path, &left_open()).expect("written");
        let text = std::fs::read_to_string(&path).expect("text");
        for (from, to) in [
            ("rows = 2", "rows = 1"),
            ("rows = 2", "rows = 9999999"),
            ("version = 1", "version = 2"),
            ("tiles = [1, 1]", "tiles = [0, 9]"),
            ("was_resuming", "was_ZZCANARY"),
        ] {
            let changed = text.replace(from, to);
            assert_ne!(changed, text, "{from}");
            std::fs::write(&path, changed).expect("written");
            let refused = read(&path).expect_err(to);
            assert!(refused.starts_with("What was open cannot be read: "), "{refused}");
            assert!(!refused.contains("ZZCANARY"), "{refused}");
        }
    }
}
