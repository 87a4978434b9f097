//! Audit trail: PS3.15 A.5.

use super::Status::{Partly, Supported};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "A-1",
        "messages in the XML of A.5.1, each event with what its table of A.5.3 asks for",
        Partly,
        "no network entry, no order or procedure record, no patient record: the program does none of these; studies that the store lets go to make room are not recorded",
        &[
            "src/audit/tests.rs::every_message_is_one_by_the_schema",
            "src/audit/tests.rs::every_message_has_what_its_table_asks_for",
            "src/audit/tests.rs::each_patient_of_an_export_is_named_once_and_where_it_went",
        ],
    ),
    row(
        "A-2",
        "start and end, users, studies on screen, questions, transfers, exports, alerts",
        Partly,
        "in the viewer; the commands that talk to archives or draw without a window record nothing",
        &[
            "src/app/auditor.rs::the_program_and_its_users_are_recorded_from_start_to_end",
            "tests/all/session/audit.rs::a_study_and_the_prior_beside_it_are_recorded_from_when_they_are_seen_to_the_end",
            "tests/all/net/audit.rs::what_is_asked_fetched_and_sent_is_recorded_with_the_archive",
            "tests/all/cli/audit.rs::with_one_it_alone_names_the_patient_and_whoever_asks_is_told_who_saw_whom",
        ],
    ),
    row(
        "A-3",
        "syslog over TLS: RFC 5424, 5425; PRI 85, DICOM+RFC3881, port 6514",
        Supported,
        "",
        &[
            "src/net/syslog.rs::a_frame_is_its_length_the_header_and_the_text_in_utf_8",
            "tests/all/net/audit.rs::messages_wait_for_a_server_and_come_in_order_each_once",
            "tests/all/net/audit.rs::a_server_that_is_not_whom_it_should_be_gets_nothing_and_that_is_recorded",
        ],
    ),
    row(
        "A-4",
        "what cannot be sent is kept; a change of what was kept is found",
        Partly,
        "hashes without a key: an end that was cut off, or written anew to fit, is found only where a server had it",
        &[
            "tests/all/net/audit.rs::messages_wait_for_a_server_and_come_in_order_each_once",
            "src/audit/verify.rs::every_change_is_found_where_it_was_made",
            "src/audit/verify.rs::a_message_that_is_made_anew_with_a_hash_of_its_own_does_not_fit",
            "src/audit/verify.rs::an_end_that_was_taken_away_is_found_where_a_server_had_it",
        ],
    ),
];
