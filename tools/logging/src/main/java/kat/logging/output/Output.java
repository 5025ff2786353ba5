package kat.logging.output;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.search.LineQuery;
import kat.logging.search.Tail;
import kat.logging.store.LineStore;
import kat.logging.store.StoreView;

/// Sends the lines of a store on to another one, each at least once and in order.
///
/// | answer | what is done |
/// |---|---|
/// | all taken | the next batch |
/// | some taken | the others again, after a pause |
/// | none, late, 429 or 5xx | the same again, after a pause that doubles up to a minute |
/// | 400, 413, 422 | halves of the batch; a single line that is refused is left out |
///
/// While the other store is away, lines wait on disk: [#needed] keeps them from being dropped.
///
/// **Limits:** a batch has [#BATCH_LINES] and about [#BATCH_BYTES].
///
/// **Threads:** one owner in [#run]; [#needed] and [#leftOut] by any.
public final class Output {

    static final int BATCH_LINES = 1_000;
    static final int BATCH_BYTES = 2 << 20;
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration KEEP_AGAIN = Duration.ofSeconds(2);
    private static final Duration READING = Duration.ofSeconds(10);

    private final Format format;
    private final Post post;
    private final Progress progress;
    private final LineStore store;
    private final Ticker ticker;
    private final Consumer<String> told;
    private volatile long done;
    private final AtomicLong leftOut = new AtomicLong();
    private String said = "";

    /// Of the thread that sends: what is in the file, and why that is not [#done].
    private long kept;

    private String unkept = "";

    /// @param told is given what keeps lines from being sent; empty when nothing does any more
    /// @throws IOException when it cannot be read how far the output has come
    public Output(
            Format format,
            Post post,
            Progress progress,
            LineStore store,
            Ticker ticker,
            Consumer<String> told)
            throws IOException {
        this.format = format;
        this.post = post;
        this.progress = progress;
        this.store = store;
        this.ticker = ticker;
        this.told = told;
        this.kept = progress.read();
        this.done = kept;
    }

    /// The first line that was not yet taken.
    public long needed() {
        return done + 1;
    }

    /// How many lines the other store refused for good.
    public long leftOut() {
        return leftOut.get();
    }

    /// Runs until it is interrupted.
    ///
    /// @throws IOException when lines cannot be read
    /// @throws InterruptedException when it is to end
    public void run() throws IOException, InterruptedException {
        while (true) {
            if (!step()) {
                Deadline wait = Deadline.in(kept < done ? KEEP_AGAIN : LONGEST_WAIT, ticker);
                boolean unused = store.awaitBeyond(done, wait, ticker);
            }
        }
    }

    /// Sends one batch.
    ///
    /// @return whether there was something to send
    boolean step() throws IOException, InterruptedException {
        Tail tail;
        try (StoreView view = store.view()) {
            Deadline deadline = Deadline.in(READING, ticker);
            LineQuery all = LineQuery.all(BATCH_LINES);
            tail = Tail.read(view, all, done, store.committed(), deadline, ticker);
        }
        if (tail.reached() <= done) {
            keep();
            return false;
        }
        for (List<LogRecord> batch : batches(tail.lines())) {
            send(batch);
            reach(batch.getLast().sequence());
        }
        reach(tail.reached());
        return true;
    }

    private void reach(long sequence) {
        done = Math.max(done, sequence);
        keep();
    }

    /// Notes how far it has come. When that fails, lines go on: only a stop of the program
    /// before it succeeds sends some twice.
    private void keep() {
        if (kept == done) {
            return;
        }
        try {
            progress.write(done);
            kept = done;
            unkept = "";
        } catch (IOException e) {
            unkept = "how far it has come cannot be written: " + e.getMessage();
        }
        tell(unkept);
    }

    private static List<List<LogRecord>> batches(List<LogRecord> lines) {
        List<List<LogRecord>> batches = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < lines.size(); i++) {
            bytes += lines.get(i).text().length();
            if (bytes >= BATCH_BYTES || i == lines.size() - 1) {
                batches.add(lines.subList(from, i + 1));
                from = i + 1;
                bytes = 0;
            }
        }
        return batches;
    }

    private void send(List<LogRecord> lines) throws InterruptedException {
        List<LogRecord> left = lines;
        Duration pause = FIRST_PAUSE;
        while (!left.isEmpty()) {
            long wanted = 0;
            switch (attempt(left)) {
                case Verdict.Taken taken -> {
                    leaveOut(taken.refused(), taken.why());
                    tell(unkept);
                    return;
                }
                case Verdict.Refused refused -> {
                    sendHalves(left, refused.why());
                    return;
                }
                case Verdict.Partly partly -> {
                    leaveOut(partly.refused(), partly.why());
                    List<LogRecord> sent = left;
                    left = partly.lines().stream().mapToObj(sent::get).toList();
                    tell(partly.why());
                }
                case Verdict.Again again -> {
                    wanted = again.seconds();
                    tell(again.why());
                }
            }
            Duration asked = Duration.ofSeconds(wanted);
            ticker.sleep(asked.compareTo(pause) > 0 ? asked : pause);
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }
    }

    private void sendHalves(List<LogRecord> lines, String why) throws InterruptedException {
        if (lines.size() == 1) {
            leaveOut(1, why);
            return;
        }
        int half = lines.size() / 2;
        send(lines.subList(0, half));
        send(lines.subList(half, lines.size()));
    }

    private Verdict attempt(List<LogRecord> lines) throws InterruptedException {
        try {
            Post.Reply reply = post.send(format.path(), format.contentType(), format.encode(lines));
            return format.judge(reply.code(), reply.retryAfter(), reply.body(), lines.size());
        } catch (IOException e) {
            return new Verdict.Again(0, "the store cannot be reached: " + e.getMessage());
        }
    }

    private void leaveOut(int lines, String why) {
        if (lines > 0) {
            long unused = leftOut.addAndGet(lines);
            told.accept(lines + " lines were refused for good: " + why);
        }
    }

    private void tell(String why) {
        if (!why.equals(said)) {
            told.accept(why);
            said = why;
        }
    }
}
