//! What stored values stand for beside the modality value: real-world values and standardized uptake values.

use std::sync::Arc;

use crate::dicom::RealWorldMap;
use crate::grayscale::ModalityLut;
use crate::units::StoredValue;

use super::model::Image;

/// A quantity with its name and unit. It does not depend on what is shown. Rules P-20, X-14.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// Its name: a label of the image's own, `SUVbw`, or empty.
    pub name: String,
    /// Its unit, or empty.
    pub unit: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Map(Arc<RealWorldMap>),
    Factor(ModalityLut, f64),
}

impl Quantity {
    /// The quantity of a stored value; not a number where it has none.
    pub fn value(&self, stored: StoredValue) -> f64 {
        match &self.rule {
            Rule::Map(map) => map.value(stored.0).unwrap_or(f64::NAN),
            Rule::Factor(modality, factor) => modality.to_modality(stored).0 * factor,
        }
    }
}

/// Whether a map gives an uptake value itself: then none is computed.
fn is_suv(map: &RealWorldMap) -> bool {
    map.unit.starts_with("SUV")
}

impl Image {
    /// What the image's values stand for beside the modality value: its own maps, then SUV unless one of them is that. A map
    /// that only says again what the modality value is counts for nothing.
    pub fn quantities(&self) -> Vec<Quantity> {
        let gray = &self.attributes().gray;
        let modality = gray.modality_lut.is_none().then(|| gray.rescale.unwrap_or((1.0, 0.0)));
        let is_new = |map: &&Arc<RealWorldMap>| map.unit != self.unit() || map.line() != modality;
        let of_map = |map: &Arc<RealWorldMap>| {
            let (name, unit) = if is_suv(map) { (&map.unit, "") } else { (&map.label, map.unit.as_str()) };
            Quantity { name: name.clone(), unit: unit.to_owned(), rule: Rule::Map(Arc::clone(map)) }
        };
        let maps = || self.attributes().real_world.iter().flatten();
        let suv = self.suv.as_ref().and_then(|suv| suv.as_ref().ok()).filter(|_| !self.has_suv_map());
        let of_suv = |suv: &super::Suv| Quantity {
            name: suv.name.to_owned(),
            unit: String::new(),
            rule: Rule::Factor(self.modality_lut(), suv.factor),
        };
        maps().filter(is_new).map(of_map).chain(suv.map(of_suv)).collect()
    }

    /// Whether a map of the image's own gives an uptake value.
    pub(super) fn has_suv_map(&self) -> bool {
        self.attributes().real_world.iter().flatten().any(|map| is_suv(map))
    }
}
