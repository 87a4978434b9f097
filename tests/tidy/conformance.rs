//! What of the standards is done, and which test shows it: writes `docs/conformance.md`. Each test that is named exists.

use crate::hazards::{has_function, test};
use crate::tree::{Tree, assert_none, assert_one, here};

const PAGE: &str = "docs/conformance.md";

/// How far a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Status {
    Supported,
    Partly,
    Not,
}

use Status::{Not, Partly, Supported};

/// One requirement.
struct Row {
    id: &'static str,
    what: &'static str,
    status: Status,
    /// What is lacking, or how it is read.
    note: &'static str,
    tests: &'static [&'static str],
}

const fn row(
    id: &'static str,
    what: &'static str,
    status: Status,
    note: &'static str,
    tests: &'static [&'static str],
) -> Row {
    Row { id, what, status, note, tests }
}

const SECTIONS: &[(&str, &[Row])] = &[
    (
        "From P-value to panel: PS3.14",
        &[
            row(
                "G-1",
                "luminance of a JND index",
                Supported,
                "",
                &["tests/all/standard/gsdf.rs::both_formulas_are_the_standards_to_the_last_digits"],
            ),
            row(
                "G-2",
                "JND index of a luminance",
                Supported,
                "",
                &["tests/all/standard/gsdf.rs::both_formulas_are_the_standards_to_the_last_digits"],
            ),
            row(
                "G-3",
                "one documented inverse; a panel's ends are those measured",
                Supported,
                "the standard's polynomial",
                &["src/grayscale/gsdf.rs::there_and_back_misses_as_much_as_the_standards_two_fits_do"],
            ),
            row(
                "G-4",
                "luminances of Table B-1",
                Supported,
                "",
                &["src/grayscale/gsdf.rs::luminances_are_those_of_table_b_1"],
            ),
            row(
                "G-5",
                "indices of given luminances",
                Supported,
                "the prose of D.2 contradicts the formula",
                &["tests/all/standard/gsdf.rs::the_worked_example_of_d_2"],
            ),
            row(
                "G-7",
                "targets and levels that dcmdspfn finds",
                Supported,
                "but for the two ends, which are as measured here",
                &[
                    "tests/all/standard/gsdf.rs::sixty_monitors_have_the_targets_and_the_levels_that_dcmdspfn_finds",
                ],
            ),
            row(
                "G-8",
                "ambient light is added to every luminance",
                Supported,
                "",
                &["tests/all/standard/gsdf.rs::tables_are_those_that_trying_every_level_makes"],
            ),
            row("G-9", "criteria of ambient light", Not, "comes with the calibration of displays", &[]),
            row(
                "G-10",
                "the nearest driving level of each P-value, the lower of two, never falling",
                Supported,
                "",
                &[
                    "src/grayscale/display.rs::every_p_value_has_the_nearest_level_and_of_two_the_lower",
                    "tests/all/standard/gsdf.rs::tables_are_those_that_trying_every_level_makes",
                ],
            ),
            row(
                "G-11",
                "P-values of 12 bits or more to the last pass; one owner of the GSDF, and shown",
                Partly,
                "16 bits; surfaces have 8, with dither where asked for; ten bits need another window loop",
                &[
                    "src/config/displays.rs::the_gsdf_is_never_applied_twice",
                    "tests/all/e2e/monitors.rs::a_ramp_arrives_unchanged_or_as_the_table_of_its_monitor_says",
                    "tests/gpu/displays.rs::a_dithered_ramp_arrives_as_its_twin_says_wherever_it_stands",
                ],
            ),
            row(
                "G-12",
                "gray never through a profile, colour never through the GSDF",
                Supported,
                "",
                &[
                    "tests/gpu/colors.rs::colours_reach_the_panel_past_the_table_of_gray",
                    "tests/all/standard/color.rs::gray_says_nothing_of_colour",
                ],
            ),
            row("G-13", "patterns pixel for pixel", Not, "comes with the calibration of displays", &[]),
            row(
                "G-31",
                "a display is known by its EDID",
                Partly,
                "X11 and Linux; nothing is due yet",
                &[
                    "tests/all/oracle/edid.rs::what_a_monitor_says_is_read_as_edid_decode_reads_it",
                    "tests/all/e2e/monitors.rs::a_window_follows_its_monitor_and_what_is_said_of_it",
                ],
            ),
            row(
                "G-34",
                "ICC profiles of colour images, sRGB assumed and told",
                Partly,
                "not of optical paths; palettes that the reader takes and exports are of sRGB",
                &[
                    "tests/all/standard/color.rs::colours_are_those_of_littlecms",
                    "tests/all/standard/color.rs::without_a_profile_srgb_is_assumed_and_said",
                    "tests/gpu/monitor_colors.rs::colours_go_through_the_lattice_of_the_monitor_to_the_bit",
                ],
            ),
        ],
    ),
    (
        "From stored value to P-value: PS3.3 C.7.6.3 and C.11, PS3.4 N",
        &[
            row(
                "P-1",
                "the sample: Bits Stored at High Bit, with its sign; planes embedded above it",
                Supported,
                "",
                &[
                    "tests/all/oracle/pixels.rs::every_file_has_the_values_that_pydicom_reads",
                    "src/dicom/overlay.rs::an_embedded_plane_is_a_bit_of_each_word",
                ],
            ),
            row(
                "P-2",
                "codestreams that contradict the header; 1, 32 and 64 bits",
                Partly,
                "a codestream's sign against Pixel Representation is not told",
                &["tests/all/session/hostile.rs::a_codestream_of_another_size_than_the_header_is_refused"],
            ),
            row(
                "P-3",
                "rescale or modality LUT, never rounded; slope 0 is an error",
                Supported,
                "a table goes before a rescale beside it",
                &[
                    "tests/all/standard/modality.rs::rescaled_images_equal_dcm2pnm_to_the_bit",
                    "tests/all/standard/modality.rs::a_table_goes_before_a_rescale_and_that_is_told",
                ],
            ),
            row(
                "P-4",
                "the modality LUT's descriptor",
                Supported,
                "",
                &["tests/all/standard/modality.rs::tables_equal_dcm2pnm_to_the_bit"],
            ),
            row(
                "P-5",
                "angiograms of logarithms are shown as stored",
                Supported,
                "",
                &[
                    "tests/all/standard/modality.rs::angiograms_are_shown_as_stored_and_measured_in_their_units",
                ],
            ),
            row(
                "P-6",
                "LINEAR",
                Supported,
                "",
                &[
                    "src/grayscale/voi.rs::worked_examples",
                    "tests/all/standard/voi.rs::linear_windows_equal_dcm2pnm_to_the_bit",
                    "tests/gpu/twins.rs::modality_and_linear_windows",
                ],
            ),
            row(
                "P-7",
                "LINEAR_EXACT and SIGMOID",
                Supported,
                "",
                &[
                    "tests/all/oracle/voi.rs::windows_equal_the_standards_formulas_cut_to_integers",
                    "tests/all/standard/voi.rs::sigmoid_windows_are_within_one_p_value_of_dcm2pnm",
                    "tests/gpu/twins.rs::modality_and_linear_exact_windows",
                ],
            ),
            row(
                "P-8",
                "windows that span a range, by function",
                Supported,
                "",
                &["src/grayscale/voi.rs::a_window_that_spans_two_values_shows_them_black_and_white"],
            ),
            row(
                "P-9",
                "windows and VOI LUTs are alternatives by their explanations",
                Partly,
                "windows come first; a site cannot choose tables first",
                &["tests/all/standard/voi.rs::windows_and_tables_are_alternatives_with_their_explanations"],
            ),
            row(
                "P-10",
                "without either the whole range, or a window called auto",
                Supported,
                "",
                &["tests/all/session/looks.rs::every_frame_of_real_values_makes_a_window"],
            ),
            row(
                "P-11",
                "the VOI LUT's descriptor: its sign by what comes before, its declared bits",
                Partly,
                "bits that the data never reach are not offered a remedy",
                &[
                    "tests/all/standard/voi.rs::behind_a_rescale_the_first_input_has_the_sign_of_its_output",
                    "src/dicom/lookup_table.rs::what_comes_before_decides_the_sign_of_the_first_input",
                ],
            ),
            row(
                "P-12",
                "LUT Data of either VR, one or two entries a word",
                Supported,
                "",
                &["src/dicom/lookup_table.rs::entries_of_8_bits_lie_two_or_one_to_a_word"],
            ),
            row(
                "P-13",
                "a VOI LUT is windowed by hand and keeps its shape",
                Supported,
                "",
                &["tests/all/standard/voi.rs::a_table_is_windowed_by_hand_and_keeps_its_shape"],
            ),
            row(
                "P-14",
                "presentation LUT: shape or table",
                Supported,
                "",
                &["tests/all/standard/presentation.rs::a_presentation_lut_follows_window_and_voi_lut"],
            ),
            row(
                "P-15",
                "MONOCHROME1, inverted once",
                Supported,
                "",
                &["tests/all/standard/presentation.rs::shape_and_photometric_interpretation_invert_once"],
            ),
            row(
                "P-16",
                "padding and its range: black, left out, never interpolated",
                Supported,
                "no histogram yet",
                &[
                    "tests/gpu/tables.rs::padding_is_black_and_is_never_interpolated",
                    "tests/all/standard/header.rs::a_window_that_fits_leaves_padding_out",
                    "src/dicom/padding.rs::pixels_and_not_the_vr_say_whether_padding_is_signed",
                ],
            ),
            row(
                "P-17",
                "palette colour, segmented too",
                Supported,
                "",
                &["tests/all/oracle/color.rs::every_colour_is_the_one_that_the_file_was_made_with"],
            ),
            row(
                "P-18",
                "supplemental palettes",
                Partly,
                "their colours do not go through a profile; `render` writes their gray",
                &[
                    "tests/all/standard/supplement.rs::values_from_the_first_mapped_on_have_its_colours_and_no_gray",
                ],
            ),
            row(
                "P-19",
                "YBR in all its forms",
                Supported,
                "",
                &["tests/all/oracle/color.rs::every_colour_is_the_one_that_the_file_was_made_with"],
            ),
            row(
                "P-20",
                "functional groups; real-world value maps",
                Supported,
                "",
                &[
                    "tests/all/standard/header.rs::what_a_frame_says_counts_before_what_all_share",
                    "tests/all/standard/header.rs::what_an_enhanced_object_says_outside_its_groups_is_told_and_not_used",
                    "tests/all/oracle/real_world.rs::maps_give_the_values_that_highdicom_gives_and_none_outside",
                ],
            ),
            row(
                "P-21",
                "FOR PROCESSING says so and hangs last",
                Supported,
                "",
                &[
                    "tests/all/standard/header.rs::images_for_presentation_hang_before_those_for_processing",
                    "tests/all/standard/header.rs::every_tile_of_raw_material_says_so",
                ],
            ),
            row(
                "P-22",
                "a presentation state takes the place of what the image says",
                Supported,
                "",
                &[
                    "tests/all/session/presentation.rs::the_states_gray_replaces_the_images_wholly_until_the_reader_windows_by_hand",
                ],
            ),
            row(
                "P-23",
                "the image's own shutter, and a badge where it is switched off",
                Supported,
                "",
                &[
                    "tests/all/standard/shutter.rs::random_shutters_equal_exact_arithmetic",
                    "tests/all/session/covers.rs::planes_and_shutter_are_on_until_switched_off_and_then_a_badge_says_so",
                ],
            ),
            row(
                "P-24",
                "pixels that are not square",
                Supported,
                "",
                &[
                    "tests/all/standard/header.rs::pixel_spacing_shapes_a_pixel_before_the_spacing_of_its_shadow_and_a_bare_ratio",
                ],
            ),
            row(
                "P-25",
                "fractions are cut, the largest entry of a table is white",
                Supported,
                "DICOM leaves it open",
                &["tests/all/standard/voi.rs::voi_luts_give_the_entries_that_dcm2pnm_gives"],
            ),
            row(
                "S-6",
                "overlay planes of the image",
                Supported,
                "white without a dark surround",
                &["tests/all/standard/overlay.rs::random_planes_equal_dcm2pnm_to_the_bit"],
            ),
            row(
                "S-11",
                "the eight palettes of PS3.6 B and one's own",
                Supported,
                "",
                &["tests/all/standard/color.rs::the_well_known_palettes_are_those_of_pydicom_in_every_entry"],
            ),
            row(
                "FUS-1",
                "spatial registrations place one frame of reference in another",
                Partly,
                "matrices of frames of reference; images named without a frame, and registrations that deform, are told and not applied",
                &[
                    "src/study/registration.rs::several_matrices_are_multiplied_in_their_order",
                    "src/study/registration.rs::nonsense_is_named_and_relates_nothing",
                    "tests/all/oracle/blending.rs::points_go_from_frame_to_frame_as_the_registration_says",
                ],
            ),
            row(
                "FUS-6",
                "what places a series over another is told, and why none can be",
                Supported,
                "",
                &[
                    "tests/all/session/fusion.rs::a_registration_lays_one_frame_of_reference_over_another_and_says_so",
                    "tests/all/session/fusion.rs::without_one_the_reason_is_told",
                ],
            ),
            row(
                "FUS-4",
                "a series over another: opacity, palette and window of its own",
                Supported,
                "gray below keeps the monitor's function; the two are mixed in its levels",
                &[
                    "tests/all/oracle/fusion.rs::fused_pictures_are_those_of_others",
                    "tests/gpu/layers.rs::layers_over_images_of_gray_and_of_colour",
                    "tests/gpu/layers.rs::layers_over_reformats",
                    "tests/gpu/layers.rs::what_is_clear_changes_nothing",
                ],
            ),
            row(
                "X-14",
                "SUVbw, and why there is none",
                Supported,
                "",
                &["tests/all/oracle/suv.rs::uptake_values_and_refusals_are_those_of_the_pseudo_code"],
            ),
        ],
    ),
    (
        "Presentation states: PS3.3 A.33, C.10 and C.11, PS3.4 N",
        &[
            row(
                "S-1",
                "written states are complete for others",
                Supported,
                "of gray, colours, and gray in a palette; the monitor as contributing equipment",
                &[
                    "tests/all/session/saved_whole.rs::a_saved_state_tells_on_which_monitor_it_was_seen",
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
                "the three size modes",
                Supported,
                "",
                &[
                    "tests/all/session/presentation.rs::the_displayed_area_fills_the_viewport_in_its_three_size_modes_and_the_reader_turns_on",
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
                "the newest, or none where a hanging protocol says so; times as recorded, Timezone Offset From UTC is not applied",
                &[
                    "src/ui/tests/states.rs::every_state_of_the_study_is_a_line_the_newest_of_the_image_first",
                    "src/ui/tests/states.rs::keys_choose_a_state_and_enter_shows_it",
                    "tests/all/session/presentation.rs::of_several_states_the_newest_is_applied_and_each_can_be_chosen",
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
        ],
    ),
    (
        "Hanging protocols: PS3.3 A.44 and C.23",
        &[
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
        ],
    ),
    (
        "Archives: PS3.4 A, B and C, PS3.7, PS3.8",
        &[
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
        ],
    ),
    (
        "Audit trail: PS3.15 A.5",
        &[
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
                Supported,
                "",
                &[
                    "tests/all/net/audit.rs::messages_wait_for_a_server_and_come_in_order_each_once",
                    "src/audit/verify.rs::every_change_is_found_where_it_was_made",
                    "src/audit/verify.rs::a_message_that_is_made_anew_with_a_hash_of_its_own_does_not_fit",
                    "src/audit/verify.rs::an_end_that_was_taken_away_is_found_where_a_server_had_it",
                ],
            ),
        ],
    ),
];

fn page() -> String {
    let mut page = "# Conformance\n\nWhat of the standards Hotlight does: each requirement, how far it is met, and the test that shows it. \
        `tests/tidy/conformance.rs` writes this page (`make update`) and checks that each test exists.\n"
        .to_owned();
    for (section, rows) in SECTIONS {
        page.push_str(
            &["\n## ", section, "\n\n| | requirement | | shown by |\n| --- | --- | --- | --- |\n"].concat(),
        );
        for Row { id, what, status, note, tests } in *rows {
            let status = match status {
                Supported => "supported",
                Partly => "partly",
                Not => "not",
            };
            let status = if note.is_empty() { status.to_owned() } else { format!("{status}: {note}") };
            let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
            let cells = [*id, *what, &status, &tests.join(", ")].join(" | ");
            page.push_str(&["| ", &cells, " |\n"].concat());
        }
    }
    page
}

fn problems(tree: &Tree, sections: &[(&str, &[Row])]) -> Vec<String> {
    let mut problems = Vec::new();
    for Row { id, status, note, tests, .. } in sections.iter().flat_map(|(_, rows)| *rows) {
        if (*status == Not) != tests.is_empty() {
            problems.push(format!("{id}: what is met at all is shown by a test, what is not by none"));
        }
        if *status != Supported && note.is_empty() {
            problems.push(format!("{id}: say what is lacking"));
        }
        for span in *tests {
            let is_there = test(span)
                .is_some_and(|(path, name)| tree.text(path).is_some_and(|source| has_function(source, name)));
            if !is_there {
                problems.push(format!("{id}: there is no {span}: name the test that shows this now"));
            }
        }
    }
    problems
}

#[test]
fn every_requirement_is_shown_by_a_test_that_exists_or_says_what_is_lacking() {
    assert_none(&problems(here(), SECTIONS));
}

#[test]
fn the_page_is_as_written_here() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, page()).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "{PAGE} is not what tests/tidy/conformance.rs says: run `make update`");
}

#[test]
fn a_claim_without_proof_is_refused() {
    let tree = Tree::made_up(&[("tests/all/a.rs", "#[test]\nfn shown() {}\n")]);
    let check = |status, note, tests| problems(&tree, &[("", &[row("P-0", "", status, note, tests)])]);
    assert_none(&check(Supported, "", &["tests/all/a.rs::shown"]));
    assert_none(&check(Not, "later", &[]));
    assert_one(&check(Supported, "", &[]), "shown by a test");
    assert_one(&check(Supported, "", &["tests/all/a.rs::gone"]), "there is no tests/all/a.rs::gone");
    assert_one(&check(Partly, "", &["tests/all/a.rs::shown"]), "say what is lacking");
}
