package kat.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.store.disk.DirectoryDisk;
import kat.store.disk.Disk;
import org.jspecify.annotations.Nullable;

/// A store in this process and a directory: everything in memory, every commit in a log that is
/// forced before anyone sees it.
///
/// **Threads:** one of its own, which commits for all who ask at the same time (who asks alone
/// commits itself); a second one while a snapshot is written.
public final class EmbeddedStore implements Store {

    /// How much a transaction may write, in bytes of keys and values.
    public static final long MAX_TRANSACTION_BYTES = 8 << 20;

    private static final Logger LOG = System.getLogger(EmbeddedStore.class.getName());

    private final Disk.Claim claim;
    private final Journal journal;
    private final Memory memory;
    private final Committer committer;
    private final Snapshots snapshots;
    private final Ages ages;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private EmbeddedStore(Disk.Claim claim, Journal.Opened opened, Parts parts) {
        this.claim = claim;
        this.journal = opened.journal();
        this.memory = opened.memory();
        this.snapshots =
                new Snapshots(
                        parts.disk(), memory, parts.randomness(), parts.background(), parts.seal());
        Duration maxAge = parts.config().history().maxAge();
        this.ages = new Ages(parts.ticker(), maxAge, () -> submit(new Request.Task.Tick()));
        Writer writer = new Writer(opened, snapshots, parts.config(), ages, this::submit);
        this.committer = parts.committer().apply(writer);
    }

    /// What a store is made of.
    ///
    /// @param background runs a snapshot
    /// @param committer has the writer process what is asked
    record Parts(
            Disk disk,
            StoreConfig config,
            Seal seal,
            Ticker ticker,
            Randomness randomness,
            Executor background,
            Function<Writer, Committer> committer) {}

    /// Opens the store in `directory`, which is made when it is missing.
    ///
    /// @throws IOException when it is open elsewhere or cannot be read; a
    ///     [kat.store.log.DamageException] when a file is not as it was written
    public static EmbeddedStore open(
            Path directory, StoreConfig config, Ticker ticker, Randomness randomness)
            throws IOException {
        return open(directory, config, Seal.NONE, ticker, randomness);
    }

    /// As [#open(Path, StoreConfig, Ticker, Randomness)], with values sealed on disk.
    ///
    /// @throws SealException when a value cannot be opened
    public static EmbeddedStore open(
            Path directory, StoreConfig config, Seal seal, Ticker ticker, Randomness randomness)
            throws IOException {
        Executor background =
                task -> Thread.ofPlatform().name("kat-store-snapshot").daemon(true).start(task);
        return open(
                new Parts(
                        new DirectoryDisk(directory),
                        config,
                        seal,
                        ticker,
                        randomness,
                        background,
                        ThreadCommitter::new));
    }

    /// Opens a store that has no thread of its own: what is asked, snapshots too, is done by the
    /// thread that asks. For simulation, where a seed decides the order of all that happens.
    ///
    /// @throws IOException as [#open(Path, StoreConfig, Ticker, Randomness)]
    public static EmbeddedStore openInCallersThread(
            Disk disk, StoreConfig config, Ticker ticker, Randomness randomness)
            throws IOException {
        return open(
                new Parts(
                        disk,
                        config,
                        Seal.NONE,
                        ticker,
                        randomness,
                        Runnable::run,
                        CallerCommitter::new));
    }

    static EmbeddedStore open(Parts parts) throws IOException {
        Disk.Claim claim = parts.disk().claim();
        try {
            Journal.Opened opened =
                    Journal.open(
                            parts.disk(),
                            parts.config(),
                            parts.seal(),
                            parts.ticker(),
                            parts.randomness());
            EmbeddedStore store = new EmbeddedStore(claim, opened, parts);
            store.start();
            return store;
        } catch (IOException e) {
            claim.close();
            throw e;
        }
    }

    private void start() {
        committer.start();
        if (journal.isOutdated()) {
            reseal();
        }
        if (memory.revision() > memory.compactedRevision()) {
            submit(new Request.Task.Tick());
        }
    }

    /// Asks without waiting; what is asked of a closed store is dropped.
    private void submit(Request.Task task) {
        committer.offer(new Request(task));
    }

    @Override
    public long revision() {
        return memory.revision();
    }

    @Override
    public long compactedRevision() {
        return memory.compactedRevision();
    }

    @Override
    public @Nullable Entry get(String key) {
        return memory.get(key);
    }

    @Override
    public Range range(RangeQuery query) {
        return memory.range(query);
    }

    @Override
    public Range peek(KeyRange keys, int most) {
        return memory.peek(keys, most);
    }

    @Override
    public Watch watch(WatchQuery query) {
        return memory.watch(query);
    }

    @Override
    public Commit commit(Transaction transaction) {
        Check.argument(
                Request.bytes(transaction) <= MAX_TRANSACTION_BYTES,
                "a transaction writes at most " + MAX_TRANSACTION_BYTES + " bytes");
        Commit commit = ask(new Request.Task.Write(transaction));
        return Check.notNull(commit, "a write ends with a commit");
    }

    @Override
    public void reseal() {
        submit(new Request.Task.Reseal());
    }

    @Override
    public void compact(long revision) {
        memory.requireReached(revision);
        ask(new Request.Task.Compact(revision));
    }

    private @Nullable Commit ask(Request.Task task) {
        Request request = new Request(task);
        if (!committer.offerAndHelp(request)) {
            throw new StoreClosedException();
        }
        return request.await();
    }

    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        ages.close();
        snapshots.close();
        committer.close();
        memory.close();
        try (claim;
                journal) {
            LOG.log(Level.DEBUG, "the store is closed revision={0}", "" + memory.revision());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a file of the store did not close", e);
        }
    }
}
