//! A message in a few words, for who reads the trail.

use roxmltree::{Document, Node};

use crate::units::Phi;

/// What a message says, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// When it happened, as the message says it.
    pub at: String,
    /// What: the meaning of its code, and of its kind's where it has one.
    pub event: String,
    /// Why it failed; empty where it did not.
    pub failure: String,
    /// Who wanted it: `account@machine`, and the user of the station behind it.
    pub who: String,
    /// Study Instance UIDs.
    pub studies: Vec<String>,
    /// Whom it is about: ID and name.
    pub patients: Vec<Phi<String>>,
    /// Other machines and media that took part.
    pub others: Vec<Phi<String>>,
}

impl Summary {
    /// Of a message; `None` where it is none.
    pub fn of(message: &str) -> Option<Self> {
        let document = Document::parse(message).ok()?;
        let root = document.root_element();
        let event = root.children().find(|node| node.has_tag_name("EventIdentification"))?;
        let meaning = |name: &str| {
            let code = event.children().find(|node| node.has_tag_name(name));
            code.and_then(|code| code.attribute("originalText")).unwrap_or_default()
        };
        let (what, kind) = (meaning("EventID"), meaning("EventTypeCode"));
        let failed = event.children().find(|node| node.has_tag_name("EventOutcomeDescription"));
        let participants: Vec<_> =
            root.children().filter(|node| node.has_tag_name("ActiveParticipant")).collect();
        let person =
            participants.iter().find(|node| node.attribute("UserID").is_some_and(|id| id.contains('@')));
        let other = |node: &&Node<'_, '_>| {
            let id = node.attribute("UserID").unwrap_or_default();
            !id.contains('@') && id.parse::<u32>().is_err()
        };
        let objects: Vec<_> =
            root.children().filter(|node| node.has_tag_name("ParticipantObjectIdentification")).collect();
        let with_role = |role: &'static str| {
            objects.iter().filter(move |node| node.attribute("ParticipantObjectTypeCodeRole") == Some(role))
        };
        let studies = with_role("3").filter(|node| id_type(node) == "Study Instance UID");
        Some(Self {
            at: event.attribute("EventDateTime").unwrap_or_default().to_owned(),
            event: if kind.is_empty() { what.to_owned() } else { format!("{what}: {kind}") },
            failure: failed.and_then(|node| node.text()).unwrap_or_default().to_owned(),
            who: person.map(who).unwrap_or_default(),
            studies: studies.map(|node| id(node).to_owned()).collect(),
            patients: with_role("1").map(|node| Phi::new(format!("{} {}", id(node), called(node)))).collect(),
            others: participants
                .iter()
                .filter(other)
                .map(|node| Phi::new(node.attribute("UserID").unwrap_or_default().to_owned()))
                .collect(),
        })
    }
}

fn who(node: &Node<'_, '_>) -> String {
    let id = node.attribute("UserID").unwrap_or_default();
    node.attribute("AlternativeUserID").map_or_else(|| id.to_owned(), |user| format!("{id} ({user})"))
}

fn id<'a>(node: &Node<'a, '_>) -> &'a str {
    node.attribute("ParticipantObjectID").unwrap_or_default()
}

fn id_type<'a>(node: &Node<'a, '_>) -> &'a str {
    let code = node.children().find(|node| node.has_tag_name("ParticipantObjectIDTypeCode"));
    code.and_then(|code| code.attribute("originalText")).unwrap_or_default()
}

fn called<'a>(node: &Node<'a, '_>) -> &'a str {
    let name = node.children().find(|node| node.has_tag_name("ParticipantObjectName"));
    name.and_then(|name| name.text()).unwrap_or_default()
}
