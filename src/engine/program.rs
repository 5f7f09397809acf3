//! Runs a program of the user's own: text in, bytes out; the only file that starts a process.
//!
//! A program gets a process group of its own, so that it and whatever it starts can be ended
//! together: when it takes too long, when it puts out too much, and when the build is stopped.
//! Whether it may run at all is decided elsewhere.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// The most bytes that a program may put out.
const MOST_OUTPUT: u64 = 256 << 20;
/// The most bytes of what it has to say that are kept; the last ones.
const MOST_SAID: usize = 8 << 10;
/// How long its pipes may stay open after it was ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

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
        let started = Instant::now();
        let mut child = self.start().map_err(Failure::Start)?;
        let (send, pipes) = mpsc::channel();
        let said = Arc::new(Mutex::new(Vec::new()));
        feed(&mut child, input);
        if let Some(out) = child.stdout.take() {
            let send = send.clone();
            // The receiver may be gone: then nobody waits for this any more.
            thread::spawn(move || _ = send.send(Pipe::Out(read_out(out))));
        }
        if let Some(err) = child.stderr.take() {
            let said = said.clone();
            thread::spawn(move || {
                read_said(err, &said);
                _ = send.send(Pipe::Said);
            });
        }
        let waited = Self::wait(&mut child, &pipes, started + self.limit, stop);
        let last = || {
            let said = said.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&said).into_owned()
        };
        match waited {
            Wait::Ended(status, out) if status.success() => match out.is_empty() {
                true => Err(Failure::Nothing(last())),
                false => Ok(out),
            },
            Wait::Ended(status, _) => Err(Failure::Ended(status, last())),
            Wait::Over(failure) => {
                end(&mut child);
                // What it still had to say.
                while pipes.recv_timeout(LAST_WORDS).is_ok() {}
                Err(match failure {
                    Failure::TooLong(_) => Failure::TooLong(last()),
                    failure => failure,
                })
            }
        }
    }

    fn start(&self) -> io::Result<Child> {
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
        command.spawn()
    }

    /// Waits until the program has ended and closed its pipes, or until it must be ended.
    fn wait(
        child: &mut Child,
        pipes: &mpsc::Receiver<Pipe>,
        deadline: Instant,
        stop: &AtomicBool,
    ) -> Wait {
        let (mut out, mut is_said) = (None, false);
        loop {
            if stop.load(Ordering::Relaxed) {
                return Wait::Over(Failure::Stopped);
            }
            if Instant::now() >= deadline {
                return Wait::Over(Failure::TooLong(String::new()));
            }
            if is_said && out.is_some() {
                match child.try_wait() {
                    Ok(Some(status)) => return Wait::Ended(status, out.unwrap_or_default()),
                    Ok(None) => thread::sleep(Duration::from_millis(1)),
                    Err(error) => return Wait::Over(Failure::Start(error)),
                }
                continue;
            }
            match pipes.recv_timeout(PATIENCE) {
                Ok(Pipe::Out(Some(bytes))) => out = Some(bytes),
                Ok(Pipe::Out(None)) => return Wait::Over(Failure::TooMuch),
                Ok(Pipe::Said) => is_said = true,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }
}

enum Wait {
    Ended(ExitStatus, Vec<u8>),
    Over(Failure),
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

/// Ends the program and all of its group.
fn end(child: &mut Child) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        // It may have ended by itself.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
