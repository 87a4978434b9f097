//! Display shutters: parts of an image that are hidden because they are no part of the picture. PS3.3 C.7.6.11; rule S-5.

use std::ops::RangeInclusive;

use dicom_dictionary_std::tags;

use super::attribute::{Attribute, Attributes};
use super::write::Writer;
use crate::color::Ink;
use crate::units::PValue;

const LEFT: Attribute =
    Attribute { name: "Shutter Left Vertical Edge (0018,1602)", tag: tags::SHUTTER_LEFT_VERTICAL_EDGE };
const RIGHT: Attribute =
    Attribute { name: "Shutter Right Vertical Edge (0018,1604)", tag: tags::SHUTTER_RIGHT_VERTICAL_EDGE };
const UPPER: Attribute =
    Attribute { name: "Shutter Upper Horizontal Edge (0018,1606)", tag: tags::SHUTTER_UPPER_HORIZONTAL_EDGE };
const LOWER: Attribute =
    Attribute { name: "Shutter Lower Horizontal Edge (0018,1608)", tag: tags::SHUTTER_LOWER_HORIZONTAL_EDGE };
const CENTER: Attribute =
    Attribute { name: "Center of Circular Shutter (0018,1610)", tag: tags::CENTER_OF_CIRCULAR_SHUTTER };
const RADIUS: Attribute =
    Attribute { name: "Radius of Circular Shutter (0018,1612)", tag: tags::RADIUS_OF_CIRCULAR_SHUTTER };
const VERTICES: Attribute = Attribute {
    name: "Vertices of the Polygonal Shutter (0018,1620)",
    tag: tags::VERTICES_OF_THE_POLYGONAL_SHUTTER,
};

/// A polygon of more vertices is no shutter: each costs time in each row.
const VERTICES_MAX: usize = 1024;

/// What an image hides of itself: all that lies outside of any of the shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutter {
    shapes: Vec<Shape>,
    /// What is hidden is drawn in it.
    pub presentation: Ink,
}

/// What stays visible, in rows and columns of the image, both from 1. A pixel is where its centre is; those on an edge are
/// inside.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Rectangle {
        columns: RangeInclusive<i32>,
        rows: RangeInclusive<i32>,
    },
    /// The radius is in columns.
    Circle {
        row: i32,
        column: i32,
        radius: i32,
    },
    /// Row and column of each vertex; the last joins the first.
    Polygon(Vec<(i32, i32)>),
}

impl Shutter {
    /// The shutter of an image or a frame, and why parts of it are not applied; `None` where nothing is hidden.
    pub fn read(at: &Attributes<'_>) -> (Option<Self>, Vec<String>) {
        let (mut shapes, mut refused) = (Vec::new(), Vec::new());
        let mut names = at.texts(tags::SHUTTER_SHAPE);
        // One named twice is the same one.
        names.sort_unstable();
        names.dedup();
        for name in names {
            match Shape::read(&name, at) {
                Ok(shape) => shapes.push(shape),
                Err(why) => refused.push(format!("shutter: {why}")),
            }
        }
        if shapes.is_empty() {
            return (None, refused);
        }
        (Some(Self { shapes, presentation: Self::presentation(at) }), refused)
    }

    /// What is drawn over what a shutter hides: black where nothing is stated.
    pub fn presentation(at: &Attributes<'_>) -> Ink {
        let gray = at.decimal(tags::SHUTTER_PRESENTATION_VALUE);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let gray = gray.map(|gray| PValue(gray as u16));
        Ink::stated(gray, at.lab(tags::SHUTTER_PRESENTATION_COLOR_CIE_LAB_VALUE)).unwrap_or(Ink::BLACK)
    }

    /// Puts the Display Shutter module into an object. PS3.3 C.7.6.11.
    #[must_use]
    pub fn put_into(&self, object: Writer) -> Writer {
        let names: Vec<&str> = self.shapes.iter().map(Shape::name).collect();
        let object = object
            .text(tags::SHUTTER_SHAPE, &names.join("\\"))
            .number(tags::SHUTTER_PRESENTATION_VALUE, self.presentation.gray.0);
        self.shapes.iter().fold(object, |object, shape| match shape {
            Shape::Rectangle { columns, rows } => object
                .integers(LEFT.tag, &[*columns.start()])
                .integers(RIGHT.tag, &[*columns.end()])
                .integers(UPPER.tag, &[*rows.start()])
                .integers(LOWER.tag, &[*rows.end()]),
            Shape::Circle { row, column, radius } => {
                object.integers(CENTER.tag, &[*row, *column]).integers(RADIUS.tag, &[*radius])
            }
            Shape::Polygon(vertices) => {
                let values: Vec<i32> = vertices.iter().flat_map(|&(row, column)| [row, column]).collect();
                object.integers(VERTICES.tag, &values)
            }
        })
    }

    /// Whether it would hide an image of so many rows and columns altogether.
    pub fn hides_all(&self, (rows, columns): (u32, u32), aspect: f64) -> bool {
        (0..rows).all(|row| self.spans(row, columns, aspect).is_empty())
    }

    /// Which columns of a row, counted from 0, are visible: one answer a column. `aspect` is a pixel's height over its width.
    pub fn visible(&self, row: u32, columns: u32, aspect: f64) -> Vec<bool> {
        let mut visible = vec![false; columns as usize];
        for span in self.spans(row, columns, aspect) {
            let place = |column: i64| usize::try_from(column).unwrap_or(0);
            // From 1 and both included, to from 0 and the end left out.
            let inside = visible.get_mut(place(span.start() - 1)..place(*span.end()));
            inside.into_iter().flatten().for_each(|is_visible| *is_visible = true);
        }
        visible
    }

    /// The columns of a row that lie in all shapes, counted from 1; the row is counted from 0.
    fn spans(&self, row: u32, columns: u32, aspect: f64) -> Vec<RangeInclusive<i64>> {
        let at = i32::try_from(row).unwrap_or(i32::MAX).saturating_add(1);
        self.shapes.iter().fold(vec![1..=i64::from(columns)], |spans, shape| {
            let own = shape.spans(at, aspect);
            let cut = |span: &RangeInclusive<i64>, own: &RangeInclusive<i64>| {
                let both = *span.start().max(own.start())..=*span.end().min(own.end());
                (!both.is_empty()).then_some(both)
            };
            spans.iter().flat_map(|span| own.iter().filter_map(move |own| cut(span, own))).collect()
        })
    }
}

impl Shape {
    const fn name(&self) -> &'static str {
        match self {
            Self::Rectangle { .. } => "RECTANGULAR",
            Self::Circle { .. } => "CIRCULAR",
            Self::Polygon(_) => "POLYGONAL",
        }
    }

    fn read(name: &str, at: &Attributes<'_>) -> Result<Self, String> {
        match name {
            "RECTANGULAR" => {
                let [left, right, upper, lower] = [LEFT, RIGHT, UPPER, LOWER].map(|edge| whole(at, edge));
                let (columns, rows) = (left?..=right?, upper?..=lower?);
                if columns.is_empty() || rows.is_empty() {
                    return Err("its edges leave nothing between them".to_owned());
                }
                Ok(Self::Rectangle { columns, rows })
            }
            "CIRCULAR" => {
                let [row, column] = wholes(at, CENTER)?[..] else {
                    return Err(format!("{} has not two values", CENTER.name));
                };
                let radius = whole(at, RADIUS)?;
                if radius <= 0 {
                    return Err(format!("{} is {radius}", RADIUS.name));
                }
                Ok(Self::Circle { row, column, radius })
            }
            "POLYGONAL" => {
                let values = wholes(at, VERTICES)?;
                let (pairs, rest) = values.as_chunks::<2>();
                if !rest.is_empty() || !(3..=VERTICES_MAX).contains(&pairs.len()) {
                    return Err(format!("{} has {} values", VERTICES.name, values.len()));
                }
                Ok(Self::Polygon(pairs.iter().map(|&[row, column]| (row, column)).collect()))
            }
            "BITMAP" => Err("a bitmap is the shutter of a presentation state, not of an image".to_owned()),
            _ => Err("its shape is not known".to_owned()),
        }
    }

    /// The columns of a row inside, both counted from 1; spans may overlap.
    fn spans(&self, at: i32, aspect: f64) -> Vec<RangeInclusive<i64>> {
        match self {
            Self::Rectangle { columns, rows } if rows.contains(&at) => {
                vec![i64::from(*columns.start())..=i64::from(*columns.end())]
            }
            Self::Rectangle { .. } => Vec::new(),
            Self::Circle { row, column, radius } => {
                let (radius, down) = (f64::from(*radius), (f64::from(at) - f64::from(*row)) * aspect);
                let square = radius * radius - down * down;
                if square < 0.0 {
                    return Vec::new();
                }
                #[expect(clippy::cast_possible_truncation, reason = "no longer than the radius")]
                let half = square.sqrt() as i64;
                vec![i64::from(*column) - half..=i64::from(*column) + half]
            }
            Self::Polygon(vertices) => polygon_spans(vertices, i64::from(at)),
        }
    }
}

/// The closed polygon in one row: what lies between every other of its edges, and the edges themselves.
fn polygon_spans(vertices: &[(i32, i32)], at: i64) -> Vec<RangeInclusive<i64>> {
    let mut spans = Vec::new();
    let mut crossings: Vec<(i128, i128)> = Vec::new();
    let ends = vertices.iter().cycle().skip(1);
    for (&(row, column), &(next_row, next_column)) in vertices.iter().zip(ends) {
        let [row, column, next_row, next_column] = [row, column, next_row, next_column].map(i64::from);
        if row == at {
            spans.push(column..=column);
        }
        if row == at && next_row == at {
            spans.push(column.min(next_column)..=column.max(next_column));
        }
        let (low, high) = (row.min(next_row), row.max(next_row));
        if (low..high).contains(&at) {
            // Where the edge cuts the row, as a fraction with a denominator above 0.
            let [rise, run] = [next_row - row, next_column - column].map(i128::from);
            let cut = i128::from(column) * rise + i128::from(at - row) * run;
            crossings.push(if rise < 0 { (-cut, -rise) } else { (cut, rise) });
        }
    }
    crossings.sort_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
    for &[from, to] in crossings.as_chunks::<2>().0 {
        let (first, last) = (-(-from.0).div_euclid(from.1), to.0.div_euclid(to.1));
        if let (Ok(first), Ok(last)) = (i64::try_from(first), i64::try_from(last)) {
            spans.push(first..=last);
        }
    }
    spans
}

/// The whole numbers of an attribute that must be there.
fn wholes(at: &Attributes<'_>, attribute: Attribute) -> Result<Vec<i32>, String> {
    let values = at.decimals(attribute.tag).ok_or_else(|| format!("{} is missing", attribute.name))?;
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let values = values.into_iter().map(|value| value as i32).collect();
    Ok(values)
}

fn whole(at: &Attributes<'_>, attribute: Attribute) -> Result<i32, String> {
    wholes(at, attribute)?.first().copied().ok_or_else(|| format!("{} is missing", attribute.name))
}

#[cfg(test)]
mod tests {
    use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
    use dicom_object::InMemDicomObject;

    use super::super::charset::CharacterSets;
    use super::*;

    fn read(shapes: &str, values: &[(Tag, &str)]) -> (Option<Shutter>, Vec<String>) {
        let mut object = InMemDicomObject::new_empty();
        let texts = |text: &str| PrimitiveValue::Strs(text.split('\\').map(str::to_owned).collect());
        object.put(DataElement::new(tags::SHUTTER_SHAPE, VR::CS, texts(shapes)));
        for &(tag, text) in values {
            object.put(DataElement::new(tag, VR::IS, texts(text)));
        }
        Shutter::read(&Attributes { object: &object, sets: &CharacterSets::new(&[]) })
    }

    fn picture(shutter: &Shutter, (rows, columns): (u32, u32), aspect: f64) -> Vec<String> {
        let line =
            |visible: Vec<bool>| visible.iter().map(|visible| if *visible { '.' } else { '#' }).collect();
        (0..rows).map(|row| line(shutter.visible(row, columns, aspect))).collect()
    }

    fn check(shapes: &str, values: &[(Tag, &str)], aspect: f64, expected: &[&str]) {
        let (shutter, refused) = read(shapes, values);
        assert!(refused.is_empty(), "{refused:?}");
        let size = [expected.len(), expected[0].len()].map(|side| u32::try_from(side).expect("small"));
        assert_eq!(picture(&shutter.expect("a shutter"), size.into(), aspect), expected);
    }

    const RECTANGLE: [(Tag, &str); 4] =
        [(LEFT.tag, "2"), (RIGHT.tag, "5"), (UPPER.tag, "2"), (LOWER.tag, "3")];

    /// Rows and columns count from 1, and those of the edges are seen.
    #[test]
    fn a_rectangle_hides_what_lies_outside_its_edges() {
        check("RECTANGULAR", &RECTANGLE, 1.0, &["######", "#....#", "#....#", "######"]);
        let beyond = [(LEFT.tag, "0"), (RIGHT.tag, "900"), (UPPER.tag, "-5"), (LOWER.tag, "2")];
        check("RECTANGULAR", &beyond, 1.0, &["...", "...", "###"]);
    }

    /// The centre is row and then column, against the habit of graphics.
    #[test]
    fn a_circle_stands_at_its_row_and_column() {
        let circle = [(CENTER.tag, "2\\4"), (RADIUS.tag, "2")];
        check("CIRCULAR", &circle, 1.0, &["##...##", "#.....#", "##...##", "###.###", "#######"]);
    }

    /// A pixel twice as high as wide: the circle is round on the screen, and the radius is one of columns.
    #[test]
    fn a_circle_is_round_where_pixels_are_not_square() {
        let circle = [(CENTER.tag, "2\\4"), (RADIUS.tag, "2")];
        check("CIRCULAR", &circle, 2.0, &["###.###", "#.....#", "###.###", "#######"]);
    }

    #[test]
    fn a_polygon_holds_its_vertices_and_edges() {
        // Rows and columns: (1, 3), (3, 5), (3, 1).
        let triangle = [(VERTICES.tag, "1\\3\\3\\5\\3\\1")];
        check("POLYGONAL", &triangle, 1.0, &["##.##", "#...#", ".....", "#####"]);
        // A notch from above.
        let notched = [(VERTICES.tag, "1\\1\\3\\3\\1\\5\\4\\5\\4\\1")];
        check("POLYGONAL", &notched, 1.0, &[".###.", "..#..", ".....", ".....", "#####"]);
    }

    #[test]
    fn of_several_shapes_what_lies_in_all_is_visible() {
        let values = [RECTANGLE.as_slice(), &[(CENTER.tag, "2\\2"), (RADIUS.tag, "2")]].concat();
        check("RECTANGULAR\\CIRCULAR", &values, 1.0, &["######", "#...##", "#..###", "######"]);
    }

    #[test]
    fn what_is_hidden_has_the_value_that_is_stated() {
        let presentation = |values: &[(Tag, &str)]| {
            let (shutter, refused) = read("RECTANGULAR", &[RECTANGLE.as_slice(), values].concat());
            assert_eq!(refused, [""; 0]);
            shutter.expect("a shutter").presentation
        };
        let (gray, lab) = (tags::SHUTTER_PRESENTATION_VALUE, tags::SHUTTER_PRESENTATION_COLOR_CIE_LAB_VALUE);
        assert_eq!(presentation(&[]), Ink::BLACK);
        assert_eq!(presentation(&[(gray, "4000")]), Ink::of_gray(PValue(4000)));
        let both = presentation(&[(gray, "4000"), (lab, "9\\8\\7")]);
        assert_eq!(both, Ink { gray: PValue(4000), lab: Some([9, 8, 7]) });
        let light = presentation(&[(lab, "65535\\32896\\32896")]);
        assert_eq!((light.gray, light.is_colored()), (PValue::WHITE, false));
        let blue = presentation(&[(lab, "30000\\32896\\20000")]);
        assert_eq!((blue.gray, blue.is_colored()), (PValue(30_000), true));
    }

    #[test]
    fn shutters_that_cannot_be_are_refused_in_words() {
        let edges = [(LEFT.tag, "5"), (RIGHT.tag, "2"), (UPPER.tag, "1"), (LOWER.tag, "9")];
        let circle = |radius| [(CENTER.tag, "2\\4"), (RADIUS.tag, radius)];
        for ((shutter, refused), why) in [
            (read("RECTANGULAR", &edges), "shutter: its edges leave nothing between them"),
            (
                read("RECTANGULAR", edges.get(..1).expect("one")),
                "shutter: Shutter Right Vertical Edge (0018,1604) is missing",
            ),
            (read("CIRCULAR", &circle("0")), "shutter: Radius of Circular Shutter (0018,1612) is 0"),
            (
                read("CIRCULAR", &[(CENTER.tag, "2"), (RADIUS.tag, "1")]),
                "shutter: Center of Circular Shutter (0018,1610) has not two values",
            ),
            (
                read("POLYGONAL", &[(VERTICES.tag, "1\\1\\2\\2")]),
                "shutter: Vertices of the Polygonal Shutter (0018,1620) has 4 values",
            ),
            (
                read("BITMAP", &[]),
                "shutter: a bitmap is the shutter of a presentation state, not of an image",
            ),
            (read("OVAL\\OVAL", &[]), "shutter: its shape is not known"),
        ] {
            assert_eq!((shutter, refused), (None, vec![why.to_owned()]));
        }
    }

    /// The good part of two is applied.
    #[test]
    fn a_shape_that_cannot_be_does_not_cost_the_other() {
        let (shutter, refused) = read("RECTANGULAR\\CIRCULAR", &RECTANGLE);
        assert_eq!(refused, ["shutter: Center of Circular Shutter (0018,1610) is missing"]);
        assert_eq!(picture(&shutter.expect("a shutter"), (2, 6), 1.0), ["######", "#....#"]);
    }

    #[test]
    fn a_shutter_before_all_of_the_image_is_found_out() {
        let (shutter, _) = read("RECTANGULAR", &RECTANGLE);
        let shutter = shutter.expect("a shutter");
        assert!(!shutter.hides_all((2, 2), 1.0));
        assert!(shutter.hides_all((1, 2), 1.0));
        assert!(shutter.hides_all((9, 1), 1.0));
    }

    #[test]
    fn numbers_of_any_size_do_no_harm() {
        let far = "-2147483648\\2147483647\\2147483647\\-2147483648\\99999999999\\5";
        let circle =
            [(CENTER.tag, "-2147483648\\2147483647"), (RADIUS.tag, "2147483647"), (VERTICES.tag, far)];
        let (shutter, _) = read("CIRCULAR\\POLYGONAL", &circle);
        assert_eq!(shutter.expect("a shutter").visible(70_000, 3, 1.0).len(), 3);
    }
}
