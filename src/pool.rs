//! A bounded pool of worker threads for work that takes milliseconds or more.
//!
//! An event loop submits tasks, goes on, and is woken through a file descriptor when results are there.
//! The pool knows nothing of what the tasks do.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Added to the workers' nice value, so that they yield to the thread that serves clients.
const NICENESS: i32 = 10;

/// Names a submitted task; unique within its pool.
pub type TaskId = u64;

type Task<T> = Box<dyn FnOnce() -> T + Send>;

/// Why a task was not taken.
#[derive(Debug)]
pub enum SubmitError {
    /// As many tasks as allowed are waiting already. Try again later.
    Busy,
    /// The operating system gave no thread.
    NoThread(io::Error),
}

/// The task panicked; its result is lost, its worker goes on.
#[derive(Debug, PartialEq, Eq)]
pub struct Panicked;

/// One worker less than there are processors, but at least 1 and at most 4.
#[must_use]
pub fn default_workers() -> NonZeroUsize {
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new((processors - 1).clamp(1, 4)).unwrap_or(NonZeroUsize::MIN)
}

/// The pool. Its threads start with the first task, and end when it is dropped, each after the task it
/// is at; dropping does not wait for them.
pub struct Pool<T> {
    shared: Arc<Shared<T>>,
    wake: UnixStream,
    workers: NonZeroUsize,
    started: usize,
    next_id: TaskId,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    work: Condvar,
    queue_limit: usize,
    // Held by every worker too: one that is late must not write to a descriptor that was closed and reused.
    wake: UnixStream,
}

struct State<T> {
    queue: VecDeque<(TaskId, Task<T>)>,
    done: VecDeque<(TaskId, Result<T, Panicked>)>,
    closed: bool,
}

impl<T: Send + 'static> Pool<T> {
    /// A pool of `workers` threads, in which at most `queue_limit` tasks wait for one.
    ///
    /// # Errors
    /// If the operating system gives no socket pair.
    pub fn new(workers: NonZeroUsize, queue_limit: usize) -> io::Result<Self> {
        let (wake, wake_writer) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        wake_writer.set_nonblocking(true)?;
        let state = State { queue: VecDeque::new(), done: VecDeque::new(), closed: false };
        let shared =
            Shared { state: Mutex::new(state), work: Condvar::new(), queue_limit, wake: wake_writer };
        Ok(Self { shared: Arc::new(shared), wake, workers, started: 0, next_id: 0 })
    }

    /// Becomes readable when results are there. It stays the pool's: do not close it.
    #[must_use]
    pub fn wake_fd(&self) -> RawFd {
        self.wake.as_raw_fd()
    }

    /// Queues a task.
    ///
    /// # Errors
    /// [`SubmitError`]; the task is dropped then.
    pub fn submit(&mut self, task: impl FnOnce() -> T + Send + 'static) -> Result<TaskId, SubmitError> {
        self.start()?;
        let mut state = self.shared.state();
        if state.queue.len() >= self.shared.queue_limit {
            return Err(SubmitError::Busy);
        }
        self.next_id += 1;
        state.queue.push_back((self.next_id, Box::new(task)));
        drop(state);
        self.shared.work.notify_one();
        Ok(self.next_id)
    }

    fn start(&mut self) -> Result<(), SubmitError> {
        while self.started < self.workers.get() {
            let shared = Arc::clone(&self.shared);
            let spawned = thread::Builder::new()
                .name(format!("frontdoor-{}", self.started))
                .spawn(move || shared.work());
            match spawned {
                Ok(_detached) => self.started += 1,
                // Fewer workers than asked for are slower, not wrong.
                Err(_) if self.started > 0 => break,
                Err(error) => return Err(SubmitError::NoThread(error)),
            }
        }
        Ok(())
    }

    /// Takes all results that are there, and makes the descriptor unreadable until there are more.
    pub fn drain(&mut self) -> VecDeque<(TaskId, Result<T, Panicked>)> {
        let mut buffer = [0; 64];
        // First the descriptor, then the results: a result that comes in between is taken now, and its
        // wake-up finds nothing later, which does no harm. The other way round it would be lost.
        while matches!(self.wake.read(&mut buffer), Ok(1..)) {}
        std::mem::take(&mut self.shared.state().done)
    }
}

impl<T> Drop for Pool<T> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.closed = true;
        state.queue.clear();
        drop(state);
        self.shared.work.notify_all();
    }
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        // No code that can panic runs under the lock, so a poisoned state is a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        // Linux counts niceness per thread. Where it is refused the worker works all the same.
        let _ = rustix::process::nice(NICENESS);
        while let Some((id, task)) = self.next() {
            let result = catch_unwind(AssertUnwindSafe(task)).map_err(|_| Panicked);
            self.state().done.push_back((id, result));
            // A full socket is readable already.
            let _ = (&self.wake).write(&[1]);
        }
    }

    fn next(&self) -> Option<(TaskId, Task<T>)> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(task) = state.queue.pop_front() {
                return Some(task);
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    fn pool<T: Send + 'static>(workers: usize, queue_limit: usize) -> Pool<T> {
        Pool::new(NonZeroUsize::new(workers).unwrap(), queue_limit).unwrap()
    }

    /// Blocks on the descriptor, as an event loop does, until `count` results are there.
    fn wait<T: Send + 'static>(pool: &mut Pool<T>, count: usize) -> Vec<(TaskId, Result<T, Panicked>)> {
        let mut results = Vec::new();
        while results.len() < count {
            pool.wake.set_nonblocking(false).unwrap();
            pool.wake.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let mut byte = [0];
            pool.wake.read_exact(&mut byte).expect("no wake-up came");
            pool.wake.set_nonblocking(true).unwrap();
            results.extend(pool.drain());
        }
        results
    }

    #[test]
    fn every_task_answers_under_its_id() {
        let mut pool = pool(2, 100);
        let ids: Vec<_> = (0..50_u64).map(|n| (pool.submit(move || n * n).unwrap(), n * n)).collect();
        let mut results: Vec<_> =
            wait(&mut pool, 50).into_iter().map(|(id, result)| (id, result.unwrap())).collect();
        results.sort_unstable();
        assert_eq!(results, ids);
    }

    #[test]
    fn a_panic_is_a_result_and_its_worker_goes_on() {
        let mut pool = pool::<&str>(1, 10);
        let first = pool.submit(|| panic!("on purpose")).unwrap();
        let second = pool.submit(|| "fine").unwrap();
        assert_eq!(wait(&mut pool, 2), [(first, Err(Panicked)), (second, Ok("fine"))]);
    }

    #[test]
    fn a_full_queue_says_busy_and_recovers() {
        let mut pool = pool(1, 1);
        let (started, is_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        pool.submit(move || {
            started.send(()).unwrap();
            released.recv().unwrap();
        })
        .unwrap();
        is_started.recv().unwrap();
        pool.submit(|| ()).unwrap();
        assert!(matches!(pool.submit(|| ()), Err(SubmitError::Busy)));
        release.send(()).unwrap();
        wait(&mut pool, 2);
        pool.submit(|| ()).unwrap();
        wait(&mut pool, 1);
    }

    #[test]
    fn no_thread_starts_before_the_first_task() {
        let mut pool = pool(3, 1);
        assert_eq!(pool.started, 0);
        pool.submit(|| ()).unwrap();
        assert_eq!(pool.started, 3);
    }

    #[test]
    fn dropping_does_not_wait_and_drops_what_waits() {
        let mut pool = pool(1, 10);
        let (started, is_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let (second_ran, is_second_run) = mpsc::channel::<()>();
        pool.submit(move || {
            started.send(()).unwrap();
            released.recv().unwrap();
        })
        .unwrap();
        pool.submit(move || second_ran.send(()).unwrap()).unwrap();
        is_started.recv().unwrap();
        drop(pool);
        release.send(()).unwrap();
        assert_eq!(is_second_run.recv(), Err(mpsc::RecvError));
    }
}
