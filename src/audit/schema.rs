//! Whether a message is one: the schema of PS3.15 A.5.1.1 (RELAX NG there), as tables.

use roxmltree::{Document, Node};

/// What a value may be.
#[derive(Debug, Clone, Copy)]
enum Value {
    /// Anything.
    Text,
    /// `xsd:dateTime`, with the zone that A.5.2.5 asks for.
    DateTime,
    Boolean,
    Integer,
    Base64,
    /// One of these words.
    Of(&'static [&'static str]),
}

/// An attribute, and whether it must be there.
struct Attribute(&'static str, bool, Value);

/// What stands in a place of an element: one of these, so often at least and at most.
struct Part(&'static [&'static Shape], usize, usize);

/// An element.
struct Shape {
    name: &'static str,
    attributes: &'static [Attribute],
    /// In this order.
    parts: &'static [Part],
    /// Its text, where it has one.
    text: Option<Value>,
}

const ANY: usize = usize::MAX;

/// `CodedValueType`.
const CODED: &[Attribute] = &[
    Attribute("csd-code", true, Value::Text),
    Attribute("codeSystemName", true, Value::Text),
    Attribute("displayName", false, Value::Text),
    Attribute("originalText", true, Value::Text),
];

/// A single figure is one of A.5.1.2.1; any other code names its system.
const SOURCE_TYPE: &[Attribute] = &[
    Attribute("csd-code", true, Value::Text),
    Attribute("codeSystemName", false, Value::Text),
    Attribute("displayName", false, Value::Text),
    Attribute("originalText", false, Value::Text),
];

const OUTCOMES: &[&str] = &["0", "4", "8", "12"];
const ACTIONS: &[&str] = &["C", "R", "U", "D", "E"];
const FIGURES: &[&str] = &[
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23", "24", "25", "26",
];

const fn coded(name: &'static str) -> Shape {
    Shape { name, attributes: CODED, parts: &[], text: None }
}

const fn text(name: &'static str, value: Value) -> Shape {
    Shape { name, attributes: &[], parts: &[], text: Some(value) }
}

static EVENT_ID: Shape = coded("EventID");
static EVENT_TYPE: Shape = coded("EventTypeCode");
static ROLE: Shape = coded("RoleIDCode");
static MEDIA_TYPE: Shape = coded("MediaType");
static OBJECT_ID_TYPE: Shape = coded("ParticipantObjectIDTypeCode");
static OUTCOME_WORDS: Shape = text("EventOutcomeDescription", Value::Text);
static OBJECT_NAME: Shape = text("ParticipantObjectName", Value::Text);
static OBJECT_QUERY: Shape = text("ParticipantObjectQuery", Value::Base64);
static ENCRYPTED: Shape = text("Encrypted", Value::Boolean);
static ANONYMIZED: Shape = text("Anonymized", Value::Boolean);

static EVENT: Shape = Shape {
    name: "EventIdentification",
    attributes: &[
        Attribute("EventActionCode", false, Value::Of(ACTIONS)),
        Attribute("EventDateTime", true, Value::DateTime),
        Attribute("EventOutcomeIndicator", true, Value::Of(OUTCOMES)),
    ],
    parts: &[Part(&[&EVENT_ID], 1, 1), Part(&[&EVENT_TYPE], 0, ANY), Part(&[&OUTCOME_WORDS], 0, 1)],
    text: None,
};

static MEDIA: Shape =
    Shape { name: "MediaIdentifier", attributes: &[], parts: &[Part(&[&MEDIA_TYPE], 1, 1)], text: None };

static PARTICIPANT: Shape = Shape {
    name: "ActiveParticipant",
    attributes: &[
        Attribute("UserID", true, Value::Text),
        Attribute("AlternativeUserID", false, Value::Text),
        Attribute("UserName", false, Value::Text),
        Attribute("UserIsRequestor", true, Value::Boolean),
        Attribute("NetworkAccessPointID", false, Value::Text),
        Attribute("NetworkAccessPointTypeCode", false, Value::Of(FIGURES.split_at(5).0)),
    ],
    parts: &[Part(&[&ROLE], 0, ANY), Part(&[&MEDIA], 0, 1)],
    text: None,
};

static SOURCE_KIND: Shape =
    Shape { name: "AuditSourceTypeCode", attributes: SOURCE_TYPE, parts: &[], text: None };

static SOURCE: Shape = Shape {
    name: "AuditSourceIdentification",
    attributes: &[
        Attribute("AuditEnterpriseSiteID", false, Value::Text),
        Attribute("AuditSourceID", true, Value::Text),
    ],
    parts: &[Part(&[&SOURCE_KIND], 0, ANY)],
    text: None,
};

static DETAIL: Shape = Shape {
    name: "ParticipantObjectDetail",
    attributes: &[Attribute("type", true, Value::Text), Attribute("value", true, Value::Base64)],
    parts: &[],
    text: None,
};

const UID: &[Attribute] = &[Attribute("UID", true, Value::Text)];
static MPPS: Shape = Shape { name: "MPPS", attributes: UID, parts: &[], text: None };
static ACCESSION: Shape = Shape {
    name: "Accession",
    attributes: &[Attribute("Number", true, Value::Text)],
    parts: &[],
    text: None,
};
static INSTANCE: Shape = Shape { name: "Instance", attributes: UID, parts: &[], text: None };
static CLASS: Shape = Shape {
    name: "SOPClass",
    attributes: &[Attribute("UID", false, Value::Text), Attribute("NumberOfInstances", true, Value::Integer)],
    parts: &[Part(&[&INSTANCE], 0, ANY)],
    text: None,
};
static STUDY_IDS: Shape = Shape { name: "StudyIDs", attributes: UID, parts: &[], text: None };
static CONTAINS_STUDY: Shape = Shape {
    name: "ParticipantObjectContainsStudy",
    attributes: &[],
    parts: &[Part(&[&STUDY_IDS], 0, ANY)],
    text: None,
};

static DESCRIPTION: Shape = Shape {
    name: "ParticipantObjectDescription",
    attributes: &[],
    parts: &[
        Part(&[&MPPS], 0, ANY),
        Part(&[&ACCESSION], 0, ANY),
        Part(&[&CLASS], 0, ANY),
        Part(&[&CONTAINS_STUDY], 0, 1),
        Part(&[&ENCRYPTED], 0, 1),
        Part(&[&ANONYMIZED], 0, 1),
    ],
    text: None,
};

static OBJECT: Shape = Shape {
    name: "ParticipantObjectIdentification",
    attributes: &[
        Attribute("ParticipantObjectID", true, Value::Text),
        Attribute("ParticipantObjectTypeCode", false, Value::Of(FIGURES.split_at(4).0)),
        Attribute("ParticipantObjectTypeCodeRole", false, Value::Of(FIGURES)),
        Attribute("ParticipantObjectDataLifeCycle", false, Value::Of(FIGURES.split_at(15).0)),
        Attribute("ParticipantObjectSensitivity", false, Value::Text),
    ],
    parts: &[
        Part(&[&OBJECT_ID_TYPE], 1, 1),
        Part(&[&OBJECT_NAME, &OBJECT_QUERY], 1, 1),
        Part(&[&DETAIL], 0, ANY),
        Part(&[&DESCRIPTION], 0, ANY),
    ],
    text: None,
};

static MESSAGE: Shape = Shape {
    name: "AuditMessage",
    attributes: &[],
    parts: &[
        Part(&[&EVENT], 1, 1),
        Part(&[&PARTICIPANT], 1, ANY),
        Part(&[&SOURCE], 1, 1),
        Part(&[&OBJECT], 0, ANY),
    ],
    text: None,
};

/// Whether a text is an audit message: each fault is a sentence that names the element and no value.
pub fn check(text: &str) -> Result<(), Vec<String>> {
    let document = Document::parse(text).map_err(|error| {
        // Its own words may quote the text.
        let at = error.pos();
        vec![format!("it is no XML, at {}:{}", at.row, at.col)]
    })?;
    let root = document.root_element();
    let mut faults = Vec::new();
    if is(root, &MESSAGE) {
        MESSAGE.check(root, &mut faults);
    } else {
        faults.push(format!("it is no {}", MESSAGE.name));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn is(node: Node<'_, '_>, shape: &Shape) -> bool {
    node.has_tag_name(shape.name)
}

impl Shape {
    fn check(&self, node: Node<'_, '_>, faults: &mut Vec<String>) {
        let name = self.name;
        for Attribute(attribute, is_needed, value) in self.attributes {
            match node.attribute(*attribute) {
                None if *is_needed => faults.push(format!("{name} has no {attribute}")),
                Some(found) if !value.takes(found) => {
                    faults.push(format!("{name}: {attribute} is no {value:?}"));
                }
                _ => {}
            }
        }
        let known = |found: &str| self.attributes.iter().any(|Attribute(name, ..)| *name == found);
        for attribute in node.attributes().filter(|attribute| !known(attribute.name())) {
            faults.push(format!("{name} has no attribute {}", attribute.name()));
        }
        if name == SOURCE_KIND.name {
            check_source_type(node, faults);
        }
        let words: String =
            node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect();
        match self.text {
            Some(value) if !value.takes(words.trim()) => faults.push(format!("{name} is no {value:?}")),
            None if !words.trim().is_empty() => faults.push(format!("{name} holds no text")),
            _ => {}
        }
        self.check_parts(node, faults);
    }

    /// The elements inside, in their order.
    fn check_parts(&self, node: Node<'_, '_>, faults: &mut Vec<String>) {
        let mut inside = node.children().filter(Node::is_element).peekable();
        for Part(shapes, least, most) in self.parts {
            let mut count = 0;
            while count < *most
                && let Some((child, shape)) = inside
                    .peek()
                    .and_then(|child| Some((*child, shapes.iter().find(|shape| is(*child, shape))?)))
            {
                shape.check(child, faults);
                inside.next();
                count += 1;
            }
            if count < *least {
                let names: Vec<&str> = shapes.iter().map(|shape| shape.name).collect();
                faults.push(format!("{} has no {} in its place", self.name, names.join(" or ")));
            }
        }
        for surplus in inside {
            faults.push(format!("{} has a {} out of place", self.name, surplus.tag_name().name()));
        }
    }
}

/// A code of one figure stands alone; any other names its system, and what it means.
fn check_source_type(node: Node<'_, '_>, faults: &mut Vec<String>) {
    let figures = FIGURES.split_at(9).0;
    let code = node.attribute("csd-code").unwrap_or_default();
    let system = node.attribute("codeSystemName");
    if system.is_none() && !figures.contains(&code) {
        faults.push(format!("{}: csd-code is no figure from 1 to 9, and names no system", SOURCE_KIND.name));
    }
    if system.is_some() != node.attribute("originalText").is_some() {
        faults.push(format!("{} has a system without a meaning, or the other way round", SOURCE_KIND.name));
    }
}

impl Value {
    fn takes(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::DateTime => text.contains('T') && chrono::DateTime::parse_from_rfc3339(text).is_ok(),
            Self::Boolean => matches!(text, "true" | "false" | "1" | "0"),
            Self::Integer => text.parse::<i64>().is_ok(),
            Self::Base64 => {
                let digits = text.trim_end_matches('=');
                let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
                text.len().is_multiple_of(4) && text.len() - digits.len() <= 2 && digits.chars().all(is_digit)
            }
            Self::Of(words) => words.contains(&text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a message needs at least.
    const LEAST: &str = "<AuditMessage>\
        <EventIdentification EventDateTime=\"2026-11-28T08:00:00Z\" EventOutcomeIndicator=\"0\">\
        <EventID csd-code=\"110112\" codeSystemName=\"DCM\" originalText=\"Query\"/></EventIdentification>\
        <ActiveParticipant UserID=\"a\" UserIsRequestor=\"true\"/>\
        <AuditSourceIdentification AuditSourceID=\"b\"/>\
        <ParticipantObjectIdentification ParticipantObjectID=\"c\">\
        <ParticipantObjectIDTypeCode csd-code=\"2\" codeSystemName=\"RFC-3881\" originalText=\"Patient Number\"/>\
        <ParticipantObjectName>d</ParticipantObjectName></ParticipantObjectIdentification>\
        </AuditMessage>";

    #[track_caller]
    fn check_with(part: &str, other: &str, fault: &str) {
        assert_eq!(LEAST.matches(part).count(), 1, "{part}");
        assert_eq!(check(&LEAST.replace(part, other)), Err(vec![fault.to_owned()]));
    }

    #[test]
    fn each_rule_of_the_schema_finds_what_breaks_it() {
        assert_eq!(check(LEAST), Ok(()));
        check_with(" AuditSourceID=\"b\"", "", "AuditSourceIdentification has no AuditSourceID");
        check_with("UserID=\"a\"", "UserID=\"a\" UserId=\"a\"", "ActiveParticipant has no attribute UserId");
        check_with("\"true\"", "\"TRUE\"", "ActiveParticipant: UserIsRequestor is no Boolean");
        check_with("08:00:00Z", "08:00:00", "EventIdentification: EventDateTime is no DateTime");
        check_with(
            "Indicator=\"0\"",
            "Indicator=\"1\"",
            "EventIdentification: EventOutcomeIndicator is no Of([\"0\", \"4\", \"8\", \"12\"])",
        );
        check_with(
            "<ActiveParticipant UserID=\"a\" UserIsRequestor=\"true\"/>",
            "",
            "AuditMessage has no ActiveParticipant in its place",
        );
        check_with(
            "<ParticipantObjectName>d</ParticipantObjectName>",
            "<ParticipantObjectName>d</ParticipantObjectName><ParticipantObjectQuery/>",
            "ParticipantObjectIdentification has a ParticipantObjectQuery out of place",
        );
        check_with(
            "<ParticipantObjectName>d</ParticipantObjectName>",
            "<ParticipantObjectQuery>AB=</ParticipantObjectQuery>",
            "ParticipantObjectQuery is no Base64",
        );
        check_with("</AuditMessage>", "words</AuditMessage>", "AuditMessage holds no text");
        check_with(
            "\"b\"/>",
            "\"b\"><AuditSourceTypeCode csd-code=\"10\"/></AuditSourceIdentification>",
            "AuditSourceTypeCode: csd-code is no figure from 1 to 9, and names no system",
        );
    }

    #[test]
    fn what_is_no_message_at_all_is_told_without_its_words() {
        for text in ["ZZCANARY", "<a>ZZCANARY</a>", "<AuditMessage>ZZCANARY<", ""] {
            let faults = check(text).expect_err("no message").join(" ");
            assert!(faults.starts_with("it is no ") && !faults.contains("ZZCANARY"), "{faults}");
        }
    }
}
