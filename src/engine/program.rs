//! Runs a program of the user's own: text in, bytes out; the only file that starts a process.
//!
//! A program gets a process group of its own, so that it and whatever it starts can be ended
//! together: when it takes too long, when it puts out too much, when the build is stopped, and when
//! it has ended itself. What leaves the group is out of reach. Whether a program may run at all is
//! decided elsewhere.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// The most bytes that a program may put out.
const MOST_OUTPUT: u64 = 256 << 20;
/// The most bytes of what it has to say that are kept; the last ones.
const MOST_SAID: usize = 8 << 10;
/// How long its pipes may stay open after it was ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The programs that run now, for whoever must end them all at once.
#[derive(Debug, Clone, Default)]
pub struct Running(Arc<Mutex<Groups>>);

/// The process groups of programs, by the number of the program itself.
#[derive(Debug, Default)]
struct Groups {
    numbers: BTreeSet<u32>,
    /// Whether no further program may start.
    is_closed: bool,
}

impl Running {
    /// Ends all programs, and lets no further one start.
    pub fn end(&self) {
        let mut groups = self.groups();
        groups.is_closed = true;
        groups.numbers.iter().copied().for_each(kill_group);
    }

    fn groups(&self) -> MutexGuard<'_, Groups> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A program with all it is started with.
pub(super) struct Program<'a> {
    /// Its file, absolute.
    pub(super) file: &'a Path,
    pub(super) arguments: &'a [String],
    /// The folder that it is started in.
    pub(super) folder: &'a Path,
    /// All of its environment.
    pub(super) environment: &'a [(OsString, OsString)],
    /// How long it may take.
    pub(super) limit: Duration,
    /// Knows of it while it runs.
    pub(super) running: &'a Running,
}

/// Why there is nothing to use of what a program did.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started.
    Start(io::Error),
    /// It ended otherwise than well, having said this.
    Ended(ExitStatus, String),
    /// It took longer than it may, having said this.
    TooLong(String),
    /// It put out more than it may.
    TooMuch,
    /// It put out nothing, having said this.
    Nothing(String),
    /// The build was stopped.
    Stopped,
}

/// What a thread that reads has read.
enum Pipe {
    Out(Option<Vec<u8>>),
    Said,
}

impl Program<'_> {
    /// Runs the program on a text, and returns what it puts out.
    pub(super) fn run(&self, input: Vec<u8>, stop: &AtomicBool) -> Result<Vec<u8>, Failure> {
        let begun = Instant::now();
        let mut started = self.start().map_err(Failure::Start)?;
        let child = &mut started.child;
        let (send, pipes) = mpsc::channel();
        let said = Arc::new(Mutex::new(Vec::new()));
        feed(child, input);
        if let Some(mut out) = child.stdout.take() {
            let send = send.clone();
            // The receiver may be gone: then nobody waits for this any more. The pipe is closed
            // only after that, as a program may fail for it.
            thread::spawn(move || _ = send.send(Pipe::Out(read_out(&mut out))));
        }
        if let Some(err) = child.stderr.take() {
            let said = said.clone();
            thread::spawn(move || {
                read_said(err, &said);
                _ = send.send(Pipe::Said);
            });
        }
        let waited = wait(&mut started.child, &pipes, begun + self.limit, stop);
        let status = started.end();
        // What it still had to say.
        while pipes.recv_timeout(LAST_WORDS).is_ok() {}
        let said = {
            let said = said.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&said).into_owned()
        };
        match waited {
            Wait::Ended(out) => match status.map_err(Failure::Start)? {
                status if !status.success() => Err(Failure::Ended(status, said)),
                _ if out.is_empty() => Err(Failure::Nothing(said)),
                _ => Ok(out),
            },
            Wait::TooLong => Err(Failure::TooLong(said)),
            Wait::TooMuch => Err(Failure::TooMuch),
            Wait::Stopped => Err(Failure::Stopped),
            Wait::Lost(error) => Err(Failure::Start(error)),
        }
    }

    fn start(&self) -> io::Result<Started<'_>> {
        let mut command = process::Command::new(self.file);
        command
            .args(self.arguments)
            .current_dir(self.folder)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut groups = self.running.groups();
        if groups.is_closed {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = command.spawn()?;
        groups.numbers.insert(child.id());
        Ok(Started { child, running: self.running })
    }
}

/// A program that was started.
struct Started<'a> {
    child: Child,
    running: &'a Running,
}

impl Started<'_> {
    /// Ends the program, if it still runs, and all of its group.
    fn end(&mut self) -> io::Result<ExitStatus> {
        // Until it is waited for, its number is no other's.
        if self.running.groups().numbers.remove(&self.child.id()) {
            kill_group(self.child.id());
            let _ = self.child.kill();
        }
        self.child.wait()
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Why a program is not waited for any more.
enum Wait {
    /// It has ended; what it put out, if it ended well.
    Ended(Vec<u8>),
    TooLong,
    TooMuch,
    Stopped,
    /// Nothing can be known of it.
    Lost(io::Error),
}

/// Waits until the program has failed, or has ended well and closed its pipes, or must be ended.
fn wait(
    child: &mut Child,
    pipes: &mpsc::Receiver<Pipe>,
    deadline: Instant,
    stop: &AtomicBool,
) -> Wait {
    let (mut out, mut is_said) = (None, false);
    loop {
        if stop.load(Ordering::Relaxed) {
            return Wait::Stopped;
        }
        let ended = match how_ended(child) {
            Ok(ended) => ended,
            Err(error) => return Wait::Lost(error),
        };
        match (ended, is_said, &mut out) {
            (Some(false), ..) => {
                let is_too_much = pipes.try_iter().any(|pipe| matches!(pipe, Pipe::Out(None)));
                return if is_too_much { Wait::TooMuch } else { Wait::Ended(Vec::new()) };
            }
            (Some(true), true, Some(out)) => return Wait::Ended(std::mem::take(out)),
            _ if Instant::now() >= deadline => return Wait::TooLong,
            (None, true, Some(_)) => {
                thread::sleep(Duration::from_millis(1));
                continue;
            }
            _ => {}
        }
        match pipes.recv_timeout(PATIENCE) {
            Ok(Pipe::Out(Some(bytes))) => out = Some(bytes),
            Ok(Pipe::Out(None)) => return Wait::TooMuch,
            Ok(Pipe::Said) => is_said = true,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

/// Returns whether a program has ended well; `None` while it runs. Its number stays its own.
#[cfg(target_os = "linux")]
fn how_ended(child: &mut Child) -> io::Result<Option<bool>> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(Pid::from_child(child)), options)?;
    Ok(status.map(|status| status.exit_status() == Some(0)))
}

#[cfg(not(target_os = "linux"))]
fn how_ended(child: &mut Child) -> io::Result<Option<bool>> {
    Ok(child.try_wait()?.map(|status| status.success()))
}

/// Writes the text to the program, which need not read all of it.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        thread::spawn(move || _ = pipe.write_all(&input));
    }
}

/// Returns what is put out; `None` if it is too much.
fn read_out(pipe: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // What cannot be read any more is not there.
    let _ = pipe.take(MOST_OUTPUT + 1).read_to_end(&mut bytes);
    (bytes.len() as u64 <= MOST_OUTPUT).then_some(bytes)
}

/// Keeps the end of what is said, and reads all of it so that the program is not held up.
fn read_said(mut pipe: impl Read, said: &Mutex<Vec<u8>>) {
    let mut room = [0; 4096];
    loop {
        match pipe.read(&mut room) {
            Ok(0) => break,
            Ok(count) => {
                let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                said.extend_from_slice(&room[..count]);
                let excess = said.len().saturating_sub(MOST_SAID);
                said.drain(..excess);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
}

/// Ends all processes of a group, if there are any.
fn kill_group(number: u32) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        if let Some(group) = i32::try_from(number).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = number;
}
