//! Moments and spans of time as Docker and Redis print them. All times are milliseconds since 1970,
//! UTC, and are handed in.

use std::fmt::Write as _;

/// A moment taken apart.
struct Date {
    year: i64,
    month: i64,
    day: i64,
    seconds: i64,
    milliseconds: u64,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The calendar date of a moment. Days are counted in eras of 400 years that begin in March, so
/// that the leap day is the last of its year.
fn date(ms: u64) -> Date {
    let whole = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    let days = whole / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    Date {
        year: era * 400 + year_of_era + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted + 2) / 5 + 1,
        seconds: whole % 86_400,
        milliseconds: ms % 1000,
    }
}

/// `21 Feb 2026 18:04:29.653`, as in Redis's log.
pub fn log_time(ms: u64) -> String {
    let date = date(ms);
    let month = usize::try_from(date.month - 1).ok().and_then(|month| MONTHS.get(month));
    let mut text = format!("{:02} {} {} ", date.day, month.copied().unwrap_or("Jan"), date.year);
    clock(&mut text, date.seconds);
    let _ = write!(text, ".{:03}", date.milliseconds);
    text
}

/// `2026-02-21T18:04:29Z`
pub fn rfc3339(ms: u64) -> String {
    let mut text = day_and_clock(&date(ms));
    text.push('Z');
    text
}

/// `2026-02-21T18:04:29.653000000Z`
pub fn rfc3339_nano(ms: u64) -> String {
    let date = date(ms);
    let mut text = day_and_clock(&date);
    let _ = write!(text, ".{:03}000000Z", date.milliseconds);
    text
}

/// `2026-02-21 18:04:29`
pub fn day_and_time(ms: u64) -> String {
    day_and_clock(&date(ms)).replace('T', " ")
}

/// `18:04`
pub fn hour_and_minute(ms: u64) -> String {
    let seconds = date(ms).seconds;
    format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

fn day_and_clock(date: &Date) -> String {
    let mut text = format!("{:04}-{:02}-{:02}T", date.year, date.month, date.day);
    clock(&mut text, date.seconds);
    text
}

fn clock(text: &mut String, seconds: i64) {
    let _ = write!(text, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// A span of time in Docker's words: `9 seconds`, `About a minute`, `2 hours`.
pub fn span(ms: u64) -> String {
    const HOUR: u64 = 3_600_000;
    let seconds = ms / 1000;
    let minutes = seconds / 60;
    // Docker rounds hours to the nearest, everything else down.
    let hours = (ms + HOUR / 2) / HOUR;
    match (seconds, minutes, hours) {
        (0, _, _) => "Less than a second".to_owned(),
        (1, _, _) => "1 second".to_owned(),
        (2..60, _, _) => format!("{seconds} seconds"),
        (_, 1, _) => "About a minute".to_owned(),
        (_, 2..60, _) => format!("{minutes} minutes"),
        (_, _, 1) => "About an hour".to_owned(),
        (_, _, 2..48) => format!("{hours} hours"),
        (_, _, 48..336) => format!("{} days", hours / 24),
        (_, _, 336..1440) => format!("{} weeks", hours / 24 / 7),
        (_, _, 1440..17_520) => format!("{} months", hours / 24 / 30),
        (_, _, _) => format!("{} years", seconds / 3600 / 24 / 365),
    }
}

/// How long ago a moment was whose seconds alone are known, as that of a creation.
pub fn ago(then: u64, now: u64) -> String {
    format!("{} ago", span(now.saturating_sub(then - then % 1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_printed_as_in_the_log() {
        assert_eq!(log_time(1_771_697_069_653), "21 Feb 2026 18:04:29.653");
        assert_eq!(log_time(0), "01 Jan 1970 00:00:00.000");
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(4_102_444_799_000), "2099-12-31T23:59:59Z");
        assert_eq!(day_and_time(1_771_697_069_653), "2026-02-21 18:04:29");
        assert_eq!(hour_and_minute(1_771_697_069_653), "18:04");
        assert_eq!(rfc3339_nano(1_771_697_069_653), "2026-02-21T18:04:29.653000000Z");
    }

    #[test]
    fn spans_are_in_dockers_words() {
        const MINUTE: u64 = 60_000;
        const HOUR: u64 = 60 * MINUTE;
        for (ms, words) in [
            (0, "Less than a second"),
            (999, "Less than a second"),
            (1000, "1 second"),
            (9999, "9 seconds"),
            (59_999, "59 seconds"),
            (MINUTE, "About a minute"),
            (2 * MINUTE, "2 minutes"),
            (HOUR - 1, "59 minutes"),
            (HOUR, "About an hour"),
            (HOUR + 29 * MINUTE, "About an hour"),
            (HOUR + 30 * MINUTE, "2 hours"),
            (47 * HOUR, "47 hours"),
            (48 * HOUR, "2 days"),
            (14 * 24 * HOUR, "2 weeks"),
            (60 * 24 * HOUR, "2 months"),
            (730 * 24 * HOUR, "2 years"),
        ] {
            assert_eq!(span(ms), words, "{ms}");
        }
    }
}
