//! Archives: PS3.4 A, B and C, PS3.7, PS3.8.

use super::Status::{Partly, Supported};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "Q-1",
        "query and retrieve by Study Root, and Patient Root for patients; verification; storage",
        Partly,
        "no relational queries, no storage commitment",
        &[
            "tests/all/net/dcmtk.rs::a_study_goes_to_dcmqrscp_and_comes_back_as_it_was",
            "tests/all/net/orthanc.rs::a_study_goes_to_orthanc_and_comes_back_as_it_was",
            "tests/all/net/dcmtk.rs::the_clients_of_dcmtk_are_served",
        ],
    ),
    row(
        "Q-2",
        "the usual keys of each level are asked for",
        Partly,
        "availability is not looked at yet",
        &["tests/all/net/dcmtk.rs::the_clients_of_dcmtk_are_served"],
    ),
    row(
        "Q-3",
        "unique keys of all higher levels go along; nothing relational",
        Supported,
        "",
        &["tests/all/net/dcmtk.rs::a_study_goes_to_dcmqrscp_and_comes_back_as_it_was"],
    ),
    row(
        "Q-4",
        "matching by the archive: single values, lists, wild cards, ranges",
        Partly,
        "sequences are matched in worklists only",
        &[
            "src/net/serve/matching.rs::wild_cards_lists_ranges_and_single_values",
            "tests/all/net/worklist.rs::findscu_is_answered_from_our_worklist",
        ],
    ),
    row(
        "Q-5",
        "statuses of a query; too many answers are called off and that is said",
        Supported,
        "",
        &["tests/all/net/cancel.rs::answers_beyond_the_limit_are_called_off_and_that_is_said"],
    ),
    row(
        "Q-6",
        "C-MOVE to a storage SCP of ours, C-GET with role selection; both counted against the archive's own list",
        Supported,
        "",
        &[
            "tests/all/net/parts.rs::a_study_comes_over_several_associations_whole_and_as_it_is",
            "tests/all/net/parts.rs::an_object_that_comes_twice_makes_up_for_none_that_is_missing",
            "tests/all/net/parts.rs::moves_that_share_a_receiver_get_each_their_own",
            "tests/all/net/dcmtk.rs::a_study_goes_to_dcmqrscp_and_comes_back_as_it_was",
            "tests/all/net/dcmtk.rs::what_dcmqrscp_refuses_is_said_in_words",
            "tests/all/net/serve.rs::objects_of_rare_classes_come_with_the_others",
        ],
    ),
    row(
        "Q-7",
        "objects are stored byte for byte, whatever their class and syntax",
        Partly,
        "JPIP, JPEG XL and some profiles of MPEG-4 and HEVC are not asked for",
        &[
            "tests/all/net/dcmtk.rs::compressed_objects_go_from_archive_to_archive_as_they_are",
            "tests/all/net/serve.rs::an_object_that_is_too_long_is_refused_and_the_next_is_taken",
            "tests/all/net/serve.rs::a_full_disk_is_answered_as_out_of_resources_and_what_came_before_is_kept",
            "src/store/tests.rs::a_store_that_is_full_makes_room_or_refuses_in_words",
            "tests/all/net/filed.rs::get_and_move_file_into_the_store_whole_and_once",
        ],
    ),
    row(
        "Q-8",
        "worklists of scheduled steps, asked by day, modality and station, and served from files",
        Partly,
        "no performed steps; days and times are matched each by itself",
        &[
            "tests/all/net/worklist.rs::steps_are_found_by_day_modality_and_station",
            "tests/all/net/worklist.rs::findscu_is_answered_from_our_worklist",
        ],
    ),
    row(
        "Q-9",
        "TLS 1.2 and 1.3 as BCP 195 wants them, certificates of one or both sides; users by name, passcode and token",
        Partly,
        "no Kerberos, no SAML; no lists of revoked certificates",
        &[
            "tests/all/net/tls.rs::each_flaw_of_an_archives_certificate_is_told_with_what_to_do",
            "tests/all/net/tls.rs::who_must_have_a_certificate_and_has_none_that_counts_is_told",
            "tests/all/net/tls.rs::dcmtk_is_sent_to_by_tls",
            "tests/all/net/tls.rs::the_clients_of_dcmtk_are_served_by_tls",
            "tests/all/net/user.rs::a_user_is_known_unknown_or_not_taken_notice_of",
            "tests/all/net/user.rs::passcodes_and_tokens_go_by_tls_alone",
        ],
    ),
    row(
        "Q-11",
        "priors: procedure, region, modality, side, time window; the newest and the oldest; reasons",
        Partly,
        "rejected studies are not known before they are open; the current date stands for that of a study that says none",
        &[
            "src/priors/rank/tests.rs::what_it_shows_decides_before_the_modality_and_that_before_the_date",
            "src/priors/rank/tests.rs::never_the_same_study_a_later_one_or_one_of_another_patient",
            "src/priors/rank/tests.rs::the_order_of_candidates_means_nothing_and_every_one_has_its_reason",
            "tests/all/net/priors.rs::the_prior_of_a_fetched_study_is_here_before_it_is_asked_for_and_hangs_by_one_key",
        ],
    ),
];
