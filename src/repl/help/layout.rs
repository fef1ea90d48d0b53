//! How a page of help is laid out: headings, paragraphs and two columns that become one where the
//! screen is narrow.

use crate::screen::{Look, Tone, markdown, width, wrap};

/// Screens narrower than this get one column.
const TWO_COLUMNS: usize = 36;

/// The widest left column.
const LEFT: usize = 22;

/// Lines longer than this are hard to read.
const LONGEST: usize = 88;

/// A page that is being filled.
pub(super) struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Self { look, text: String::new() }
    }

    fn columns(&self) -> usize {
        self.look.columns().min(LONGEST)
    }

    /// The name of what the page is about.
    pub(super) fn title(&mut self, text: &str) {
        self.gap();
        let wrapped = wrap(text, self.columns(), "", "    ");
        self.lines(&wrapped, Tone::Title);
    }

    /// A heading over some rows.
    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        let wrapped = wrap(text, self.columns(), "", "");
        self.lines(&wrapped, Tone::Strong);
    }

    /// A paragraph, in which `…` marks what is typed.
    pub(super) fn text(&mut self, text: &str) {
        self.gap();
        self.text.push_str(&markdown::render(text, Look { width: self.columns(), ..self.look }));
        self.text.push('\n');
    }

    /// A paragraph in the margin.
    pub(super) fn remark(&mut self, text: &str) {
        self.gap();
        let wrapped = wrap(text, self.columns(), "", "");
        self.lines(&wrapped, Tone::Dim);
    }

    /// Names with what is said of each.
    pub(super) fn rows<A: AsRef<str>, B: AsRef<str>>(&mut self, rows: &[(A, B)]) {
        let columns = self.columns();
        let widest = rows.iter().map(|(name, _)| width(name.as_ref())).max().unwrap_or(0);
        let left = widest.min(LEFT).min(columns / 3);
        let hang = " ".repeat(left + 3);
        for (name, about) in rows {
            let (name, about) = (name.as_ref(), about.as_ref());
            if columns < TWO_COLUMNS || width(name) > left {
                let wrapped = wrap(name, columns, "", "    ");
                self.lines(&wrapped, Tone::Accent);
                let indent = if columns < TWO_COLUMNS { "  " } else { &hang };
                self.lines(&wrap(about, columns, indent, indent), Tone::Normal);
                continue;
            }
            let wrapped = wrap(about, columns, &hang, &hang);
            let behind = wrapped.get(left..).unwrap_or_default();
            let gap = " ".repeat(left - width(name));
            self.text.push_str(&self.look.paint(Tone::Accent, name));
            self.text.push_str(&gap);
            self.text.push_str(behind);
            self.text.push('\n');
        }
    }

    /// The page, which ends with a line end.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// A blank line, unless the page begins.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn lines(&mut self, text: &str, tone: Tone) {
        for line in text.lines() {
            self.text.push_str(&self.look.paint(tone, line));
            self.text.push('\n');
        }
    }
}
