//! What a state lays over a frame: its shutter, and the overlay planes that it activates. PS3.3 C.7.6.11, C.7.6.15, C.11.7;
//! rules S-5, S-6.

use std::sync::Arc;

use super::state::{OverlayActivation, PresentationState, StateShutter};
use crate::dicom::{Cover, Frame, Instance, OverlayPlane};
use crate::units::PValue;

/// What lies over one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCover {
    /// The cells; nothing where nothing is drawn.
    pub cells: Option<Arc<Cover>>,
    /// The gray of overlay planes: that of the topmost layer with one.
    pub planes: PValue,
    /// The gray of what the shutter hides.
    pub shutter: PValue,
    /// What the state asks for and is not drawn on this frame, in words.
    pub refused: Vec<String>,
}

impl StateCover {
    /// Nothing, as it could not be drawn, which is said.
    pub fn not_drawn() -> Self {
        let refused = vec!["shutter and overlay planes: drawing them has failed".to_owned()];
        Self { cells: None, planes: PValue::WHITE, shutter: PValue::BLACK, refused }
    }
}

impl PresentationState {
    /// Whether anything of it lies over pixels, or should.
    pub fn has_cover(&self) -> bool {
        self.shutter != StateShutter::None || !self.activations.is_empty()
    }

    /// What lies over a frame of an image, counted from 0: only what the state says, never what the image says by itself.
    pub fn cover(&self, instance: &Instance, number: u32, frame: &Frame) -> StateCover {
        let size = (frame.rows, frame.columns);
        let mut drawing =
            Drawing { state: self, frame, instance, number, size, refused: Vec::new(), cells: Vec::new() };
        drawing.cells = vec![0; size.0 as usize * size.1 as usize];
        let shutter = drawing.shutter();
        for activation in &self.activations {
            drawing.activate(activation);
        }
        let Drawing { cells, refused, .. } = drawing;
        let cells = cells.iter().any(|cell| *cell != 0).then(|| Arc::new(Cover::new(cells)));
        StateCover { cells, planes: self.plane_gray(), shutter, refused }
    }

    /// The gray of activated overlay planes.
    fn plane_gray(&self) -> PValue {
        let is_used = |name: &str| self.activations.iter().any(|activation| activation.layer == name);
        let layers = self.layers.iter().filter(|layer| is_used(&layer.name));
        let top = layers.max_by_key(|layer| layer.order);
        top.and_then(|layer| layer.gray.or(layer.color.map(|[lightness, ..]| PValue(lightness))))
            .unwrap_or(PValue::WHITE)
    }
}

struct Drawing<'a> {
    state: &'a PresentationState,
    frame: &'a Frame,
    instance: &'a Instance,
    number: u32,
    size: (u32, u32),
    cells: Vec<u8>,
    refused: Vec<String>,
}

impl Drawing<'_> {
    /// Marks what the shutter hides, and gives its gray. One that hides the whole image is a mistake, and not applied.
    fn shutter(&mut self) -> PValue {
        let ((rows, columns), aspect) = (self.size, self.instance.image.pixel_aspect);
        match &self.state.shutter {
            StateShutter::None => PValue::BLACK,
            StateShutter::Shapes(shutter) if shutter.hides_all((rows, columns), aspect) => {
                self.refused.push("shutter: it hides the whole image".to_owned());
                PValue::BLACK
            }
            StateShutter::Shapes(shutter) => {
                for row in 0..rows {
                    let visible = shutter.visible(row, columns, aspect);
                    let hidden = (0..columns).zip(visible).filter(|(_, is_visible)| !is_visible);
                    hidden.for_each(|(column, _)| {
                        mark(&mut self.cells, columns, (row, column), Cover::SHUTTER);
                    });
                }
                shutter.presentation
            }
            StateShutter::Bitmap { group, presentation } => {
                self.draw(*group, Cover::SHUTTER, "shutter");
                if self.cells.iter().all(|cell| cell & Cover::SHUTTER != 0) {
                    self.cells.fill(0);
                    self.refused.push("shutter: it hides the whole image".to_owned());
                }
                *presentation
            }
        }
    }

    fn activate(&mut self, activation: &OverlayActivation) {
        self.draw(activation.group, Cover::PLANES, "overlay");
    }

    /// Whether the image's own planes are drawn, all of them.
    fn draws_all_of_image(&self) -> bool {
        let is_activated = |group| self.state.activations.iter().any(|activation| activation.group == group);
        let is_shadowed = |group| self.state.overlays.iter().any(|own| own.group == group);
        let mut groups = self.instance.overlays.iter().map(|plane| plane.group);
        groups.all(|group| is_activated(group) && !is_shadowed(group))
    }

    /// The state's plane of a group, else the image's.
    fn draw(&mut self, group: u16, bit: u8, what: &str) {
        let of_group = |plane: &&OverlayPlane| plane.group == group;
        let own = self.state.overlays.iter().find(of_group);
        match own.or_else(|| self.instance.overlays.iter().find(of_group)) {
            None if self.instance.blank_overlays.contains(&group) => {}
            None => self.refused.push(format!("{what}: plane {group:04X}, which is not there")),
            Some(plane) if plane.is_embedded() && bit == Cover::PLANES && self.draws_all_of_image() => {
                // They were drawn when the pixels were read, and cannot be told apart any more.
                let drawn = self.frame.cover.iter().flat_map(Cover::cells);
                for (cell, drawn) in self.cells.iter_mut().zip(drawn) {
                    *cell |= drawn & bit;
                }
            }
            Some(plane) if plane.is_embedded() => {
                self.refused.push(format!("{what}: plane {group:04X}, which lies in the pixel data"));
            }
            Some(plane) => {
                let (cells, columns) = (&mut self.cells, self.size.1);
                plane.draw_packed(self.number, self.size, |row, column| {
                    mark(cells, columns, (row, column), bit);
                });
            }
        }
    }
}

fn mark(cells: &mut [u8], columns: u32, (row, column): (u32, u32), bit: u8) {
    let place = row as usize * columns as usize + column as usize;
    cells.get_mut(place).into_iter().for_each(|cell| *cell |= bit);
}
