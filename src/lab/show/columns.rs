//! Tables as docker prints them: cells padded to the widest of their column and three blanks, at
//! least ten characters, the last cell as it is.

/// Lays out rows under a head.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let all = || std::iter::once(&head).chain(rows);
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = all().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count() + 3).max().unwrap_or(0).max(10)
        })
        .collect();
    let mut text = String::new();
    for row in all() {
        let mut cells = row.iter().zip(&widths).peekable();
        while let Some((cell, width)) = cells.next() {
            text.push_str(cell);
            if cells.peek().is_some() {
                text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
        }
        text.push('\n');
    }
    text
}

/// A text cut to so many characters, the last of them an ellipsis.
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_docker_makes_them() {
        let rows = vec![vec!["local".to_owned(), "redis-data".to_owned()]];
        assert_eq!(
            table(&["DRIVER", "VOLUME NAME"], &rows),
            "DRIVER    VOLUME NAME\nlocal     redis-data\n"
        );
        assert_eq!(cut("docker-entrypoint.sh redis-server", 20), "docker-entrypoint.s…");
        assert_eq!(cut("short", 20), "short");
    }
}
