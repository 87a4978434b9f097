//! As much of Markdown as the checks need: sections, tables, code spans, prose.

/// A row of a table: its line in the document, and its cells.
pub(crate) struct Row<'a> {
    pub(crate) line: usize,
    pub(crate) cells: Vec<&'a str>,
}

/// The numbered lines below the first heading that contains `heading`, up to the next of its rank. Case is ignored.
pub(crate) fn section<'a>(document: &'a str, heading: &str) -> Option<Vec<(usize, &'a str)>> {
    let wanted = heading.to_lowercase();
    let mut rank = None;
    let mut lines = Vec::new();
    for (line, text, is_fenced) in fenced(document) {
        let own = text.chars().take_while(|&c| c == '#').count();
        let is_heading = !is_fenced && own > 0;
        match rank {
            None if is_heading && text.to_lowercase().contains(&wanted) => rank = Some(own),
            Some(rank) if is_heading && own <= rank => break,
            Some(_) => lines.push((line, text)),
            None => {}
        }
    }
    rank.map(|_| lines)
}

/// The first table among `lines`, its head first; the line of dashes is left out.
pub(crate) fn table<'a>(lines: &[(usize, &'a str)]) -> Vec<Row<'a>> {
    let is_row = |text: &str| text.trim_start().starts_with('|');
    let rows = lines.iter().skip_while(|(_, text)| !is_row(text)).take_while(|(_, text)| is_row(text));
    let cells = rows
        .map(|&(line, text)| Row { line, cells: inside(text.trim()).split('|').map(str::trim).collect() });
    cells
        .filter(|row| {
            !row.cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:".contains(c)))
        })
        .collect()
}

/// What stands between backticks.
pub(crate) fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The numbered lines outside code fences, with what stands between backticks blanked out.
pub(crate) fn prose(document: &str) -> Vec<(usize, String)> {
    let lines = fenced(document).into_iter().filter(|&(_, _, is_fenced)| !is_fenced);
    lines.map(|(line, text, _)| (line, text.split('`').step_by(2).collect::<Vec<_>>().join("·"))).collect()
}

fn inside(row: &str) -> &str {
    let row = row.strip_prefix('|').unwrap_or(row);
    row.strip_suffix('|').unwrap_or(row)
}

fn fenced(document: &str) -> Vec<(usize, &str, bool)> {
    let mut is_inside = false;
    let lines = document.lines().enumerate().map(|(index, text)| {
        let is_fence = text.trim_start().starts_with("```");
        is_inside ^= is_fence;
        (index + 1, text, is_inside || is_fence)
    });
    lines.collect()
}

#[test]
fn a_section_ends_at_the_next_heading_of_its_rank_and_fences_hold_no_headings() {
    let document = "# a\n## The Map\none\n```\n# two\n```\n### three\n## four\n";
    let lines: Vec<usize> =
        section(document, "the map").unwrap_or_default().into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7]);
    assert!(section(document, "# two").is_none());
}

#[test]
fn a_table_is_read_without_its_line_of_dashes() {
    let lines =
        [(1, "text"), (2, "| a | b |"), (3, "| --- | :-: |"), (4, "| `c` | |"), (5, ""), (6, "| d |")];
    let rows: Vec<(usize, Vec<&str>)> = table(&lines).into_iter().map(|row| (row.line, row.cells)).collect();
    assert_eq!(rows, [(2, vec!["a", "b"]), (4, vec!["`c`", ""])]);
}
