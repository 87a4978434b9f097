//! The handbook's page of corner texts, written from the fields.

use std::fmt::Write as _;

use crate::dicom::TechniqueItem;

use super::field::Field;
use super::texts::SHIPPED;

/// `docs/corner-text.md`: the form of a file, and every field.
pub fn corner_text_markdown() -> String {
    let names: Vec<String> = SHIPPED.iter().map(|(name, _)| format!("`{name}.toml`")).collect();
    let mut page = format!(
        "# Corner texts\n\n\
         Written by a test from the fields in `src/corner_text` (`UPDATE=1 cargo test` rewrites it).\n\n\
         The words in the corners of a viewport come from a file for each modality: {}. A file of your own,\n\
         `corner-text/CT.toml` beside your `config.toml`, replaces the one of that name whole; the site's folder lies between\n\
         the two. A file is called as objects write the modality, in capitals; `default.toml` serves those without one.\n\
         `hotlight config check` names the files that are there and every fault in them, with line and column.\n\n\
         The patient's name, ID, sex and age are in none of these files. They stand in the top left corner always.\n\n\
         ```toml\n\
         [full]\n\
         top_left = [\"{{study}}\", \"{{study_date}} {{study_time}}\"]\n\
         top_right = [\"series {{series_number}} · {{slice_thickness}} mm\", \"{{kvp}} kV · {{exposure}} mAs\"]\n\
         bottom_left = [\"{{image_of}}   {{position}}\", \"{{window}} · {{inverted}} · {{rotation}} · {{zoom}} · {{cine}}\"]\n\
         bottom_right = []\n\n\
         [short]\n\
         bottom_left = [\"{{image_of}}\", \"{{window}}\"]\n\
         ```\n\n\
         - `[full]` and `[short]` are levels of detail; at the third there is only the identity.\n\
         - A corner or a level that a file leaves out is empty.\n\
         - `{{name}}` is a field; everything else is shown as it is written.\n\
         - ` · ` cuts a line into parts. A part whose fields are all empty is left out with its words, and so is a line\n  \
           with nothing left.\n\n\
         A field is text as the tables show it, or a bare number in the unit that stands there.\n",
        names.join(", ")
    );
    table(&mut page, "What the viewer says", Field::OF_THE_VIEWER.into_iter());
    table(&mut page, "How the image was made", TechniqueItem::ALL.iter().copied().map(Field::Technique));
    page
}

fn table(page: &mut String, title: &str, fields: impl Iterator<Item = Field>) {
    // Writing to a String does not fail.
    let _infallible = write!(page, "\n## {title}\n\n| field | what it is |\n| --- | --- |\n");
    for field in fields {
        let _infallible = writeln!(page, "| `{{{}}}` | {} |", field.name(), field.help());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with `UPDATE=1` to rewrite the page.
    #[test]
    fn the_page_of_corner_texts_is_in_step_with_the_fields() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/corner-text.md");
        let page = corner_text_markdown();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &page).expect("docs/corner-text.md is writable");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(committed, page, "docs/corner-text.md is stale: UPDATE=1 cargo test rewrites it");
    }
}
