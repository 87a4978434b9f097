//! Pages as lists of marks. Points from the upper left corner of an A4 page; y goes down.

use super::error::CertificateError;
use super::faces::{Faces, Ink, Style, Weight};

/// Width and height of a page, as krilla has them where nothing is said.
pub(super) const PAGE: [f64; 2] = [595.0, 842.0];

/// White on each side: 15 mm.
pub(super) const MARGIN: f64 = 42.5;

/// Between the margins.
pub(super) const WIDTH: f64 = PAGE[0] - 2.0 * MARGIN;

/// Where a page begins, below its head.
const TOP: f64 = 56.0;

/// Where it ends, above its foot.
const BOTTOM: f64 = PAGE[1] - 52.0;

/// Above a heading, and from there to what it is above.
const HEADING: [f64; 2] = [10.0, 17.0];

/// Where a text stands in the room it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// The room of a line of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) left: f64,
    /// Where its letters stand.
    pub(super) baseline: f64,
    pub(super) room: f64,
    pub(super) align: Align,
}

/// A line of text that has room in its place.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "it is the text")]
pub(super) struct Text {
    pub(super) place: Place,
    /// Where its first letter begins.
    pub(super) left: f64,
    pub(super) style: Style,
    pub(super) text: String,
}

/// A thing on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Text(Text),
    /// A path, as thick as this.
    Line {
        points: Vec<[f64; 2]>,
        width: f64,
        ink: Ink,
        is_dashed: bool,
    },
    /// A filled outline.
    Area {
        points: Vec<[f64; 2]>,
        ink: Ink,
    },
}

/// Pages that are being filled, from above.
pub(super) struct Sheet {
    faces: Faces,
    pages: Vec<Vec<Mark>>,
    y: f64,
}

impl Sheet {
    /// An empty page.
    pub(super) fn new() -> Result<Self, CertificateError> {
        Ok(Self { faces: Faces::new()?, pages: vec![Vec::new()], y: TOP })
    }

    /// To measure with.
    pub(super) const fn faces(&self) -> &Faces {
        &self.faces
    }

    /// Where the next thing goes.
    pub(super) const fn y(&self) -> f64 {
        self.y
    }

    /// Leaves so much out, or goes below what was put there.
    pub(super) fn skip(&mut self, height: f64) {
        self.y += height;
    }

    /// Whether so much has room on this page.
    pub(super) fn has_room(&self, height: f64) -> bool {
        self.y + height <= BOTTOM
    }

    /// Goes to the next page.
    pub(super) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Goes to the next page unless so much has room.
    pub(super) fn keep(&mut self, height: f64) {
        if !self.has_room(height) {
            self.turn();
        }
    }

    /// Puts a mark on this page.
    pub(super) fn add(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Writes a line into its place, and no letter beyond it.
    pub(super) fn write(&mut self, place: Place, style: Style, text: &str) {
        let mark = self.text(place, style, text);
        self.add(mark);
    }

    /// Writes lines over the width of the page, on the next one where this is full.
    pub(super) fn paragraph(&mut self, style: Style, text: &str, lines_max: usize) {
        for line in self.faces.wrap(style, text, WIDTH, lines_max) {
            self.keep(style.leading());
            let baseline = self.y + style.size;
            self.write(Place { left: MARGIN, baseline, room: WIDTH, align: Align::Left }, style, &line);
            self.skip(style.leading());
        }
    }

    /// Writes a heading, on the page of what follows, which is so high.
    pub(super) fn heading(&mut self, text: &str, follows: f64) {
        const STYLE: Style = Style::new(Weight::Strong, 10.0, Ink::Black);
        let [above, below] = HEADING;
        self.keep(above + below + follows);
        self.skip(above);
        let baseline = self.y + STYLE.size;
        self.write(Place { left: MARGIN, baseline, room: WIDTH, align: Align::Left }, STYLE, text);
        self.skip(below);
    }

    /// Draws a path.
    pub(super) fn line(&mut self, points: Vec<[f64; 2]>, width: f64, ink: Ink) {
        self.add(Mark::Line { points, width, ink, is_dashed: false });
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, [left, top]: [f64; 2], [width, height]: [f64; 2], ink: Ink) {
        let (right, bottom) = (left + width, top + height);
        let points = vec![[left, top], [right, top], [right, bottom], [left, bottom]];
        self.add(Mark::Area { points, ink });
    }

    /// The pages, with what each says above and below: `foot`, and `1 of 2`. Pages but the first one begin with `head`.
    pub(super) fn finish(mut self, head: &str, foot: &str, style: Style) -> Vec<Vec<Mark>> {
        let mut pages = std::mem::take(&mut self.pages);
        let count = pages.len();
        for (at, page) in pages.iter_mut().enumerate() {
            let place = |baseline, align| Place { left: MARGIN, baseline, room: WIDTH, align };
            if at > 0 {
                page.push(self.text(place(TOP - 16.0, Align::Left), style, head));
            }
            let number = format!("{} of {count}", at + 1);
            let room = WIDTH - self.faces.width(style, &number) - style.size;
            let below = PAGE[1] - 30.0;
            page.push(self.text(Place { room, ..place(below, Align::Left) }, style, foot));
            page.push(self.text(place(below, Align::Right), style, &number));
        }
        pages
    }

    fn text(&self, place: Place, style: Style, text: &str) -> Mark {
        let text = self.faces.elide(style, text, place.room);
        let spare = place.room - self.faces.width(style, &text);
        let left = match place.align {
            Align::Left => place.left,
            Align::Centre => place.left + spare / 2.0,
            Align::Right => place.left + spare,
        };
        Mark::Text(Text { place, left, style, text })
    }
}
