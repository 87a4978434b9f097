//! What two application entities agree on before anything else: services, transfer syntaxes, roles. PS3.7 D.3, PS3.8 9.3.

use std::net::IpAddr;

use dicom_dictionary_std::uids;
use dicom_ul::pdu::{
    AssociationAC, AssociationRJ, AssociationRJResult, AssociationRJServiceProviderASCEReason,
    AssociationRJServiceUserReason, AssociationRJSource, AssociationRQ, Pdu, PresentationContextProposed,
    PresentationContextResult, PresentationContextResultReason, RequestorRoles, UserIdentity,
    UserIdentityType, UserVariableItem,
};
use tokio::net::{TcpListener, TcpStream};

use super::{Association, CONTEXTS_MAX, PDU_BYTES_MAX, PDV_HEADER, Stream, lost, unexpected, within};
use crate::dicom::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION};
use crate::net::user::Identity;
use crate::net::{AeTitle, Deadlines, NetError, Peer, Tls, User};

/// What answers a user identity: that the user is known. PS3.7 D.3.3.7.2.
const USER_KNOWN: u8 = 0x59;

/// How a user is turned away whom the acceptor does not know. PS3.7 D.3.3.7, PS3.8 9.3.4.
const NO_SUCH_USER: AssociationRJSource =
    AssociationRJSource::ServiceProviderASCE(AssociationRJServiceProviderASCEReason::NoReasonGiven);

/// What every association is about. PS3.7 A.2.1.
const APPLICATION_CONTEXT: &str = "1.2.840.10008.3.1.1.1";

/// A service that we ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::net) struct Proposal {
    /// Its SOP Class UID.
    pub(in crate::net) sop_class: String,
    /// In which transfer syntaxes.
    pub(in crate::net) transfer_syntaxes: Vec<String>,
    /// Whether it is us who provide it, though we ask. PS3.7 D.3.3.4.
    pub(in crate::net) as_provider: bool,
}

/// How callers are received.
#[derive(Clone, Copy)]
pub(in crate::net) struct Reception<'a> {
    /// What they must call us.
    pub(in crate::net) called: &'a AeTitle,
    /// How long we wait for them.
    pub(in crate::net) deadlines: Deadlines,
    /// How they secure the connection; none is in clear.
    pub(in crate::net) tls: Option<&'a Tls>,
    /// Who they must be.
    pub(in crate::net) user: Option<&'a User>,
}

/// A service that both agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::net) struct Context {
    /// Presentation context ID.
    pub(in crate::net) id: u8,
    /// Its SOP Class UID.
    pub(in crate::net) sop_class: String,
    /// How its data sets are written.
    pub(in crate::net) transfer_syntax: String,
}

impl Proposal {
    /// A service whose messages carry an identifier: queries and retrievals.
    pub(in crate::net) fn of_queries(sop_class: &str) -> Self {
        let transfer_syntaxes = [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN];
        Self {
            sop_class: sop_class.to_owned(),
            transfer_syntaxes: transfer_syntaxes.map(str::to_owned).into(),
            as_provider: false,
        }
    }
}

impl Association {
    /// Connects, and asks for services; an error unless one at least is agreed on.
    pub(in crate::net) async fn request(peer: &Peer, proposals: &[Proposal]) -> Result<Self, NetError> {
        let place = peer.places.take().await?;
        let identity = match peer.user.clone() {
            Some(user) => Some(read_identity(user, peer.tls.is_some()).await?),
            None => None,
        };
        let stream = connect(peer).await?;
        let mut association = Self::over(stream, peer.deadlines, peer.called.as_str(), Some(place));
        let proposed: Vec<_> = proposals.iter().take(CONTEXTS_MAX).zip(context_ids()).collect();
        association.write(&associate_request(peer, &proposed, identity)).await?;
        let accepted = match association.agreement("answer to the association request").await? {
            Pdu::AssociationAC(accepted) => accepted,
            Pdu::AssociationRJ(rejected) => return Err(rejection(&rejected, peer)),
            other => return Err(unexpected(&other)),
        };
        association.heed(&accepted.user_variables)?;
        let is_known = |item: &UserVariableItem| matches!(item, UserVariableItem::Unknown(USER_KNOWN, _));
        association.user_is_known = peer.user.is_some().then(|| accepted.user_variables.iter().any(is_known));
        let roles = |sop_class: &str| {
            accepted.user_variables.iter().find_map(|item| match item {
                UserVariableItem::ScuScpRoleSelectionSubItem(uid, roles) if uid == sop_class => Some(*roles),
                _ => None,
            })
        };
        for result in accepted.presentation_contexts {
            let proposal = proposed.iter().find(|(_, id)| *id == result.id);
            let Some((proposal, id)) = proposal.copied() else { continue };
            let is_role_ours =
                !proposal.as_provider || roles(&proposal.sop_class).is_some_and(|roles| roles.scp);
            if result.reason == PresentationContextResultReason::Acceptance && is_role_ours {
                let transfer_syntax = trimmed(&result.transfer_syntax);
                if !proposal.transfer_syntaxes.contains(&transfer_syntax) {
                    return Err(NetError::protocol("it accepted a transfer syntax that was not proposed"));
                }
                association.contexts.push(Context {
                    id,
                    sop_class: proposal.sop_class.clone(),
                    transfer_syntax,
                });
            }
        }
        Ok(association)
    }

    /// Listens for callers at an address and port; port 0 is any.
    pub(in crate::net) async fn listen(address: (IpAddr, u16)) -> Result<TcpListener, NetError> {
        TcpListener::bind(address).await.map_err(|error| NetError::Connect {
            address: format!("{}:{}", address.0, address.1),
            why: format!("it cannot be listened on ({error})"),
        })
    }

    /// Answers whoever connected: `takes` says in which of the transfer syntaxes proposed a service is provided, if at all.
    /// Callers that are not `called`, or whose title `knows` does not know, are turned away.
    pub(in crate::net) async fn accept(
        stream: TcpStream,
        reception: &Reception<'_>,
        knows: impl Fn(&str) -> bool,
        takes: impl Fn(&str, &[String]) -> Option<String>,
    ) -> Result<Self, NetError> {
        let Reception { called, deadlines, tls, user } = *reception;
        stream.set_nodelay(true).map_err(|error| lost(&error))?;
        let stream: Box<dyn Stream> = match tls {
            None => Box::new(stream),
            Some(tls) => {
                let accepted =
                    within(deadlines.silence, "TLS handshake", tls.acceptor()?.accept(stream)).await?;
                Box::new(accepted.map_err(|error| lost(&error))?)
            }
        };
        let mut association = Self::over(stream, deadlines, "", None);
        let request = match association.agreement("association request").await? {
            Pdu::AssociationRQ(request) => request,
            other => return Err(unexpected(&other)),
        };
        request.calling_ae_title.trim().clone_into(&mut association.peer);
        let given = given_identity(&request.user_variables);
        let is_known = match user {
            None => false,
            Some(user) => given.as_ref() == Some(&user.identity(tls.is_some())?),
        };
        let refusal = if request.called_ae_title.trim() != called.as_str() {
            Some(AssociationRJSource::ServiceUser(AssociationRJServiceUserReason::CalledAETitleNotRecognized))
        } else if !knows(&association.peer) {
            Some(AssociationRJSource::ServiceUser(
                AssociationRJServiceUserReason::CallingAETitleNotRecognized,
            ))
        } else if user.is_some() && !is_known {
            Some(NO_SUCH_USER)
        } else {
            None
        };
        if let Some(source) = refusal {
            let why = format!("{}: {source}", association.peer);
            let rejection = AssociationRJ { result: AssociationRJResult::Permanent, source };
            association.write(&Pdu::AssociationRJ(rejection)).await?;
            return Err(NetError::Rejected { why, is_transient: false });
        }
        association.heed(&request.user_variables)?;
        let mut results = Vec::new();
        for proposed in &request.presentation_contexts {
            let sop_class = trimmed(&proposed.abstract_syntax);
            let offered: Vec<String> = proposed.transfer_syntaxes.iter().map(|uid| trimmed(uid)).collect();
            let agreed = takes(&sop_class, &offered);
            results.push(PresentationContextResult {
                id: proposed.id,
                reason: if agreed.is_some() {
                    PresentationContextResultReason::Acceptance
                } else {
                    PresentationContextResultReason::AbstractSyntaxNotSupported
                },
                transfer_syntax: agreed.clone().or_else(|| offered.first().cloned()).unwrap_or_default(),
            });
            if let Some(transfer_syntax) = agreed {
                association.contexts.push(Context { id: proposed.id, sop_class, transfer_syntax });
            }
        }
        // Whoever wants to provide a service that is agreed on may: objects are then sent there. PS3.7 D.3.3.4.
        let roles = request.user_variables.into_iter().filter(|item| match item {
            UserVariableItem::ScuScpRoleSelectionSubItem(uid, _) => association.context_of(uid).is_some(),
            _ => false,
        });
        let roles: Vec<_> = roles.collect();
        // Of a name, with or without a passcode, the answer has no more to say.
        let answer = is_known.then(|| UserVariableItem::Unknown(USER_KNOWN, vec![0, 0]));
        let accepted = AssociationAC {
            protocol_version: 1,
            calling_ae_title: request.calling_ae_title,
            called_ae_title: request.called_ae_title,
            application_context_name: request.application_context_name,
            presentation_contexts: results,
            user_variables: about_us().into_iter().chain(roles).chain(answer).collect(),
        };
        association.write(&Pdu::AssociationAC(accepted)).await?;
        Ok(association)
    }

    /// What the peer says of itself.
    fn heed(&mut self, user_variables: &[UserVariableItem]) -> Result<(), NetError> {
        let said = user_variables.iter().find_map(|item| match item {
            UserVariableItem::MaxLength(bytes) => Some(*bytes),
            _ => None,
        });
        // PS3.8 D.1.1: 0 is no limit.
        let bytes = said.filter(|bytes| *bytes != 0).unwrap_or(PDU_BYTES_MAX).min(PDU_BYTES_MAX) as usize;
        if bytes <= PDV_HEADER {
            return Err(NetError::protocol(format!("it takes PDUs of {bytes} bytes only")));
        }
        self.send_bytes_max = bytes;
        Ok(())
    }
}

/// A connection to a peer, secured where that is wanted.
async fn connect(peer: &Peer) -> Result<Box<dyn Stream>, NetError> {
    // What is missing here is told before anybody is called.
    let secured = peer.tls.as_ref().map(|tls| tls.calling(&peer.host)).transpose()?;
    let address = format!("{}:{}", peer.host, peer.port);
    let connecting = TcpStream::connect((peer.host.as_str(), peer.port));
    let stream = within(peer.deadlines.connect, "connection", connecting)
        .await?
        .map_err(|error| NetError::Connect { address, why: error.to_string() })?;
    // Answers are short, and each waits for the one before.
    stream.set_nodelay(true).map_err(|error| lost(&error))?;
    let Some((connector, name)) = secured else { return Ok(Box::new(stream)) };
    let shaken =
        within(peer.deadlines.silence, "answer to the TLS handshake", connector.connect(name, stream))
            .await?;
    let told = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => NetError::Tls {
            why: "the archive hung up at the TLS handshake. Check that there is TLS at this port".to_owned(),
        },
        _ => lost(&error),
    };
    Ok(Box::new(shaken.map_err(told)?))
}

/// Who the reader is, read where others do not wait for it: a keyring may have to be unlocked first.
async fn read_identity(user: User, is_secured: bool) -> Result<Identity, NetError> {
    let reading = tokio::task::spawn_blocking(move || user.identity(is_secured));
    reading.await.map_err(|error| NetError::setup(error.to_string()))?
}

/// The identity that a caller gives.
fn given_identity(user_variables: &[UserVariableItem]) -> Option<Identity> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    user_variables.iter().find_map(|item| match item {
        UserVariableItem::UserIdentityItem(given) => {
            let kind = kinds().into_iter().find(|(_, kind)| *kind == given.identity_type())?.0;
            Some(Identity {
                kind,
                primary: text(given.primary_field()),
                secondary: text(given.secondary_field()),
            })
        }
        _ => None,
    })
}

/// The types of identities that are known here. PS3.7 D.3.3.7.1.
fn kinds() -> [(u8, UserIdentityType); 3] {
    [(1, UserIdentityType::Username), (2, UserIdentityType::UsernamePassword), (5, UserIdentityType::Jwt)]
}

/// Odd numbers. PS3.8 9.3.2.2.
fn context_ids() -> impl Iterator<Item = u8> {
    (1..=u8::MAX).step_by(2)
}

/// A UID without what pads it.
fn trimmed(uid: &str) -> String {
    uid.trim_matches(['\0', ' ']).to_owned()
}

fn about_us() -> Vec<UserVariableItem> {
    vec![
        UserVariableItem::MaxLength(PDU_BYTES_MAX),
        UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS_UID.to_owned()),
        UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION.to_owned()),
    ]
}

fn associate_request(peer: &Peer, proposed: &[(&Proposal, u8)], identity: Option<Identity>) -> Pdu {
    let mut user_variables = about_us();
    let named = identity.and_then(|Identity { kind, primary, secondary }| {
        let (_, kind) = kinds().into_iter().find(|(number, _)| *number == kind)?;
        let identity = UserIdentity::new(true, kind, primary.into_bytes(), secondary.into_bytes());
        Some(UserVariableItem::UserIdentityItem(identity))
    });
    user_variables.extend(named);
    let mut provided: Vec<&str> = Vec::new();
    for (proposal, _) in proposed.iter().filter(|(proposal, _)| proposal.as_provider) {
        if !provided.contains(&proposal.sop_class.as_str()) {
            provided.push(&proposal.sop_class);
            let roles = RequestorRoles { scu: false, scp: true };
            user_variables
                .push(UserVariableItem::ScuScpRoleSelectionSubItem(proposal.sop_class.clone(), roles));
        }
    }
    let context = |(proposal, id): &(&Proposal, u8)| PresentationContextProposed {
        id: *id,
        abstract_syntax: proposal.sop_class.clone(),
        transfer_syntaxes: proposal.transfer_syntaxes.clone(),
    };
    Pdu::AssociationRQ(AssociationRQ {
        protocol_version: 1,
        calling_ae_title: peer.calling.to_string(),
        called_ae_title: peer.called.to_string(),
        application_context_name: APPLICATION_CONTEXT.to_owned(),
        presentation_contexts: proposed.iter().map(context).collect(),
        user_variables,
    })
}

/// A rejection, with what to do about it. PS3.8 9.3.4.
fn rejection(rejected: &AssociationRJ, peer: &Peer) -> NetError {
    let why = match &rejected.source {
        AssociationRJSource::ServiceUser(AssociationRJServiceUserReason::CalledAETitleNotRecognized) => {
            format!("it is not called {}. Check its AE title", peer.called)
        }
        AssociationRJSource::ServiceUser(AssociationRJServiceUserReason::CallingAETitleNotRecognized) => {
            format!("it does not know {}. Add our AE title to its configuration", peer.calling)
        }
        source if *source == NO_SUCH_USER && peer.user.is_some() => {
            "without a reason, and it was told who the user is. Check user and passcode, and its log"
                .to_owned()
        }
        other => other.to_string(),
    };
    NetError::Rejected { why, is_transient: rejected.result == AssociationRJResult::Transient }
}
