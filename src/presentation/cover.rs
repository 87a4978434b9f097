//! What a state lays over a frame: its shutter, and the overlay planes that it activates. PS3.3 C.7.6.11, C.7.6.15, C.11.7;
//! rules S-5, S-6.

use std::sync::Arc;

use super::graphic::GraphicLayer;
use super::state::{PresentationState, StateShutter};
use crate::color::Ink;
use crate::dicom::{Cover, Frame, Instance, OverlayPlane};

/// What lies over one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCover {
    /// The cells; nothing where nothing is drawn.
    pub cells: Option<Arc<Cover>>,
    /// What overlay planes are drawn in, by the number of their layer in the cells, from 1.
    pub planes: Vec<Ink>,
    /// What is drawn over what the shutter hides.
    pub shutter: Ink,
    /// What the state asks for and is not drawn on this frame, in words.
    pub refused: Vec<String>,
}

impl StateCover {
    /// Nothing, as it could not be drawn, which is said.
    pub fn not_drawn() -> Self {
        let refused = vec!["shutter and overlay planes: drawing them has failed".to_owned()];
        Self { cells: None, planes: Vec::new(), shutter: Ink::BLACK, refused }
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
        let layers = self.layers_of_planes();
        for (number, layer) in (1..=Cover::LAYER).zip(&layers) {
            for activation in self.activations.iter().filter(|activation| activation.layer == *layer) {
                drawing.draw(activation.group, number, "overlay");
            }
        }
        let Drawing { cells, refused, .. } = drawing;
        let cells = cells.iter().any(|cell| *cell != 0).then(|| Arc::new(Cover::new(cells)));
        let planes = layers.iter().map(|layer| self.ink_of_planes(layer)).collect();
        StateCover { cells, planes, shutter, refused }
    }

    /// The layers that overlay planes are activated in, the lowest first. One that nobody describes lies on top. Rule S-9.
    fn layers_of_planes(&self) -> Vec<&str> {
        let layers = self.activations.iter().map(|activation| activation.layer.as_str());
        let mut layers: Vec<&str> = layers.collect();
        layers.sort_unstable();
        layers.dedup();
        layers.sort_by_key(|name| {
            let layer = self.layers.iter().find(|layer| layer.name == *name);
            layer.map_or(i64::MAX, |layer| layer.order)
        });
        layers
    }

    /// What the layer recommends, else white, as without a state.
    fn ink_of_planes(&self, layer: &str) -> Ink {
        let layer = self.layers.iter().find(|known| known.name == layer);
        layer.and_then(GraphicLayer::ink).unwrap_or(Ink::WHITE)
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
    /// Marks what the shutter hides, and says what is drawn there. One that hides the whole image is a mistake, and not applied.
    fn shutter(&mut self) -> Ink {
        let ((rows, columns), aspect) = (self.size, self.instance.image.pixel_aspect);
        match &self.state.shutter {
            StateShutter::None => Ink::BLACK,
            StateShutter::Shapes(shutter) if shutter.hides_all((rows, columns), aspect) => {
                self.refused.push("shutter: it hides the whole image".to_owned());
                Ink::BLACK
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

    /// Whether the image's own planes are drawn, all of them; and whether all alike.
    fn draws_all_of_image(&self) -> Option<bool> {
        let is_shadowed = |group| self.state.overlays.iter().any(|own| own.group == group);
        let ink = |group| {
            let activated = self.state.activations.iter().find(|activation| activation.group == group);
            activated
                .filter(|_| !is_shadowed(group))
                .map(|activation| self.state.ink_of_planes(&activation.layer))
        };
        let groups = self.instance.overlays.iter().map(|plane| plane.group);
        let inks: Vec<Ink> = groups.map(ink).collect::<Option<_>>()?;
        Some(inks.iter().all(|ink| Some(ink) == inks.first()))
    }

    /// The state's plane of a group, else the image's, onto cells: the number of a layer, or the bit of the shutter.
    fn draw(&mut self, group: u16, onto: u8, what: &str) {
        let of_group = |plane: &&OverlayPlane| plane.group == group;
        let own = self.state.overlays.iter().find(of_group);
        let Some(plane) = own.or_else(|| self.instance.overlays.iter().find(of_group)) else {
            if !self.instance.blank_overlays.contains(&group) {
                self.refused.push(format!("{what}: plane {group:04X}, which is not there"));
            }
            return;
        };
        if !plane.is_embedded() {
            let (cells, columns) = (&mut self.cells, self.size.1);
            plane
                .draw_packed(self.number, self.size, |row, column| mark(cells, columns, (row, column), onto));
            return;
        }
        match self.draws_all_of_image().filter(|_| onto != Cover::SHUTTER) {
            None => self.refused.push(format!("{what}: plane {group:04X}, which lies in the pixel data")),
            Some(are_alike) => {
                // They were drawn when the pixels were read, and cannot be told apart any more.
                let told = "overlay: planes in the pixel data lie in one layer".to_owned();
                if !are_alike && !self.refused.contains(&told) {
                    self.refused.push(told);
                }
                let drawn = self.frame.cover.iter().flat_map(Cover::cells);
                let cells = self.cells.iter_mut().zip(drawn);
                let marked = cells.filter(|(_, drawn)| *drawn & Cover::LAYER != 0);
                marked.for_each(|(cell, _)| lay(cell, onto));
            }
        }
    }
}

fn mark(cells: &mut [u8], columns: u32, (row, column): (u32, u32), onto: u8) {
    let place = row as usize * columns as usize + column as usize;
    cells.get_mut(place).into_iter().for_each(|cell| lay(cell, onto));
}

/// A layer takes the place of those below; the shutter stays beside it.
const fn lay(cell: &mut u8, onto: u8) {
    *cell = if onto == Cover::SHUTTER { *cell | onto } else { (*cell & Cover::SHUTTER) | onto };
}
