//! Rows with columns, where the screen is wide enough for them.

use super::{Look, Tone, width, wrap};

/// A table with columns as wide as they need; where the screen is too narrow, a line for each field.
pub fn table(head: &[&str], rows: &[Vec<String>], look: Look) -> String {
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(place, title)| {
            let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| width(cell));
            cells.chain([width(title)]).max().unwrap_or(0)
        })
        .collect();
    let whole = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    if whole > look.columns() {
        return rows.iter().map(|row| list(head, row, look)).collect();
    }
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell)))))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    let titles: Vec<String> = head.iter().map(|&title| title.to_owned()).collect();
    let mut text = format!("{}\n", look.paint(Tone::Title, &line(&titles)));
    for row in rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    text
}

fn list(head: &[&str], row: &[String], look: Look) -> String {
    let mut cells = row.iter();
    let name = cells.next().map(String::as_str).unwrap_or_default();
    let facts: Vec<String> =
        head.iter().skip(1).zip(cells).map(|(title, cell)| format!("{title}: {cell}")).collect();
    let name = look.paint(Tone::Title, name);
    format!("{name}\n{}\n", wrap(&facts.join(", "), look.columns(), "  ", "  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_screen_gets_lines_instead_of_columns() {
        let rows = vec![
            vec!["Ada".to_owned(), "12".to_owned()],
            vec!["Grace H.".to_owned(), "3".to_owned()],
        ];
        let head = ["name", "mistakes"];
        assert_eq!(
            table(&head, &rows, Look::PLAIN),
            "name      mistakes\nAda       12\nGrace H.  3\n"
        );
        let rows = vec![vec!["Ada Byron King of Lovelace".to_owned(), "12".to_owned()]];
        let narrow = Look { width: 24, ..Look::PLAIN };
        assert_eq!(table(&head, &rows, narrow), "Ada Byron King of Lovelace\n  mistakes: 12\n");
    }
}
