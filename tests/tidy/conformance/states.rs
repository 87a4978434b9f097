//! Presentation states: PS3.3 A.33, C.10 and C.11, PS3.4 N.

use super::Status::{Partly, Supported};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "S-1",
        "written states are complete for others",
        Supported,
        "of gray, colours, and gray in a palette; the monitor as contributing equipment; dated by the station's clocks with Timezone Offset \
         From UTC, by the image's where it has one; patient and study as the image has them; the reader by the name that the \
         station knows",
        &[
            "tests/all/session/saved_whole.rs::a_saved_state_tells_on_which_monitor_it_was_seen",
            "tests/all/session/saved_states.rs::a_saved_state_says_who_made_it_where_and_when_and_of_which_study",
            "tests/all/session/saved_states.rs::a_state_that_the_user_of_the_account_saves_names_nobody",
            "tests/all/session/key_images.rs::documents_are_dated_by_the_clocks_of_the_station_and_say_what_their_images_say_of_the_study",
            "src/presentation/document.rs::patient_and_study_are_as_the_image_has_them",
            "tests/all/oracle/presentation.rs::states_are_written_as_highdicom_read_them",
        ],
    ),
    row(
        "S-2",
        "displayed area by its transformed corners",
        Supported,
        "what lies outside of the image is named and not applied",
        &[
            "tests/all/standard/states/mod.rs::thousands_of_states_are_what_the_formulas_of_the_standard_and_dcmp2pgm_make_of_them",
        ],
    ),
    row(
        "S-3",
        "the three size modes, and the size of a pixel",
        Supported,
        "Presentation Pixel Spacing is measured by where the image states no size of its pixels; where it states another, that counts, and this is named",
        &[
            "tests/all/session/presentation.rs::the_displayed_area_fills_the_viewport_in_its_three_size_modes_and_the_reader_turns_on",
            "tests/all/session/presentation.rs::an_image_without_a_pixel_size_is_measured_by_its_states",
            "tests/all/session/presentation.rs::a_size_that_contradicts_the_images_own_is_named_and_not_measured_by",
        ],
    ),
    row(
        "S-4",
        "rotation, then flip; texts stay upright",
        Supported,
        "",
        &[
            "tests/all/standard/states/mod.rs::thousands_of_states_are_what_the_formulas_of_the_standard_and_dcmp2pgm_make_of_them",
            "src/render/graphics.rs::a_text_stands_upright_in_its_box_however_the_picture_is_turned",
        ],
    ),
    row(
        "S-11",
        "colour, pseudo-colour and blending states",
        Partly,
        "blending states are read and applied, not written; superimposed images share one window, and a whole stack is superimposed where part of one is named; a profile is applied to the palette's colours, and mixed on the monitor; palettes of 16 bits are shown in 8",
        &[
            "tests/all/standard/state_colors.rs::a_palette_of_a_state_is_that_of_pydicom_in_every_entry",
            "tests/all/standard/state_colors.rs::gray_goes_through_the_palette_behind_the_voi_lut",
            "tests/all/standard/state_colors.rs::states_of_highdicom_are_shown_as_its_tools_have_them",
            "tests/all/standard/state_colors.rs::the_profile_of_a_colour_state_takes_the_place_of_the_images",
            "tests/all/oracle/blending.rs::pictures_of_blending_states_are_those_of_numpy",
            "tests/all/session/fusion.rs::a_blending_state_whose_superimposed_images_are_not_here_says_so",
        ],
    ),
    row(
        "S-5",
        "four kinds of shutter, and their presentation value, gray or CIELab",
        Supported,
        "",
        &[
            "tests/all/standard/state_inks.rs::layers_of_planes_and_shutters_have_each_their_gray_or_colour_in_every_picture",
            "tests/all/standard/states/mod.rs::thousands_of_states_are_what_the_formulas_of_the_standard_and_dcmp2pgm_make_of_them",
        ],
    ),
    row(
        "S-7",
        "graphics in pixels and in shares of the area",
        Supported,
        "all ten compound graphics; line and fill styles; what is too much for one picture is told",
        &[
            "src/render/graphics.rs::pixel_graphics_begin_at_the_corner_of_the_first_pixel_and_turn_with_the_image",
            "src/render/graphics.rs::display_graphics_are_shares_of_the_displayed_area_and_never_turn",
            "tests/all/oracle/graphics.rs::compound_graphics_stand_where_complex_numbers_put_them_however_the_picture_is_turned",
            "tests/all/session/graphics.rs::bad_graphics_are_named_and_good_ones_beside_them_drawn",
            "tests/all/session/graphics.rs::damaged_graphics_stay_within_the_picture_and_its_work",
        ],
    ),
    row(
        "S-8",
        "texts in boxes and at anchors",
        Supported,
        "text styles in one sans-serif family",
        &["src/render/graphics.rs::a_text_stands_upright_in_its_box_however_the_picture_is_turned"],
    ),
    row(
        "S-9",
        "layers, their order and colour",
        Partly,
        "graphics are of sRGB, whatever the monitor's profile; overlay planes are hidden when all of their layers are",
        &[
            "tests/all/standard/state_inks.rs::layers_of_planes_and_shutters_have_each_their_gray_or_colour_in_every_picture",
            "tests/all/standard/state_inks.rs::cielab_is_that_of_littlecms",
            "src/render/graphics.rs::layers_are_drawn_in_their_order_and_one_that_nobody_describes_on_top",
            "tests/all/session/graphics.rs::layers_are_switched_by_name_and_number_and_hidden_ones_are_told",
            "tests/all/standard/contradictions.rs::graphic_layers",
        ],
    ),
    row(
        "S-10",
        "one VOI a frame",
        Supported,
        "",
        &[
            "tests/all/standard/presentation_state.rs::a_public_state_of_three_tables_is_what_dcmp2pgm_makes_of_it",
        ],
    ),
    row(
        "S-12",
        "mask subtraction: AVG_SUB, TID, REV_TID, moved by parts of a pixel; before the window",
        Partly,
        "the pixel shift of single frames of enhanced images, and a viewing mode for some frames only, are not read; \
         linear intensities without a table are subtracted as they are, and that is named",
        &[
            "tests/all/standard/mask.rs::random_objects_less_their_masks_are_what_the_formula_says",
            "tests/all/session/mask.rs::what_is_recommended_is_seen_first_and_frames_without_a_mask_stay_as_they_are",
            "tests/all/session/mask.rs::a_states_mask_belongs_to_its_gray_and_rules_alone",
            "tests/all/session/mask.rs::what_is_subtracted_is_saved_with_what_is_shown",
        ],
    ),
    row(
        "S-13",
        "which of several states; as acquired at once; partly applied is said",
        Supported,
        "the newest by Timezone Offset From UTC, or by the station's clocks where an object has none; none where a hanging protocol \
         says so",
        &[
            "src/ui/tests/states.rs::every_state_of_the_study_is_a_line_the_newest_of_the_image_first",
            "src/ui/tests/states.rs::keys_choose_a_state_and_enter_shows_it",
            "tests/all/session/presentation.rs::of_several_states_the_newest_is_applied_and_each_can_be_chosen",
            "tests/all/session/presentation.rs::the_newest_of_states_from_several_places_is_the_newest_in_one_time",
            "tests/all/session/presentation.rs::what_is_not_applied_is_named_and_states_of_absent_images_are_listed",
        ],
    ),
    row(
        "S-14",
        "what is saved comes back the same",
        Partly,
        "a zoomed view to whole pixels; marks come back as graphics; no structured report",
        &[
            "tests/all/session/saved_states.rs::what_is_shown_is_saved_and_looks_the_same_when_the_study_is_opened_again",
            "tests/all/session/saved_whole.rs::what_an_applied_state_draws_goes_into_the_new_one",
            "tests/all/session/saved_whole.rs::a_table_under_a_window_by_hand_is_saved_as_what_follows_the_window",
        ],
    ),
];
