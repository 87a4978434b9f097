//! Hanging protocols: PS3.3 A.44 and C.23.

use super::Status::{Not, Partly, Supported};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "H-1",
        "definition: for which studies, of what priors, which image sets",
        Partly,
        "written and read; named priors and attributes that no protocol asks for are told",
        &[
            "src/hanging/object/tests.rs::every_shipped_protocol_comes_back_in_all_that_both_can_say",
            "src/hanging/object/tests.rs::a_broken_object_is_refused_with_the_attribute_at_fault",
            "tests/all/oracle/hanging.rs::dciodvfy_takes_every_shipped_protocol",
        ],
    ),
    row(
        "H-2",
        "environment: screens and where they lie",
        Partly,
        "pixels, depth and speed of screens are told and not asked for",
        &[
            "src/hanging/object/layout.rs::grids_come_back_from_the_positions_of_their_views",
            "src/hanging/object/tests.rs::the_standards_chest_radiographs_hang_as_its_example_says",
        ],
    ),
    row(
        "H-3",
        "display: presentation groups, image boxes, filters, reformatting, intent, scrolling together",
        Partly,
        "no sorting, no blending, no navigation: each is told",
        &[
            "src/hanging/object/tests.rs::anothers_object_is_the_protocol_that_it_says",
            "src/hanging/object/tests.rs::what_no_shipped_protocol_says_comes_back_too",
        ],
    ),
    row(
        "H-4",
        "presentation states before intent",
        Not,
        "protocols do not hang anything in the viewer yet",
        &[],
    ),
    row(
        "H-5",
        "from a protocol to an object and back without loss; what cannot be said is named",
        Supported,
        "by a private block, as long as nobody changes the object",
        &[
            "src/hanging/object/tests.rs::what_hotlight_wrote_comes_back_letter_by_letter_until_somebody_changes_it",
            "tests/all/cli/hang.rs::a_protocol_goes_out_as_an_object_and_comes_back_letter_by_letter",
        ],
    ),
];
