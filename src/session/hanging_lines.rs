//! The panel that says why the study that is read hangs as it does.

use crate::command::{Next, ProtocolCommand};
use crate::study::{DisplaySetId, Library};

use super::fused::series_words;
use super::state::Session;

/// A line of that panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HangingLine {
    /// What it is about: a stage, a set, a protocol.
    pub title: String,
    /// Why it is so.
    pub why: String,
    /// What is so: `on screen`, `left out`, `chosen`; or nothing.
    pub state: &'static str,
    /// Whether it lacks something.
    pub is_lacking: bool,
    /// What Enter does.
    pub command: Option<ProtocolCommand>,
}

impl Session {
    /// The protocol, its stages and sets, and every other protocol.
    pub fn hanging_lines(&self, library: &Library) -> Vec<HangingLine> {
        let Some(hung) = &self.hung else { return Vec::new() };
        let mut lines = Vec::new();
        if let Some(winner) = hung.winner() {
            let why = if winner.held.is_empty() {
                "it is for every study".to_owned()
            } else {
                winner.held.join("; ")
            };
            lines.push(HangingLine {
                title: format!("Protocol {}: {}", winner.id, winner.name),
                why,
                state: "chosen",
                is_lacking: false,
                command: Some(ProtocolCommand::By(winner.id.clone())),
            });
            for (place, stage) in winner.stages.iter().enumerate() {
                let tiles = stage.screens.iter().flat_map(|screen| &screen.tiles);
                let shown = tiles.map(|tile| {
                    let set = &tile.view.set;
                    match &tile.shown {
                        Ok(_) => format!("{} {set}", tile.letter),
                        Err(why) => format!("{} {set}, empty: {why}", tile.letter),
                    }
                });
                lines.push(HangingLine {
                    title: format!("Stage {}: {}", place + 1, stage.name),
                    why: shown.collect::<Vec<_>>().join(" · "),
                    state: if place == hung.stage { "on screen" } else { "" },
                    is_lacking: false,
                    command: Some(ProtocolCommand::Stage(Next::Number(place + 1))),
                });
            }
            for (name, why) in &winner.left_out {
                lines.push(line(format!("Stage: {name}"), why.clone(), "left out", true));
            }
            for (name, picked) in &winner.sets {
                let (what, why, is_lacking) = match picked {
                    Ok(picked) => (series(&picked.id, library), picked.why.clone(), false),
                    Err(why) => ("none".to_owned(), why.clone(), true),
                };
                lines.push(line(format!("Set {name}: {what}"), why, "", is_lacking));
            }
        }
        for loser in &hung.hanging.losers {
            let command = Some(ProtocolCommand::By(loser.id.clone()));
            let title = format!("Protocol {}", loser.id);
            lines.push(HangingLine { command, ..line(title, loser.why.clone(), "not taken", true) });
        }
        lines
    }
}

fn line(title: String, why: String, state: &'static str, is_lacking: bool) -> HangingLine {
    HangingLine { title, why, state, is_lacking, command: None }
}

/// `series 3, CT Lung 1.0`
pub(super) fn series(id: &DisplaySetId, library: &Library) -> String {
    let Some((_, series, set)) = library.find(id) else { return "not here".to_owned() };
    let words = set.images.first().map(series_words).unwrap_or_default();
    let number = series.attributes.number.map(|number| format!("series {number}"));
    let parts = [number.unwrap_or_default(), words, set.label.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
