//! The command set of a DIMSE message. PS3.7 6.3, 9.3, E.1: implicit VR little endian, whatever the data set behind it is in.

use super::status::Status;
use crate::net::NetError;

/// What a message asks or answers. Command Field (0000,0100), PS3.7 E.1-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(in crate::net) enum Field {
    StoreRequest = 0x0001,
    StoreResponse = 0x8001,
    GetRequest = 0x0010,
    GetResponse = 0x8010,
    FindRequest = 0x0020,
    FindResponse = 0x8020,
    MoveRequest = 0x0021,
    MoveResponse = 0x8021,
    EchoRequest = 0x0030,
    EchoResponse = 0x8030,
    CancelRequest = 0x0FFF,
}

impl Field {
    const ALL: [Self; 11] = [
        Self::StoreRequest,
        Self::StoreResponse,
        Self::GetRequest,
        Self::GetResponse,
        Self::FindRequest,
        Self::FindResponse,
        Self::MoveRequest,
        Self::MoveResponse,
        Self::EchoRequest,
        Self::EchoResponse,
        Self::CancelRequest,
    ];

    /// Whether it answers.
    const fn is_response(self) -> bool {
        self as u16 & 0x8000 != 0
    }

    /// Whether it names the message that it answers or calls off, not itself.
    const fn names_another(self) -> bool {
        self.is_response() || matches!(self, Self::CancelRequest)
    }
}

/// How many objects of a C-GET or C-MOVE are where. PS3.7 9.3.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SubOperations {
    /// Still to come; absent in a last answer.
    pub remaining: Option<u16>,
    /// Sent.
    pub completed: u16,
    /// Not sent.
    pub failed: u16,
    /// Sent, with something to say.
    pub warnings: u16,
}

/// A command set, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::net) struct Command {
    pub(in crate::net) field: Field,
    /// Message ID; of an answer, that of the message that it answers.
    pub(in crate::net) message: u16,
    /// Affected SOP Class UID, or empty.
    pub(in crate::net) sop_class: String,
    /// Affected SOP Instance UID, or empty.
    pub(in crate::net) instance: String,
    /// Whether a data set follows.
    pub(in crate::net) has_data: bool,
    /// Of an answer.
    pub(in crate::net) status: Status,
    /// Of a C-MOVE: where to.
    pub(in crate::net) destination: String,
    /// Of a C-STORE that a C-MOVE caused: who asked, and in which message.
    pub(in crate::net) origin: Option<(String, u16)>,
    /// Of an answer to C-GET and C-MOVE.
    pub(in crate::net) operations: SubOperations,
}

/// Elements of group 0000.
mod element {
    pub(super) const GROUP_LENGTH: u16 = 0x0000;
    pub(super) const SOP_CLASS: u16 = 0x0002;
    pub(super) const FIELD: u16 = 0x0100;
    pub(super) const MESSAGE: u16 = 0x0110;
    pub(super) const ANSWERED: u16 = 0x0120;
    pub(super) const DESTINATION: u16 = 0x0600;
    pub(super) const PRIORITY: u16 = 0x0700;
    pub(super) const DATA_SET: u16 = 0x0800;
    pub(super) const STATUS: u16 = 0x0900;
    pub(super) const COMMENT: u16 = 0x0902;
    pub(super) const INSTANCE: u16 = 0x1000;
    pub(super) const REMAINING: u16 = 0x1020;
    pub(super) const COMPLETED: u16 = 0x1021;
    pub(super) const FAILED: u16 = 0x1022;
    pub(super) const WARNINGS: u16 = 0x1023;
    pub(super) const ORIGIN_TITLE: u16 = 0x1030;
    pub(super) const ORIGIN_MESSAGE: u16 = 0x1031;
}

/// Command Data Set Type (0000,0800): none.
const NO_DATA_SET: u16 = 0x0101;

impl Command {
    /// A message of its own.
    pub(in crate::net) fn request(field: Field, message: u16, sop_class: &str) -> Self {
        Self {
            field,
            message,
            sop_class: sop_class.to_owned(),
            instance: String::new(),
            has_data: false,
            status: Status::default(),
            destination: String::new(),
            origin: None,
            operations: SubOperations::default(),
        }
    }

    /// The answer to a message.
    pub(in crate::net) fn response(field: Field, to: &Self, status: Status) -> Self {
        let instance = to.instance.clone();
        Self { instance, status, ..Self::request(field, to.message, &to.sop_class) }
    }

    /// As it is sent.
    pub(in crate::net) fn encode(&self) -> Vec<u8> {
        let mut elements = Elements::default();
        elements.text(element::SOP_CLASS, &self.sop_class, 0);
        elements.number(element::FIELD, self.field as u16);
        let names = if self.field.names_another() { element::ANSWERED } else { element::MESSAGE };
        elements.number(names, self.message);
        elements.text(element::DESTINATION, &self.destination, b' ');
        let has_priority = matches!(
            self.field,
            Field::StoreRequest | Field::GetRequest | Field::FindRequest | Field::MoveRequest
        );
        if has_priority {
            const MEDIUM: u16 = 0;
            elements.number(element::PRIORITY, MEDIUM);
        }
        elements.number(element::DATA_SET, if self.has_data { 1 } else { NO_DATA_SET });
        if self.field.is_response() {
            elements.number(element::STATUS, self.status.code);
            elements.text(element::COMMENT, &self.status.comment, b' ');
        }
        elements.text(element::INSTANCE, &self.instance, 0);
        if matches!(self.field, Field::GetResponse | Field::MoveResponse) {
            let counts = &self.operations;
            if let Some(remaining) = counts.remaining {
                elements.number(element::REMAINING, remaining);
            }
            elements.number(element::COMPLETED, counts.completed);
            elements.number(element::FAILED, counts.failed);
            elements.number(element::WARNINGS, counts.warnings);
        }
        if let Some((title, message)) = &self.origin {
            elements.text(element::ORIGIN_TITLE, title, b' ');
            elements.number(element::ORIGIN_MESSAGE, *message);
        }
        elements.whole()
    }

    /// Reads what was sent.
    pub(in crate::net) fn decode(bytes: &[u8]) -> Result<Self, NetError> {
        let find =
            |wanted| Elements::values(bytes).find(|(element, _)| *element == wanted).map(|(_, value)| value);
        let number = |element| Some(u16::from_le_bytes(find(element)?.first_chunk::<2>().copied()?));
        let text = |element| {
            let text = String::from_utf8_lossy(find(element).unwrap_or_default());
            text.trim_matches(['\0', ' ']).to_owned()
        };
        let missing = |what: &str| NetError::protocol(format!("a command without its {what}"));
        let code = number(element::FIELD).ok_or_else(|| missing("field"))?;
        let field = Field::ALL.into_iter().find(|field| *field as u16 == code);
        let field = field.ok_or_else(|| NetError::protocol(format!("an unknown command 0x{code:04X}")))?;
        let names = if field.names_another() { element::ANSWERED } else { element::MESSAGE };
        let status = if field.is_response() {
            let code = number(element::STATUS).ok_or_else(|| missing("status"))?;
            Status { code, comment: text(element::COMMENT) }
        } else {
            Status::default()
        };
        let count = |element| number(element).unwrap_or_default();
        Ok(Self {
            field,
            message: number(names).ok_or_else(|| missing("message number"))?,
            sop_class: text(element::SOP_CLASS),
            instance: text(element::INSTANCE),
            has_data: number(element::DATA_SET).ok_or_else(|| missing("data set type"))? != NO_DATA_SET,
            status,
            destination: text(element::DESTINATION),
            origin: number(element::ORIGIN_MESSAGE).map(|message| (text(element::ORIGIN_TITLE), message)),
            operations: SubOperations {
                remaining: number(element::REMAINING),
                completed: count(element::COMPLETED),
                failed: count(element::FAILED),
                warnings: count(element::WARNINGS),
            },
        })
    }
}

/// Elements of group 0000, one after the other, in ascending order.
#[derive(Default)]
struct Elements(Vec<u8>);

impl Elements {
    fn put(&mut self, element: u16, value: &[u8]) {
        let length = u32::try_from(value.len()).unwrap_or_default();
        self.0.extend([0, 0]);
        self.0.extend(element.to_le_bytes());
        self.0.extend(length.to_le_bytes());
        self.0.extend(value);
    }

    fn number(&mut self, element: u16, value: u16) {
        self.put(element, &value.to_le_bytes());
    }

    /// A text of even length; none where it is empty.
    fn text(&mut self, element: u16, text: &str, padding: u8) {
        let mut bytes = text.as_bytes().to_vec();
        bytes.extend((bytes.len() % 2 == 1).then_some(padding));
        if !bytes.is_empty() {
            self.put(element, &bytes);
        }
    }

    /// Behind the length of the group.
    fn whole(self) -> Vec<u8> {
        let length = u32::try_from(self.0.len()).unwrap_or_default();
        let mut all = Self::default();
        all.put(element::GROUP_LENGTH, &length.to_le_bytes());
        all.0.extend(self.0);
        all.0
    }

    /// Each element of the group with its value, as far as they are whole.
    fn values(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
        let mut rest = bytes;
        std::iter::from_fn(move || {
            let ([g0, g1, e0, e1, length @ ..], value) = rest.split_first_chunk::<8>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let (value, behind) = value.split_at_checked(length)?;
            rest = behind;
            ([*g0, *g1] == [0, 0]).then(|| (u16::from_le_bytes([*e0, *e1]), value))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn command() -> impl Strategy<Value = Command> {
        let field = (0..Field::ALL.len()).prop_map(|index| Field::ALL[index]);
        let uid = "[0-9.]{0,64}";
        let counts = (any::<Option<u16>>(), any::<u16>(), any::<u16>(), any::<u16>());
        (field, any::<u16>(), uid, uid, any::<bool>(), any::<u16>(), "[A-Z]{0,16}", counts).prop_map(
            |(field, message, sop_class, instance, has_data, code, title, counts)| {
                let (remaining, completed, failed, warnings) = counts;
                let has_counts = matches!(field, Field::GetResponse | Field::MoveResponse);
                let counted = SubOperations { remaining, completed, failed, warnings };
                Command {
                    field,
                    message,
                    sop_class,
                    instance,
                    has_data,
                    status: if field.is_response() {
                        Status { code, comment: title.clone() }
                    } else {
                        Status::default()
                    },
                    origin: (!title.is_empty()).then(|| (title.clone(), message)),
                    destination: title,
                    operations: if has_counts { counted } else { SubOperations::default() },
                }
            },
        )
    }

    proptest! {
        #[test]
        fn a_command_is_read_as_it_was_sent(command in command()) {
            prop_assert_eq!(Command::decode(&command.encode()), Ok(command));
        }

        #[test]
        fn whatever_comes_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _read_or_refused = Command::decode(&bytes);
        }
    }

    /// PS3.7 9.3.5.1, as every echoscu sends it.
    #[test]
    fn an_echo_is_that_of_the_standard() {
        let echo = Command::request(Field::EchoRequest, 1, "1.2.840.10008.1.1").encode();
        let expected = b"\0\0\0\0\x04\0\0\0\x38\0\0\0\
            \0\0\x02\0\x12\0\0\x001.2.840.10008.1.1\0\
            \0\0\0\x01\x02\0\0\0\x30\0\
            \0\0\x10\x01\x02\0\0\0\x01\0\
            \0\0\0\x08\x02\0\0\0\x01\x01";
        assert_eq!(echo, expected);
    }

    #[test]
    fn a_cut_command_is_refused_by_what_it_lacks() {
        let whole = Command::request(Field::FindRequest, 7, "1.2").encode();
        for cut in 0..whole.len() - 1 {
            let refused = Command::decode(whole.get(..cut).expect("a prefix"));
            assert!(matches!(refused, Err(NetError::Protocol { .. })), "{cut}");
        }
    }
}
