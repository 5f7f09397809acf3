//! The history: what each build did, one record after the other in `history-1`.
//!
//! It is added to, and now and then loses its oldest builds. A record that a crash left torn is not there, and the next one takes
//! its number. Reading takes no lock.

use std::collections::HashMap;
use std::io;

use super::Store;
use super::codec::{Bytes, put_length, put_number, put_text};
use super::log::Log;
use crate::digest::Digest;

/// What the history starts with; another form has another first line.
const HEADER: &[u8] = b"layercake history 1\n";
/// The file of the history, in the store.
pub(super) const FILE: &str = "history-1";
/// How many builds it keeps; once there are twice as many, the older half goes.
pub(super) const MOST_BUILDS: u32 = 1_000;

/// A build that did something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildRecord {
    /// Its number, counted from 1.
    pub number: u64,
    /// When it began, in nanoseconds since 1970 by the clock of the file system.
    pub time: i64,
    /// The version of layercake.
    pub version: String,
    /// The plan's file name.
    pub plan: String,
    /// The steps it was asked for; empty for every step.
    pub targets: Vec<String>,
    /// Values given to variables of the plan.
    pub overrides: Vec<(String, String)>,
    /// Whether it was to go on after a failure.
    pub keep_going: bool,
    /// How long it took, in microseconds.
    pub microseconds: u64,
    /// How many steps ended in which way, none left out: a word such as `built`, and the number; and
    /// how many `findings` of checks were errors, if any.
    pub counts: Vec<(String, u64)>,
    /// How many warnings there were.
    pub warnings: u64,
    /// The steps that were not simply fresh, in the order in which they ended.
    pub steps: Vec<StepEnd>,
}

/// How a step of a build ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepEnd {
    /// The step's name.
    pub step: String,
    /// What it does, such as `export dot`.
    pub kind: String,
    /// How it ended, such as `built`.
    pub outcome: String,
    /// Why, most telling first.
    pub why: Vec<String>,
    /// How long it ran, in microseconds.
    pub microseconds: u64,
    /// The digest of its result, if there is one.
    pub digest: Option<Digest>,
    /// The digest of its result before, if that was another.
    pub before: Option<Digest>,
    /// Its first error; empty for none.
    pub error: String,
}

impl StepEnd {
    /// Returns whether the step's result came to be what it is: it was made, put in its place, or
    /// found to be an earlier one again.
    pub fn is_made(&self) -> bool {
        self.digest.is_some() && matches!(self.outcome.as_str(), "built" | "restored" | "reused")
    }

    /// Returns whether it writes a file.
    pub fn is_export(&self) -> bool {
        self.kind.starts_with("export ")
    }
}

/// The builds of a project so far.
#[derive(Debug, Default)]
pub struct History {
    /// One record each, oldest first, as they are on disk.
    records: Vec<Vec<u8>>,
}

impl History {
    /// Returns how many builds there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Returns the builds, newest first; each is decoded when its turn comes.
    pub fn newest_first(&self) -> impl Iterator<Item = BuildRecord> {
        self.records.iter().rev().filter_map(|record| decode(record))
    }

    /// Returns the build with this number.
    pub fn build(&self, number: u64) -> Option<BuildRecord> {
        let record = self.records.iter().rev().find(|record| number_of(record) == Some(number));
        record.and_then(|record| decode(record))
    }

    /// Returns the numbers of the first and the last build.
    pub fn numbers(&self) -> Option<(u64, u64)> {
        let mut numbers = self.records.iter().filter_map(|record| number_of(record));
        let first = numbers.next()?;
        Some((first, numbers.next_back().unwrap_or(first)))
    }
}

impl Store {
    /// Reads the history, and says whether some of it was damaged.
    pub fn history(&self) -> (History, Option<String>) {
        let mut log = self.history_log();
        let (bytes, damage) = log.read(&*self.disk);
        let records = log.records(&bytes).map(<[u8]>::to_vec).collect();
        (History { records }, damage)
    }

    /// Adds a build to the history, under the number after the last one; returns that. The store
    /// must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; the build is then not in the history.
    pub fn keep_build(&self, build: &BuildRecord) -> io::Result<u64> {
        let mut log = self.history_log();
        let last = match log.read_last(&*self.disk) {
            Some(record) => Some(record),
            None => {
                let (bytes, _) = log.read(&*self.disk);
                log.records(&bytes).last().map(<[u8]>::to_vec)
            }
        };
        let last = last.as_deref().and_then(number_of).unwrap_or(0);
        log.push(&encode(build, last + 1));
        log.flush(&*self.disk)?;
        if (last + 1).is_multiple_of(u64::from(MOST_BUILDS)) {
            // What cannot be removed now is too much then.
            let _ = self.trim_history(MOST_BUILDS, false);
        }
        Ok(last + 1)
    }

    /// Removes the oldest builds from the history, until there are no more than `most`; returns how
    /// many these are, and how many bytes. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; the history is then as it was.
    pub(super) fn trim_history(&self, most: u32, dry_run: bool) -> io::Result<(usize, u64)> {
        let (history, _) = self.history();
        let count = history.records.len().saturating_sub(most as usize);
        let (gone, kept) = history.records.split_at(count);
        let bytes = gone.iter().map(|record| Log::size_of(record)).sum();
        if count > 0 && !dry_run {
            self.history_log().replace(&*self.disk, kept.iter().cloned())?;
        }
        Ok((count, bytes))
    }

    /// Removes the history. The store must be locked.
    pub(super) fn remove_history(&self) -> io::Result<()> {
        self.disk.remove(&self.folder.join(FILE))
    }

    fn history_log(&self) -> Log {
        Log::new(self.folder.join(FILE), HEADER)
    }
}

fn encode(build: &BuildRecord, number: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + 96 * build.steps.len());
    put_number(&mut out, number);
    put_number(&mut out, build.time as u64);
    put_text(&mut out, &build.version);
    put_text(&mut out, &build.plan);
    put_texts(&mut out, &build.targets);
    put_length(&mut out, build.overrides.len());
    for (name, value) in &build.overrides {
        put_text(&mut out, name);
        put_text(&mut out, value);
    }
    out.push(u8::from(build.keep_going));
    put_number(&mut out, build.microseconds);
    put_length(&mut out, build.counts.len());
    for (word, count) in &build.counts {
        put_text(&mut out, word);
        put_number(&mut out, *count);
    }
    put_number(&mut out, build.warnings);
    // Kinds, outcomes and reasons are few, and said of many steps.
    let mut words = Words::default();
    let mut steps = Vec::with_capacity(96 * build.steps.len());
    for end in &build.steps {
        put_text(&mut steps, &end.step);
        put_length(&mut steps, words.number(&end.kind));
        put_length(&mut steps, words.number(&end.outcome));
        put_length(&mut steps, end.why.len());
        end.why.iter().for_each(|why| put_length(&mut steps, words.number(why)));
        put_number(&mut steps, end.microseconds);
        put_digest(&mut steps, end.digest);
        put_digest(&mut steps, end.before);
        put_text(&mut steps, &end.error);
    }
    put_texts(&mut out, &words.list);
    put_length(&mut out, build.steps.len());
    out.extend_from_slice(&steps);
    out
}

/// Reads a record; `None` for bytes that [`encode`] could not have made.
fn decode(record: &[u8]) -> Option<BuildRecord> {
    let mut bytes = Bytes(record);
    let mut build = BuildRecord {
        number: bytes.number()?,
        time: bytes.number()? as i64,
        version: plain(bytes.text()?),
        plan: plain(bytes.text()?),
        targets: texts(&mut bytes)?,
        ..BuildRecord::default()
    };
    for _ in 0..bytes.length()? {
        build.overrides.push((bytes.text()?.to_owned(), bytes.text()?.to_owned()));
    }
    build.keep_going = bytes.take(1)? != [0];
    build.microseconds = bytes.number()?;
    for _ in 0..bytes.length()? {
        build.counts.push((plain(bytes.text()?), bytes.number()?));
    }
    build.warnings = bytes.number()?;
    let words = texts(&mut bytes)?;
    let word = |bytes: &mut Bytes<'_>| {
        let at = u32::from_le_bytes(bytes.take(4)?.try_into().ok()?);
        words.get(at as usize).map(|word| plain(word))
    };
    for _ in 0..bytes.length()? {
        let (step, kind) = (plain(bytes.text()?), word(&mut bytes)?);
        let outcome = word(&mut bytes)?;
        let why = (0..bytes.length()?).map(|_| word(&mut bytes)).collect::<Option<_>>()?;
        build.steps.push(StepEnd {
            step,
            kind,
            outcome,
            why,
            microseconds: bytes.number()?,
            digest: digest(&mut bytes)?,
            before: digest(&mut bytes)?,
            error: plain(bytes.text()?),
        });
    }
    bytes.0.is_empty().then_some(build)
}

/// Escapes what would command a terminal: a history may come from anybody.
fn plain(text: &str) -> String {
    match text.contains(char::is_control) {
        true => text.escape_debug().to_string(),
        false => text.to_owned(),
    }
}

fn number_of(record: &[u8]) -> Option<u64> {
    Bytes(record).number()
}

/// Texts by number, each once.
#[derive(Default)]
struct Words {
    list: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Words {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.list.len();
        self.list.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }
}

fn put_texts(out: &mut Vec<u8>, texts: &[String]) {
    put_length(out, texts.len());
    texts.iter().for_each(|text| put_text(out, text));
}

fn texts(bytes: &mut Bytes<'_>) -> Option<Vec<String>> {
    (0..bytes.length()?).map(|_| bytes.text().map(str::to_owned)).collect()
}

fn put_digest(out: &mut Vec<u8>, digest: Option<Digest>) {
    out.push(u8::from(digest.is_some()));
    if let Some(digest) = digest {
        out.extend_from_slice(digest.as_bytes());
    }
}

fn digest(bytes: &mut Bytes<'_>) -> Option<Option<Digest>> {
    match bytes.take(1)? {
        [0] => Some(None),
        _ => bytes.digest().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::disk::RealDisk;

    fn build(step: &str) -> BuildRecord {
        let built = StepEnd {
            step: step.to_owned(),
            kind: "import csv".to_owned(),
            outcome: "built".to_owned(),
            why: vec!["file `a.csv` changed".to_owned(), "it was never built".to_owned()],
            microseconds: 12,
            digest: Some(Digest::of(b"now")),
            before: Some(Digest::of(b"before")),
            error: String::new(),
        };
        let failed = StepEnd {
            outcome: "failed".to_owned(),
            digest: None,
            before: None,
            error: "no node `x`".to_owned(),
            ..built.clone()
        };
        BuildRecord {
            time: 1_795_249_812_000_000_000,
            version: "0.1.0".to_owned(),
            plan: "layercake.yaml".to_owned(),
            targets: vec![step.to_owned()],
            overrides: vec![("color".to_owned(), "red".to_owned())],
            keep_going: true,
            microseconds: 99,
            counts: vec![("built".to_owned(), 1), ("failed".to_owned(), 1)],
            warnings: 2,
            steps: vec![built, failed],
            number: 0,
        }
    }

    fn store(folder: &Path) -> Store {
        Store::new(folder, "layercake.yaml", Arc::new(RealDisk))
    }

    fn numbered(steps: &[&str]) -> Vec<BuildRecord> {
        let builds = steps.iter().zip(1..);
        builds.map(|(step, number)| BuildRecord { number, ..build(step) }).collect()
    }

    fn oldest_first(store: &Store) -> Vec<BuildRecord> {
        let mut builds: Vec<BuildRecord> = store.history().0.newest_first().collect();
        builds.reverse();
        builds
    }

    /// Keeps builds of these steps; returns the file's path.
    fn kept(folder: &Path, steps: &[&str]) -> std::path::PathBuf {
        let store = store(folder);
        assert!(store.lock().unwrap().is_some());
        for (step, number) in steps.iter().zip(1..) {
            assert_eq!(store.keep_build(&build(step)).unwrap(), number);
        }
        store.unlock().unwrap();
        folder.join(".layercake").join(FILE)
    }

    #[test]
    fn builds_are_read_as_they_were_kept() {
        let folder = tempfile::tempdir().unwrap();
        kept(folder.path(), &["a", "b", "c"]);
        let store = store(folder.path());
        assert_eq!(oldest_first(&store), numbered(&["a", "b", "c"]));
        let (history, damage) = store.history();
        assert_eq!((history.numbers(), damage), (Some((1, 3)), None));
        assert_eq!(history.build(2), Some(BuildRecord { number: 2, ..build("b") }));
        assert_eq!(history.build(4), None);
    }

    #[test]
    fn a_history_cut_anywhere_keeps_the_builds_before_and_goes_on_from_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = kept(folder.path(), &["a", "b", "c"]);
        let bytes = std::fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).unwrap();
            let store = store(folder.path());
            let before = oldest_first(&store);
            assert_eq!(before, numbered(&["a", "b", "c"][..before.len()]), "cut to {length}");
            assert!(before.len() < 3);
            let number = store.keep_build(&build("new")).unwrap();
            assert_eq!(number, before.len() as u64 + 1, "cut to {length}");
            let (history, damage) = store.history();
            assert_eq!((history.numbers(), damage), (Some((1, number)), None), "cut to {length}");
            assert_eq!(history.build(number).unwrap().steps, build("new").steps);
        }
    }

    #[test]
    fn a_damaged_history_that_is_added_to_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = kept(folder.path(), &["a", "b", "c"]);
        let bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, &damaged).unwrap();
            let store = store(folder.path());
            let number = store.keep_build(&build("new")).unwrap();
            let (history, _) = store.history();
            assert_eq!(history.build(number).unwrap().steps, build("new").steps, "flipped at {at}");
        }
    }

    #[test]
    fn the_oldest_builds_go_and_the_others_keep_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let path = kept(folder.path(), &["a", "b", "c"]);
        let store = store(folder.path());
        let size = std::fs::metadata(&path).unwrap().len();
        let (count, bytes) = store.trim_history(1, true).unwrap();
        assert_eq!((count, oldest_first(&store).len()), (2, 3));
        assert_eq!(store.trim_history(1, false).unwrap(), (2, bytes));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), size - bytes);
        assert_eq!(store.keep_build(&build("d")).unwrap(), 4);
        let numbers: Vec<u64> = oldest_first(&store).iter().map(|build| build.number).collect();
        assert_eq!(numbers, [3, 4]);
        assert_eq!(store.trim_history(2, false).unwrap(), (0, 0));
    }

    #[test]
    fn a_long_history_loses_its_older_half_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        kept(folder.path(), &["a"]);
        let store = store(folder.path());
        let mut log = store.history_log();
        log.read(&RealDisk);
        let most = u64::from(MOST_BUILDS);
        for number in 2..2 * most {
            log.push(&encode(&build("a"), number));
        }
        log.flush(&RealDisk).unwrap();
        assert_eq!(store.keep_build(&build("b")).unwrap(), 2 * most);
        let (history, damage) = store.history();
        assert_eq!((history.numbers(), damage), (Some((most + 1, 2 * most)), None));
    }

    #[test]
    fn a_forged_record_commands_no_terminal() {
        let forged = BuildRecord { version: "\u{1b}[2J".to_owned(), ..build("a\u{1b}]0;b\n") };
        let read = decode(&encode(&forged, 1)).unwrap();
        let texts = [&read.version, &read.steps[0].step];
        assert_eq!(texts, ["\\u{1b}[2J", "a\\u{1b}]0;b\\n"]);
    }

    #[test]
    fn a_record_that_is_damaged_is_no_panic() {
        let whole = encode(&build("a"), 1);
        assert_eq!(decode(&whole), Some(BuildRecord { number: 1, ..build("a") }));
        for length in 0..whole.len() {
            assert_eq!(decode(&whole[..length]), None, "cut to {length}");
        }
        for at in 0..whole.len() {
            for flip in [1, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] ^= flip;
                // Its checksum would not fit; what comes of it must only not be a panic.
                let _ = decode(&damaged);
            }
        }
    }
}
