//! Where a presentation state's graphics stand on the screen, and what of them may be seen. PS3.3 C.10.5; rule S-7.

use std::borrow::Cow;

use crate::geometry::{Image as ImageSpace, Map, Point, Vector, View};
use crate::presentation::{DisplayedArea, GraphicUnits};
use crate::study::Image;

use super::graphic_plan::Span;
use super::outline::at;

/// Lines that leave the picture go on for so many device pixels, so that their ends are not seen.
const MARGIN: f64 = 64.0;

/// Of lines of more points, those are left out that lie so near to the one before, in device pixels, that nobody sees it.
const POINTS_FEW: usize = 64;
const NEAR: f64 = 0.25;

/// Where the coordinates of graphics stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Canvas {
    pub(super) view_from_image: Map<View, ImageSpace>,
    /// The displayed area as it is seen: its top left corner, and its width and height.
    area: (Point<View>, Vector<View>),
    /// Height of an image pixel over its width.
    pixel_aspect: f64,
    width: f64,
    height: f64,
    /// Device pixels per point.
    pub(super) scale: f64,
}

/// A piece of a line, and how far from the line's start it begins, in device pixels.
pub(super) struct Piece {
    pub(super) from: f64,
    pub(super) points: Vec<Point<View>>,
}

impl Canvas {
    pub(super) fn of(
        area: Option<&DisplayedArea>,
        image: &Image,
        view_from_image: Map<View, ImageSpace>,
        (width, height): (u32, u32),
        scale: f64,
    ) -> Self {
        let area_seen = seen_area(area, image, &view_from_image);
        // What the state says of its pixels stands in for the image's: a circle is one as it is seen.
        let pixel_aspect =
            area.and_then(|area| area.pixel_aspect).unwrap_or(image.instance.image.pixel_aspect);
        let (width, height) = (width.into(), height.into());
        Self { view_from_image, area: area_seen, pixel_aspect, width, height, scale }
    }

    pub(super) fn point(&self, units: GraphicUnits, [x, y]: [f64; 2]) -> Point<View> {
        match units {
            GraphicUnits::Pixel => self.view_from_image * Point::flat(x, y),
            GraphicUnits::Display => {
                let (corner, size) = self.area;
                corner + Vector::flat(size.xyz.x * x, size.xyz.y * y)
            }
        }
    }

    /// Device pixels that a unit takes at most.
    pub(super) fn unit(&self, units: GraphicUnits) -> f64 {
        match units {
            GraphicUnits::Pixel => {
                self.view_from_image.x_axis().length().max(self.view_from_image.y_axis().length())
            }
            GraphicUnits::Display => self.area.1.xyz.x.max(self.area.1.xyz.y),
        }
    }

    /// Height over width of one by one.
    pub(super) fn aspect(&self, units: GraphicUnits) -> f64 {
        match units {
            GraphicUnits::Pixel => self.pixel_aspect,
            GraphicUnits::Display => self.area.1.xyz.y / self.area.1.xyz.x,
        }
    }

    /// Device pixels of a share of the displayed area's width where it fills the picture: zoom does not change it. PS3.3
    /// C.10.5.1.3.6.
    pub(super) fn fixed_length(&self, share: f64) -> f64 {
        let area = self.area.1.xyz;
        share * self.width.min(self.height * area.x / area.y)
    }

    /// −1 where what counts in these units is seen in a mirror, else 1.
    pub(super) fn handedness(&self, units: GraphicUnits) -> f64 {
        let is_mirrored = self.view_from_image.x_axis().cross(self.view_from_image.y_axis()).xyz.z < 0.0;
        if units == GraphicUnits::Pixel && is_mirrored { -1.0 } else { 1.0 }
    }

    /// The middle of the picture.
    pub(super) fn middle(&self) -> Point<View> {
        Point::flat(self.width / 2.0, self.height / 2.0)
    }

    /// Further than that in any direction is outside of the picture from anywhere in it.
    pub(super) fn far(&self) -> f64 {
        2.0 * (self.width + self.height + 2.0 * MARGIN)
    }

    /// Whether anything between these may be in the picture.
    pub(super) fn is_in_sight<'a>(&self, points: &(impl Iterator<Item = &'a Point<View>> + Clone)) -> bool {
        let is_beside = |is_outside: &dyn Fn(f64, f64) -> bool| {
            points.clone().all(|point| is_outside(point.xyz.x, point.xyz.y))
        };
        let (width, height) = (self.width + MARGIN, self.height + MARGIN);
        !(is_beside(&|x, _| x < -MARGIN)
            || is_beside(&|_, y| y < -MARGIN)
            || is_beside(&|x, _| x > width)
            || is_beside(&|_, y| y > height))
            && points.clone().all(|point| point.xyz.is_finite())
    }

    /// The line as far as it may be seen, in as many pieces as that takes.
    pub(super) fn cut(&self, line: &[Point<View>]) -> Vec<Piece> {
        if let [point] = line {
            return vec![Piece { from: 0.0, points: vec![*point] }];
        }
        let line = thinned(line);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut length = 0.0;
        for pair in line.windows(2) {
            let [a, b] = pair else { continue };
            if let Some((from, to)) = self.seen_part(*a, *b) {
                match pieces.last_mut() {
                    Some(piece) if piece.points.last() == Some(&from) => piece.points.push(to),
                    _ => pieces.push(Piece { from: length + (from - *a).length(), points: vec![from, to] }),
                }
            }
            length += (*b - *a).length();
        }
        pieces
    }

    /// The part of a straight line within the picture and its margin. An end that is seen stays as it is, to the bit: there
    /// the next line begins.
    fn seen_part(&self, a: Point<View>, b: Point<View>) -> Option<(Point<View>, Point<View>)> {
        let (mut a, mut b) = (a.xyz, b.xyz);
        for (side, other, room) in [(0, 1, self.width + MARGIN), (1, 0, self.height + MARGIN)] {
            let (low, high) = (a[side].min(b[side]), a[side].max(b[side]));
            if high < -MARGIN || low > room {
                return None;
            }
            let slope = (b[other] - a[other]) / (b[side] - a[side]);
            for end in [&mut a, &mut b] {
                let edge = end[side].clamp(-MARGIN, room);
                if edge - end[side] != 0.0 {
                    end[other] += (edge - end[side]) * slope;
                    end[side] = edge;
                }
            }
        }
        Some((Point::from_xyz(a), Point::from_xyz(b)))
    }

    /// The inside of a closed line, by the even-odd rule: the device pixels whose row's middle lies in it. `None` where the
    /// line crosses rows more often than `crossings_max`.
    pub(super) fn fill(&self, line: &[Point<View>], crossings_max: usize) -> Option<Vec<Span>> {
        let row = |y: f64| (y - 0.5).ceil().clamp(0.0, self.height);
        let ends = || line.iter().zip(line.iter().cycle().skip(1)).map(|(a, b)| (a.xyz, b.xyz));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows of the picture")]
        let rows = |a: f64, b: f64| (row(a.min(b)) as u32)..(row(a.max(b)) as u32);
        let count: usize = ends().map(|(a, b)| rows(a.y, b.y).len()).sum();
        if count > crossings_max {
            return None;
        }
        let mut crossings: Vec<(u32, f64)> = Vec::with_capacity(count);
        for (a, b) in ends() {
            crossings.extend(
                rows(a.y, b.y)
                    .map(|row| (row, a.x + (f64::from(row) + 0.5 - a.y) / (b.y - a.y) * (b.x - a.x))),
            );
        }
        crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let pairs = crossings.as_chunks::<2>().0.iter();
        let spans = pairs.map(|&[(row, from), (_, to)]| Span {
            row,
            from: from.clamp(0.0, self.width),
            to: to.clamp(0.0, self.width),
        });
        Some(spans.filter(|span| span.from < span.to).collect())
    }
}

fn thinned(line: &[Point<View>]) -> Cow<'_, [Point<View>]> {
    let ([first, rest @ .., last], true) = (line, line.len() > POINTS_FEW) else {
        return Cow::Borrowed(line);
    };
    let mut kept = vec![*first];
    let mut at = *first;
    for point in rest {
        if (*point - at).length() >= NEAR {
            kept.push(*point);
            at = *point;
        }
    }
    kept.push(*last);
    Cow::Owned(kept)
}

/// A displayed area as it is seen: its top left corner, and its width and height. Without one, the whole image.
pub(super) fn seen_area(
    area: Option<&DisplayedArea>,
    image: &Image,
    view_from_image: &Map<View, ImageSpace>,
) -> (Point<View>, Vector<View>) {
    let header = &image.instance.image;
    // Pixels count from 1, and both are part of it.
    let (a, b) = area.map_or(([1.0; 2], [header.columns, header.rows].map(f64::from)), |area| {
        (area.top_left.map(f64::from), area.bottom_right.map(f64::from))
    });
    let [left, top] = [0, 1].map(|side: usize| at(a, side).min(at(b, side)) - 1.0);
    let [right, bottom] = [0, 1].map(|side: usize| at(a, side).max(at(b, side)));
    let corners = [(left, top), (right, bottom)];
    let corners = corners.map(|(x, y)| *view_from_image * Point::<ImageSpace>::flat(x, y));
    let [a, b] = seen_corners(corners);
    (a, b - a)
}

/// Top left and bottom right as seen: whichever way the picture is turned, a box stands upright.
pub(super) fn seen_corners([a, b]: [Point<View>; 2]) -> [Point<View>; 2] {
    [Point::from_xyz(a.xyz.min(b.xyz)), Point::from_xyz(a.xyz.max(b.xyz))]
}
