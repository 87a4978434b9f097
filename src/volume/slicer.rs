//! Presets of 3D Slicer as transfer functions: MRML with elements `VolumeProperty`, as `presets.xml`, and files `.vp`.
//!
//! There, too, opacity is that of a millimetre. Curves are `COUNT VALUE OPACITY …` and `COUNT VALUE RED GREEN BLUE …`, where
//! the count is that of numbers; of two points at one value the second lies the least bit higher.

use roxmltree::{Document, Node, ParsingOptions};

use super::transfer::{Shading, Transfer, TransferFile};
use super::transfers::Transfers;

/// A preset as ours, and what of it is not.
#[derive(Debug, Clone, PartialEq)]
pub struct SlicerPreset {
    /// Its name in commands, made of its own.
    pub name: String,
    /// What its file states.
    pub file: TransferFile,
    /// What could not be carried over, in words.
    pub left_out: Vec<String>,
}

/// What is wrong with a preset: `LINE: WHAT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {what}")]
pub struct SlicerFault {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong there.
    pub what: String,
}

/// The largest file that is read, bytes: a thousand presets.
pub const SLICER_BYTES_MAX: u64 = 4 << 20;

/// Elements and texts of a file, at most.
const NODES_MAX: u32 = 1 << 16;

/// Elements within one another, at most: the parser calls itself for each, and the stack is no larger than it is.
const DEPTH_MAX: usize = 64;

/// The lines of a `.vp` file, in their order.
const LINES: [&str; 9] = [
    "interpolation",
    "shade",
    "diffuse",
    "ambient",
    "specular",
    "specularPower",
    "scalarOpacity",
    "gradientOpacity",
    "colorTransfer",
];

/// Reads all presets of a file, whose name without its ending is `stem`. What is wrong with one leaves the others.
pub fn read_slicer(stem: &str, text: &str) -> (Vec<SlicerPreset>, Vec<SlicerFault>) {
    let found = if text.trim_start().starts_with(['<', '\u{feff}']) {
        of_xml(text).unwrap_or_else(|fault| vec![Err(fault)])
    } else {
        vec![of_lines(stem, text)]
    };
    let (presets, faults): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    (
        presets.into_iter().filter_map(Result::ok).collect(),
        faults.into_iter().filter_map(Result::err).collect(),
    )
}

fn of_xml(text: &str) -> Result<Vec<Result<SlicerPreset, SlicerFault>>, SlicerFault> {
    if is_deep(text) {
        let what =
            format!("more than {DEPTH_MAX} elements lie within one another: this is no file of presets");
        return Err(SlicerFault { line: 1, what });
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| SlicerFault { line: error.pos().row, what: error.to_string() })?;
    let is_preset = |node: &Node<'_, '_>| node.has_tag_name("VolumeProperty");
    let presets: Vec<_> = document.descendants().filter(is_preset).collect();
    if presets.is_empty() {
        let what = "no element VolumeProperty: this is no file of volume presets".to_owned();
        return Err(SlicerFault { line: 1, what });
    }
    let preset = |node: Node<'_, '_>| {
        let line = document.text_pos_at(node.range().start).row;
        let name = node.attribute("name").unwrap_or_default();
        let what = |what| if name.is_empty() { what } else { format!("{}: {what}", short(name)) };
        preset(name, |key| node.attribute(key)).map_err(|fault| SlicerFault { line, what: what(fault) })
    };
    Ok(presets.into_iter().map(preset).collect())
}

/// Whether elements lie deeper within one another than in any file of presets, as the parser would find them.
fn is_deep(text: &str) -> bool {
    const NO_ELEMENTS: [(&str, &str); 3] = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some((_, from)) = rest.split_once('<') {
        let of = |&(begin, end): &(&str, &'static str)| Some((from.strip_prefix(begin)?, end));
        if let Some((inside, end)) = NO_ELEMENTS.iter().find_map(of) {
            rest = inside.split_once(end).map_or("", |(_, rest)| rest);
            continue;
        }
        rest = from;
        if from.starts_with('/') {
            depth = depth.saturating_sub(1);
            continue;
        }
        // A value may hold what ends the element.
        let mut quote = None;
        let is_end = |letter: char| {
            match quote {
                Some(open) if letter == open => quote = None,
                None if matches!(letter, '"' | '\'') => quote = Some(letter),
                Some(_) | None => {}
            }
            quote.is_none() && letter == '>'
        };
        let Some((tag, behind)) = from.split_once(is_end) else { return false };
        rest = behind;
        depth += usize::from(!tag.ends_with('/'));
        if depth > DEPTH_MAX {
            return true;
        }
    }
    false
}

fn of_lines(stem: &str, text: &str) -> Result<SlicerPreset, SlicerFault> {
    let lines: Vec<&str> = text.lines().collect();
    let of = |key: &str| {
        let place = LINES.iter().position(|line| *line == key)?;
        lines.get(place).copied().filter(|line| !line.trim().is_empty())
    };
    preset(stem, of).map_err(|what| {
        let place = LINES.iter().position(|key| what.starts_with(key)).unwrap_or(0);
        SlicerFault { line: u32::try_from(place + 1).unwrap_or(1), what }
    })
}

/// A preset by its attributes; or what is wrong with which.
fn preset<'a>(title: &str, of: impl Fn(&str) -> Option<&'a str>) -> Result<SlicerPreset, String> {
    // What is not said is as VTK has it.
    let number = |key: &str, usual: f64| match of(key) {
        None => Ok(usual),
        Some(text) => finite(text.trim()).ok_or_else(|| format!("{key}: '{}' is not a number", short(text))),
    };
    let points = |key: &str| of(key).ok_or_else(|| format!("{key} is missing"));
    let opacity = curve("scalarOpacity", points("scalarOpacity")?)?;
    let color = curve("colorTransfer", points("colorTransfer")?)?;
    let mut left_out = Vec::new();
    if let Some(text) = of("gradientOpacity")
        && curve::<2>("gradientOpacity", text)?.iter().any(|[_, opacity]| *opacity < 1.0)
    {
        left_out.push("opacity by gradient is not carried over: flat regions look denser".to_owned());
    }
    if number("interpolation", 1.0)? < 0.5 {
        left_out.push("nearest values are not carried over: values between voxels lie on lines".to_owned());
    }
    let power = number("specularPower", 10.0)?;
    let shininess = power.clamp(1.0, 256.0);
    let shading = if number("shade", 0.0)? < 0.5 {
        Shading { ambient: 1.0, diffuse: 0.0, specular: 0.0, shininess: 1.0 }
    } else {
        if (power - shininess).abs() > 0.0 {
            left_out.push(format!("specularPower {power} became {shininess}"));
        }
        let [ambient, diffuse] = [number("ambient", 0.1)?, number("diffuse", 0.7)?];
        Shading { ambient, diffuse, specular: number("specular", 0.2)?, shininess }
    };
    let no_name = || format!("name: '{}' has no letter to make a name of, or too many", short(title));
    let name = name_of(title).ok_or_else(no_name)?;
    let modality = title.split('-').next().filter(|modality| ["CT", "MR", "PT", "NM"].contains(modality));
    let file = TransferFile {
        title: short(title),
        modality: modality.unwrap_or_default().to_owned(),
        opacity,
        color,
        shading,
    };
    Transfer::new(&name, file.clone()).map_err(|fault| fault.to_string())?;
    Ok(SlicerPreset { name, file, left_out })
}

/// What a file says, as much of it as a line has room for: it may be of megabytes.
fn short(text: &str) -> String {
    const LETTERS_MAX: usize = 60;
    let end = text.char_indices().nth(LETTERS_MAX).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).map_or_else(|| text.to_owned(), |start| format!("{start}…"))
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Points of so many numbers, after their count. They rise: of two at one value the second lies the least bit higher.
fn curve<const N: usize>(key: &str, text: &str) -> Result<Vec<[f64; N]>, String> {
    let mut words = text.split_ascii_whitespace();
    let count: Option<usize> = words.next().and_then(|count| count.parse().ok());
    let count = count.ok_or_else(|| format!("{key} does not begin with a count of numbers"))?;
    let numbers: Vec<f64> = words
        .map(|word| finite(word).ok_or_else(|| format!("{key}: '{}' is not a number", short(word))))
        .collect::<Result<_, _>>()?;
    let (points, rest) = numbers.as_chunks::<N>();
    if numbers.len() != count || !rest.is_empty() {
        let has = numbers.len();
        return Err(format!("{key} says {count} numbers, in groups of {N}, and has {has}"));
    }
    let (mut stated, mut last) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let rising = |&point: &[f64; N]| {
        let mut point = point;
        if let Some(value) = point.first_mut() {
            if *value < stated {
                return Err(format!("{key}: {value} stands behind a larger value"));
            }
            stated = *value;
            last = if *value > last { *value } else { next_above(last) };
            *value = last;
        }
        Ok(point)
    };
    points.iter().map(rising).collect()
}

/// The next number above, but none so small that it is not a normal one.
fn next_above(value: f64) -> f64 {
    if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value.next_up() }
}

fn name_of(title: &str) -> Option<String> {
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    if name.is_empty() {
        return None;
    }
    let name = if Transfers::check_name(&name).is_ok() { name } else { format!("slicer-{name}") };
    Transfers::check_name(&name).is_ok().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTRIBUTES: &str = r#"name="CT-Ours Two" shade="1" ambient="0.2" diffuse="0.9" specular="0.3" specularPower="12"
        interpolation="1" scalarOpacity="8 -1000 0 100 0 100 0.25 900 0.5" gradientOpacity="4 0 1 255 1"
        colorTransfer="8 -1000 0 0 0 900 1 0.5 0.25""#;

    fn xml(attributes: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<MRML>\n <VolumeProperty {attributes}/>\n</MRML>")
    }

    fn one(text: &str) -> SlicerPreset {
        let (presets, faults) = read_slicer("ours", text);
        assert_eq!(faults, []);
        <[_; 1]>::try_from(presets).map(|[preset]| preset).expect("one preset")
    }

    #[test]
    fn curves_light_and_name_are_carried_over() {
        let SlicerPreset { name, file, left_out } = one(&xml(ATTRIBUTES));
        assert_eq!(
            (name.as_str(), file.title.as_str(), file.modality.as_str()),
            ("ct-ours-two", "CT-Ours Two", "CT")
        );
        assert_eq!(file.opacity, [[-1000.0, 0.0], [100.0, 0.0], [100.0_f64.next_up(), 0.25], [900.0, 0.5]]);
        assert_eq!(file.color, [[-1000.0, 0.0, 0.0, 0.0], [900.0, 1.0, 0.5, 0.25]]);
        assert_eq!(file.shading, Shading { ambient: 0.2, diffuse: 0.9, specular: 0.3, shininess: 12.0 });
        assert!(left_out.is_empty(), "{left_out:?}");
    }

    #[test]
    fn what_is_left_out_is_said() {
        let told = |from: &str, to: &str| one(&xml(&ATTRIBUTES.replace(from, to))).left_out.join("; ");
        assert!(told("4 0 1 255 1", "4 0 0 255 1").contains("opacity by gradient"));
        assert!(told("interpolation=\"1\"", "interpolation=\"0\"").contains("nearest values"));
        assert_eq!(told("Power=\"12\"", "Power=\"0\""), "specularPower 0 became 1");
        let flat = one(&xml(&ATTRIBUTES.replace("shade=\"1\"", "shade=\"0\"")));
        assert_eq!(flat.file.shading, Shading { ambient: 1.0, diffuse: 0.0, specular: 0.0, shininess: 1.0 });
        assert_eq!(one(&xml(&ATTRIBUTES.replace("CT-Ours Two", "Bone"))).name, "slicer-bone");
    }

    #[test]
    fn lines_of_a_vp_file_are_the_same() {
        let text = "1\n1\n0.9\n0.2\n0.3\n12\n8 -1000 0 100 0 100 0.25 900 0.5\n4 0 1 255 1\n8 -1000 0 0 0 900 1 0.5 0.25\n";
        let of_xml = one(&xml(ATTRIBUTES));
        let title = "ours".to_owned();
        assert_eq!(
            one(text),
            SlicerPreset {
                name: title.clone(),
                file: TransferFile { title, modality: String::new(), ..of_xml.file },
                left_out: Vec::new(),
            }
        );
    }

    #[test]
    fn points_at_one_value_lie_the_least_bit_apart() {
        let points = curve::<2>("x", "8 -1 0 0 0 0 1 0 0.5").expect("points");
        let tiny = f64::MIN_POSITIVE;
        assert_eq!(points, [[-1.0, 0.0], [0.0, 0.0], [tiny, 1.0], [tiny.next_up(), 0.5]]);
    }

    #[test]
    fn faults_name_the_line_and_leave_the_others() {
        let (presets, faults) =
            read_slicer("x", &xml(&format!("name=\"Bad\"/>\n <VolumeProperty {ATTRIBUTES}")));
        assert_eq!(presets.len(), 1);
        assert_eq!(faults, [SlicerFault { line: 3, what: "Bad: scalarOpacity is missing".to_owned() }]);
        let fault = |text: &str| {
            let (presets, faults) = read_slicer("ours", text);
            assert_eq!(presets, []);
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        let of = |from: &str, to: &str| fault(&xml(&ATTRIBUTES.replace(from, to)));
        assert_eq!(
            of("8 -1000 0 100", "9 -1000 0 100"),
            "3: CT-Ours Two: scalarOpacity says 9 numbers, in groups of 2, and has 8"
        );
        assert_eq!(
            of("0 100 0 100", "0 100 0 99"),
            "3: CT-Ours Two: scalarOpacity: 99 stands behind a larger value"
        );
        assert_eq!(of("900 0.5", "900 x"), "3: CT-Ours Two: scalarOpacity: 'x' is not a number");
        assert_eq!(of("900 0.5", "900 nan"), "3: CT-Ours Two: scalarOpacity: 'nan' is not a number");
        assert!(of("900 0.5", "900 2").contains("opacity and colours lie from 0 to 1"));
        assert!(of("900 1 0.5", "1e999 1 0.5").contains("'1e999' is not a number"));
        assert!(of("ambient=\"0.2\"", "ambient=\"2\"").contains("`shading`"));
        assert_eq!(fault("<MRML/>"), "1: no element VolumeProperty: this is no file of volume presets");
        assert!(fault("<MRML>\n<a></MRML>").starts_with("2: "), "{}", fault("<MRML>\n<a></MRML>"));
        assert!(fault("<!DOCTYPE x [<!ENTITY y 'z'>]><MRML/>").contains("DTD"));
        let long = "x".repeat(1 << 16);
        for said in
            [of("900 0.5", &long), of("shade=\"1\"", &format!("shade=\"{long}\"")), of("CT-Ours Two", &long)]
        {
            assert!(said.contains("xxx…") && said.len() < 200, "{} bytes", said.len());
        }
        let title = format!("CT{}", " ".repeat(1 << 16));
        assert_eq!(one(&xml(&ATTRIBUTES.replace("CT-Ours Two", &title))).file.title.chars().count(), 61);
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(fault(&nested(64)).starts_with("1: no element"), "{}", fault(&nested(64)));
        assert!(fault(&nested(65)).contains("within one another"));
        // As many as there are nodes would be more than the stack has room for.
        assert!(fault(&"<a>".repeat(60_000)).contains("within one another"));
        assert!(
            fault(&r#"<a b="/>"><!--></a></a>--><?x </a>?><![CDATA[</a>]]>"#.repeat(65))
                .contains("within one another")
        );
        let flat = format!("<a>{}</a>", "<b c='>'/><!--<b>-->".repeat(99));
        assert!(fault(&flat).starts_with("1: no element"), "{}", fault(&flat));
        assert_eq!(fault("1\n1\n0.9\n0.2\n"), "7: scalarOpacity is missing");
        assert_eq!(
            fault("1\n1\nx\n0.2\n0\n1\n4 0 0 1 1\n\n8 0 0 0 0 1 1 1 1"),
            "3: diffuse: 'x' is not a number"
        );
        assert_eq!(fault(""), "7: scalarOpacity is missing");
        assert!(of("CT-Ours Two", "\u{e4}").contains("has no letter to make a name of"));
    }
}
